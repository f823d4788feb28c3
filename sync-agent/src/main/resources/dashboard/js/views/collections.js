// Every collection: what may travel, how many documents each side has, and the decisions that only a person can take.
import { html, useState } from '../../vendor/htm-preact-3.1.1.module.js';
import { get, post, part, SYNC } from '../api.js';
import { useStore } from '../store.js';
import { Icon } from '../icons.js';
import { Ago, Badge, Button, Confirm, Empty, Loading, PageHead, Search, Trouble, useAction, useFetched, useNow } from '../ui.js';
import { count, plural, sentence } from '../format.js';
import { HeldDeletes } from './held-deletes.js';
import { ModeDialog, MODES } from './mode-dialog.js';
import { LongWork } from './long-work.js';
import { Comparison } from './comparison.js';

const LOOK_AGAIN_MILLIS = 3_000;

export function Collections() {
  const { data, problem, again } = useFetched((signal) => get(`${SYNC}/collections`, { signal }), [], LOOK_AGAIN_MILLIS);
  const [filter, setFilter] = useState('');
  const [open, setOpen] = useState(null); // {what, name}
  const now = useNow(5_000);
  const items = data?.items ?? [];
  const shown = items.filter((item) => item.name.toLowerCase().includes(filter.toLowerCase()));
  const chosen = open && items.find((item) => item.name === open.name);
  const close = () => { setOpen(null); again(); };
  return html`
    <${PageHead} title="Collections" lead="What may travel, how many documents each side has, and what waits for you.">
      <${CompareAll} again=${again} />
    <//>
    <${LongWork} />
    <${Comparison} />
    ${problem && html`<${Trouble} problem=${problem} again=${again} />`}
    ${items.filter((item) => item.heldDeletes).map((item) => html`<${Held} key=${item.name} item=${item} onLook=${() => setOpen({ what: 'deletes', name: item.name })} />`)}
    ${!data && !problem && html`<${Loading} what="collections" />`}
    ${data && items.length === 0 && html`<${Empty} icon="collections" title="No collections yet">They appear here as soon as either side has one.<//>`}
    ${items.length > 0 && html`
      <div class="tools"><${Search} label="Find a collection" value=${filter} onInput=${setFilter} />
        <p class="faint" role="status">${plural(shown.length, 'collection')}</p></div>
      <div class="card table-card">
        <table class="stacking pairs">
          <thead><tr>
            <th scope="col">Collection</th><th scope="col">Mode</th><th scope="col" class="num">This device</th><th scope="col" class="num">Atlas</th>
            <th scope="col">Differences</th><th scope="col">Last change</th><th scope="col"><span class="unseen">Actions</span></th>
          </tr></thead>
          <tbody>${shown.map((item) => html`<${Row} key=${item.name} item=${item} now=${now} again=${again} onMode=${() => setOpen({ what: 'mode', name: item.name })} />`)}</tbody>
        </table>
      </div>`}
    ${chosen && open.what === 'mode' && html`<${ModeDialog} item=${chosen} onClose=${close} />`}
    ${chosen && open.what === 'deletes' && chosen.heldDeletes && html`<${HeldDeletes} item=${chosen} onClose=${close} />`}`;
}

function Row({ item, now, again, onMode }) {
  const [busy, run] = useAction();
  const url = `${SYNC}/collections/${part(item.name)}`;
  const paused = item.mode === 'paused';
  const flip = () => run('flip', () => post(`${url}/${paused ? 'resume' : 'pause'}`), paused ? `${item.name} goes on.` : `${item.name} is paused.`).then(again);
  const [kind, icon, word] = MODES[item.mode] ?? ['plain', 'info', item.mode];
  return html`
    <tr>
      <th scope="row"><span class="mono name">${item.name}</span></th>
      <td class="broad" data-label="Mode"><${Badge} kind=${kind} icon=${icon}>${word}<//>${item.reason && item.reason !== 'default' && html`<span class="reason">${item.reason}</span>`}
        ${item.mode === 'observe' && html`<span class="reason">would send ${count(item.observed.pushes)}, apply ${count(item.observed.applies)},
          delete ${count(item.observed.deletes)}; ${plural(item.observed.conflicts, 'conflict')}</span>`}</td>
      <td class="num" data-label="This device"><${Documents} n=${item.localDocuments} /></td>
      <td class="num" data-label="Atlas"><${Documents} n=${item.atlasDocuments} /></td>
      <td data-label="Differences"><${Differences} item=${item} /></td>
      <td data-label="Last change"><${Ago} at=${item.lastChangeAt} now=${now} /></td>
      <td class="acts"><div class="row-actions">
        ${!item.heldDeletes && html`<${Button} action="pause" busy=${busy === 'flip'} icon=${paused ? 'play' : 'pause'} onClick=${flip}
          label=${`${paused ? 'Resume' : 'Pause'} ${item.name}`}>${paused ? 'Resume' : 'Pause'}<//>`}
        <${Button} action="mode" onClick=${onMode} label=${`Mode… of ${item.name}`}>Mode…<//>
      </div></td>
    </tr>`;
}

const Documents = ({ n }) => (n === null || n === undefined ? html`<span class="faint">not known</span>` : count(n));

function Differences({ item }) {
  if (item.differences === null) return html`<span class="faint">not compared yet</span>`;
  if (item.differences === 0) return html`<${Badge} kind="ok" icon="ok">None<//>`;
  return html`<${Badge} kind="warn" icon="warn">${count(item.differences)}<//>`;
}

const Held = ({ item, onLook }) => html`
  <section class="notice warn held" aria-label=${`Held deletes in ${item.name}`}>
    <${Icon} name="warn" size=${28} />
    <div>
      <h2>${plural(item.heldDeletes.missing, 'delete')} in <span class="mono">${item.name}</span> ${item.heldDeletes.missing === 1 ? 'waits' : 'wait'} for you</h2>
      <p>${sentence(item.heldDeletes.reason)} ${item.heldDeletes.towards === 'atlas' ? 'Atlas' : 'This device'} would lose ${count(item.heldDeletes.missing)} of
        ${' '}${plural(item.heldDeletes.before, 'document')}. Nothing is deleted until you decide.</p>
    </div>
    <${Button} kind="primary" icon="eye" onClick=${onLook}>Look and decide<//>
  </section>`;

function CompareAll({ again }) {
  const verification = useStore((s) => s.verification);
  const [busy, run] = useAction();
  const [resyncing, runResync, failed] = useAction({ keepProblem: true });
  const [asking, setAsking] = useState(false);
  const running = verification?.state === 'running';
  const compare = () => run('verify', () => post(`${SYNC}/verify`), 'Comparing both sides; the result appears here.').then(again);
  const resync = async () => {
    const { problem } = await runResync('resync', () => post(`${SYNC}/resync`), 'Resync has begun.');
    if (!problem) { setAsking(false); again(); }
  };
  return html`
    <${Button} action="verify" icon="compare" busy=${busy === 'verify'} disabled=${running} onClick=${compare}>Compare both sides<//>
    <${Button} action="resync" icon="retry" onClick=${() => setAsking(true)}>Resync…<//>
    ${asking && html`
      <${Confirm} title="Resync everything?" yes="Resync" busy=${resyncing === 'resync'} problem=${failed} onYes=${resync} onClose=${() => setAsking(false)}>
        <p>Every document on both sides is compared, and what differs is brought into step by the usual rules: conflicts are logged, guarded deletes wait for you.</p>
        <p>Both sides can be used meanwhile. It reads everything once, so it may take a while on large collections.</p>
      <//>`}`;
}
