// What the delete guard holds back: which documents would go, and the decision.
import { html, useState } from '../../vendor/htm-preact-3.1.1.module.js';
import { get, post, part, SYNC } from '../api.js';
import { Button, Dialog, Loading, Trouble, useAction, useFetched, useId } from '../ui.js';
import { count, plural, sentence, time } from '../format.js';
import { inline, flatten, visible } from '../bson.js';

const PREVIEW = 50;

export function HeldDeletes({ item, onClose }) {
  const { name, heldDeletes: held } = item;
  const { data, problem, again } = useFetched((signal) => get(`${SYNC}/collections/${part(name)}/held-deletes?limit=${PREVIEW}`, { signal }), [name]);
  const [sure, setSure] = useState(false);
  const [busy, run, failed] = useAction({ keepProblem: true });
  const sureId = useId('sure');
  const side = held.towards === 'atlas' ? 'Atlas' : 'this device';
  const decide = async (what, said) => {
    const { problem: refused } = await run(what, () => post(`${SYNC}/collections/${part(name)}/${what}-deletes`), said);
    if (!refused) onClose();
  };
  return html`
    <${Dialog} wide title=${`Held deletes in ${name}`} onClose=${onClose} problem=${failed} actions=${html`
      <${Button} action="deletes" kind="primary" icon="restore" busy=${busy === 'reject'}
        onClick=${() => decide('reject', `The documents of ${name} are put back on both sides.`)}>Keep the documents<//>
      <${Button} action="deletes" kind="danger" icon="drop" busy=${busy === 'approve'} disabled=${!sure}
        onClick=${() => decide('approve', `The deletes in ${name} go through.`)}>${`Delete ${plural(held.missing, 'document')}`}<//>`}>
      <p>${sentence(held.reason)} Held since ${time(held.since)}. ${side === 'Atlas' ? 'Atlas, and with it every other device,' : 'This device'} would
        ${' '}lose <strong>${count(held.missing)} of ${plural(held.before, 'document')}</strong>.</p>
      ${problem && html`<${Trouble} problem=${problem} again=${again} />`}
      ${!data && !problem && html`<${Loading} what="the documents" />`}
      ${data && html`<${Preview} items=${data.items} missing=${held.missing} side=${side} />`}
      <label class="check" for=${sureId}>
        <input id=${sureId} type="checkbox" checked=${sure} onChange=${(event) => setSure(event.currentTarget.checked)} />
        <span>I have looked, and these documents are meant to be gone.</span>
      </label>
    <//>`;
}

const Preview = ({ items, missing, side }) => html`
  <h3>What would go from ${side}</h3>
  <div class="scroller short" tabindex="0" role="region" aria-label="Documents that would be deleted">
    <table>
      <thead><tr><th scope="col">Document</th><th scope="col">Content</th></tr></thead>
      <tbody>${items.map(({ id, document }) => html`
        <tr key=${JSON.stringify(id)}><th scope="row" class="mono break">${inline(id)}</th>
          <td class="summary">${summary(document)}</td></tr>`)}</tbody>
    </table>
  </div>
  ${missing > items.length && html`<p class="faint">The first ${count(items.length)} of ${count(missing)}.</p>`}`;

/** The first few fields on one line. */
function summary(document) {
  if (!document) return html`<span class="absent">cannot be read now</span>`;
  const fields = [...flatten(document)].filter(([path]) => path !== '_id').slice(0, 5);
  return visible(fields.map(([path, [, text]]) => `${path}: ${text.length > 40 ? `${text.slice(0, 39)}…` : text}`).join(' · '));
}
