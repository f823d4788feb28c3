// Changes that could not be applied: why, both versions, and what can be done.
import { html, useState } from '../../vendor/htm-preact-3.1.1.module.js';
import { get, post, part, SYNC } from '../api.js';
import { useStore } from '../store.js';
import { Ago, Badge, Button, Confirm, Empty, Loading, PageHead, Trouble, useAction, useFetched, useNow } from '../ui.js';
import { Diff } from '../diff.js';
import { inline } from '../bson.js';
import { count, direction, plural, time } from '../format.js';

/** What each kind of failure means, and what helps; the same words as in the agent's list of errors. */
const KINDS = {
  'SYNC-301': ['Another document holds the same value', 'A unique index allows a value only once. Change one of the two documents, then try again.'],
  'SYNC-302': ['The collection’s rules refuse the document', 'Correct the document or the collection’s validator, then try again.'],
  'SYNC-303': ['The document is too large', 'It is over 16 MB with the sync metadata. Make it smaller.'],
  'SYNC-304': ['The server cannot store this document', 'Correct its field names, types or nesting.'],
  'SYNC-305': ['The collection cannot be written this way', 'Exclude the collection.'],
  'SYNC-405': ['The document keeps bouncing', 'Look for another program that rewrites it, then try again.'],
};

export function Quarantine() {
  const { data, problem, again } = useFetched((signal) => get(`${SYNC}/quarantine?limit=200`, { signal }), [useStore((s) => s.metrics?.quarantined)], 10_000);
  return html`
    <${PageHead} title="Quarantine" lead="Changes that one side refused. They wait here, and hold nothing else up." />
    ${problem && html`<${Trouble} problem=${problem} again=${again} />`}
    ${!data && !problem && html`<${Loading} what="the quarantine" />`}
    ${data && data.items.length === 0 && html`<${Empty} title="Nothing in quarantine">Every change could be applied.<//>`}
    ${data && data.items.length > 0 && html`
      <p class="tools faint" role="status">${plural(data.total, 'change')} waiting${data.total > data.items.length ? `, the oldest ${count(data.items.length)} are shown` : ''}</p>
      <ul class="cards">${data.items.map((entry) => html`<${Entry} key=${entry.id} entry=${entry} again=${again} />`)}</ul>`}`;
}

function Entry({ entry, again }) {
  const [busy, run] = useAction();
  const [dropping, runDrop, failed] = useAction({ keepProblem: true });
  const [asking, setAsking] = useState(false);
  const now = useNow(5_000);
  const [meaning, remedy] = KINDS[entry.code] ?? ['The change was refused', 'Read what the server said; try again once it is understood.'];
  const what = `${entry.collection} ${inline(entry.documentId)}`;
  const url = `${SYNC}/quarantine/${part(entry.id)}`;
  const retry = () => run('retry', () => post(`${url}/retry`), `${what} is tried again.`).then(again);
  const drop = async () => {
    const { problem } = await runDrop('drop', () => post(`${url}/drop`), `${what} was given up.`);
    if (!problem) { setAsking(false); again(); }
  };
  return html`
    <li class="card entry">
      <header class="detail-head">
        <div><h2>${meaning}</h2><p><span class="mono">${entry.collection}</span> <span class="mono break">${inline(entry.documentId)}</span></p></div>
        <${Badge} icon=${entry.direction === 'localToAtlas' ? 'right' : 'left'}>${direction(entry.direction)}<//>
      </header>
      <p class="remedy"><strong>What to do:</strong> ${remedy}</p>
      <p class="server-said"><span class="faint">${entry.code} · the server said</span><br /><span class="mono break">${entry.error}</span></p>
      <${Diff} local=${entry.localDocument} atlas=${entry.atlasDocument} missing="not there" />
      <footer class="detail-foot">
        <p class="faint">Tried ${plural(entry.attempts, 'time')}, first <${Ago} at=${entry.firstAt} now=${now} />; next attempt ${time(entry.nextAttemptAt)}.</p>
        <div class="row-actions">
          <${Button} action="retry" icon="retry" busy=${busy === 'retry'} onClick=${retry} label=${`Try again: ${what}`}>Try again<//>
          <${Button} action="drop" icon="drop" onClick=${() => setAsking(true)} label=${`Give up… ${what}`}>Give up…<//>
        </div>
      </footer>
      ${asking && html`
        <${Confirm} title="Give this change up?" kind="danger" yes="Give it up" busy=${dropping === 'drop'} problem=${failed} onYes=${drop} onClose=${() => setAsking(false)}>
          <p>Both sides stay as they are, and so they stay different: <span class="mono">${what}</span> is looked at again only when one side changes it.</p>
        <//>`}
    </li>`;
}
