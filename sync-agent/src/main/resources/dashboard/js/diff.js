// Two documents side by side, field by field. Everything is text: nothing of a document is ever interpreted.
import { html, useState, useMemo } from '../vendor/htm-preact-3.1.1.module.js';
import { compare, visible, LEAVES_MAX } from './bson.js';
import { Icon } from './icons.js';
import { count } from './format.js';

const ROWS_MAX = 400;
const TEXT_MAX = 600;
const LEAD = 60;

/** A long text from a little before the place where it begins to differ; what is cut off is said. */
function excerpt(text, other) {
  if (text.length <= TEXT_MAX) return [text, ''];
  let first = 0;
  if (other) while (first < text.length && text[first] === other[first]) first++;
  const from = first === text.length ? 0 : Math.max(0, Math.min(first - LEAD, text.length - TEXT_MAX));
  return [`${from > 0 ? '…' : ''}${text.slice(from, from + TEXT_MAX)}${from + TEXT_MAX < text.length ? '…' : ''}`, `${count(text.length)} characters, shown from number ${count(from + 1)}`];
}

function Value({ value, other, whole }) {
  if (!whole) return html`<span class="absent">–</span>`;
  if (value === null) return html`<span class="absent">not there</span>`;
  const [type, text] = value;
  const telling = other !== null && other !== undefined && other[0] !== type;
  const [shown, cut] = excerpt(text, other?.[1]);
  return html`<span class=${`value ${type}`}>${text === '' ? html`<span class="absent">empty text</span>` : visible(shown)}</span>${telling && html` <span class="type">${type}</span>`}${cut && html` <span class="type">${cut}</span>`}`;
}

/** @param winner local, atlas, merged or empty; missing: what is said of a side that has no document; here: what the device's side is called */
export function Diff({ local, atlas, winner = '', missing = 'deleted', here = 'This device' }) {
  const [all, setAll] = useState(false);
  const rows = useMemo(() => compare(local, atlas), [local, atlas]);
  const differing = rows.filter((row) => !row.same);
  const shown = (all ? rows : differing).slice(0, ROWS_MAX);
  const kept = (side) => (winner === side ? html` <span class="kept"><${Icon} name="ok" size=${14} /> kept</span>` : '');
  const same = rows.length - differing.length;
  return html`
    <div class="diff">
      <table class="diff-table">
        <caption class="unseen">Fields on both sides</caption>
        <thead><tr><th scope="col">Field</th><th scope="col">${here}${kept('local')}</th><th scope="col">Atlas${kept('atlas')}</th></tr></thead>
        <tbody>
          ${(!local || !atlas) && html`<tr class="whole"><th scope="row">(document)</th>
            <td data-label=${here}>${local ? 'there' : html`<span class="absent">${missing}</span>`}</td><td data-label="Atlas">${atlas ? 'there' : html`<span class="absent">${missing}</span>`}</td></tr>`}
          ${shown.map((row) => html`
            <tr key=${row.path} class=${row.same ? 'same' : 'differs'}>
              <th scope="row" class="mono">${!row.same && local && atlas && html`<span class="mark" aria-hidden="true">≠</span>`}${visible(row.path) || '(document)'}</th>
              <td class=${!row.same && winner === 'local' ? 'winner' : ''} data-label=${here}><${Value} value=${row.left} other=${row.right} whole=${local} /></td>
              <td class=${!row.same && winner === 'atlas' ? 'winner' : ''} data-label="Atlas"><${Value} value=${row.right} other=${row.left} whole=${atlas} /></td>
            </tr>`)}
        </tbody>
      </table>
      ${(all ? rows : differing).length > ROWS_MAX && html`<p class="faint">The first ${count(ROWS_MAX)} of ${count((all ? rows : differing).length)} fields.</p>`}
      ${rows.length >= LEAVES_MAX && html`<p class="faint">The documents are large: only the first ${count(LEAVES_MAX)} fields were compared.</p>`}
      ${rows.length > 0 && differing.length === 0 && html`<p class="faint">Both sides are equal.</p>`}
      ${same > 0 && html`<button type="button" class="link" onClick=${() => setAll(!all)} aria-pressed=${all}>
        ${all ? 'Hide' : 'Show'} ${same === 1 ? 'the field that is equal' : `${count(same)} equal fields`}</button>`}
    </div>`;
}
