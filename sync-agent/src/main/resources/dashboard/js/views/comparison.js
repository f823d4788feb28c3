// The result of the last comparison of both sides: equal, or what differs and what can be done about it.
import { html } from '../../vendor/htm-preact-3.1.1.module.js';
import { post, SYNC } from '../api.js';
import { useStore } from '../store.js';
import { Icon } from '../icons.js';
import { Ago, Button, useAction, useNow } from '../ui.js';
import { inline } from '../bson.js';
import { count, plural } from '../format.js';

export function Comparison() {
  const verification = useStore((s) => s.verification);
  switch (verification?.state) {
    case 'failed': return html`<div class="notice bad" role="status"><${Icon} name="bad" />
      <div><strong>The comparison failed</strong><p>${verification.error}</p></div></div>`;
    case 'cancelled': return html`<div class="notice info" role="status"><${Icon} name="info" />
      <div><strong>The comparison was cancelled</strong><p>Nothing was changed by it.</p></div></div>`;
    case 'done': return html`<${Result} verification=${verification} />`;
    default: return null;
  }
}

/** Differences that should not be there; what is on its way or held back is counted apart, as pending. */
const differing = (c) => c.different + c.missingLocal + c.missingAtlas;

function Result({ verification }) {
  const [busy, run] = useAction();
  const now = useNow(10_000);
  const repair = () => run('repair', () => post(`${SYNC}/verify`, { repair: true }), 'Comparing again; differing documents are brought into step.');
  const off = verification.collections.filter((c) => differing(c) + c.pending > 0);
  if (off.length === 0) {
    const documents = verification.collections.reduce((sum, c) => sum + c.equal, 0);
    return html`<div class="notice ok" role="status"><${Icon} name="ok" /><div><strong>Both sides are equal</strong>
      <p>${plural(documents, 'document')} compared by content, <${Ago} at=${verification.finishedAt} now=${now} />.</p></div></div>`;
  }
  const open = off.filter((c) => differing(c) > 0).length;
  return html`
    <div class=${`notice ${open > 0 ? 'warn' : 'info'} result`} role="status"><${Icon} name=${open > 0 ? 'warn' : 'info'} />
      <div><strong>${headline(open)}</strong>
        <ul>${off.map((c) => html`<li key=${c.name}><span class="mono">${c.name}</span>: ${differences(c)}<${Samples} collection=${c} /></li>`)}</ul>
        <p class="faint">Compared <${Ago} at=${verification.finishedAt} now=${now} />.${verification.repair ? ' What differed was handed over to be brought into step; compare again to see the result.' : ''}</p></div>
      ${open > 0 && !verification.repair && html`<${Button} action="repair" icon="retry" busy=${busy === 'repair'} onClick=${repair}>Bring into step<//>`}
    </div>`;
}

function headline(open) {
  if (open === 0) return 'Equal, apart from what is on its way or held back';
  return open === 1 ? 'One collection differs' : `${count(open)} collections differ`;
}

function differences(c) {
  const parts = [
    c.different > 0 && `${count(c.different)} different`,
    c.missingAtlas > 0 && `${count(c.missingAtlas)} only on this device`,
    c.missingLocal > 0 && `${count(c.missingLocal)} only in Atlas`,
    c.pending > 0 && `${count(c.pending)} on the way or held back by the mode`,
  ].filter(Boolean);
  return parts.join(', ');
}

const KINDS = { different: 'different', 'missing-local': 'only in Atlas', 'missing-atlas': 'only on this device' };

const Samples = ({ collection }) => (collection.samples ?? []).length > 0 && html`
  <details class="samples">
    <summary>${differing(collection) > collection.samples.length ? `The first ${count(collection.samples.length)}` : 'Which ones'}</summary>
    <ul>${collection.samples.map((sample) => html`<li key=${JSON.stringify(sample.id)}><span class="mono break">${inline(sample.id)}</span> ${KINDS[sample.kind] ?? sample.kind}</li>`)}</ul>
  </details>`;
