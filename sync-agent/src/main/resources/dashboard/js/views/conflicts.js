// Every conflict that was resolved: which side won, what the other one had, and the way back.
import { html, useEffect, useRef, useState, useCallback } from '../../vendor/htm-preact-3.1.1.module.js';
import { get, post, part, withQuery, SYNC } from '../api.js';
import { useStore } from '../store.js';
import { Icon } from '../icons.js';
import { Ago, Badge, Button, Confirm, Empty, Loading, PageHead, Search, Select, Trouble, useAction, useFetched, useNow } from '../ui.js';
import { WindowList } from '../window-list.js';
import { Diff } from '../diff.js';
import { inline } from '../bson.js';
import { count, fullTime, plural, shortTime } from '../format.js';

const PAGE = 200;
const SEARCH_PAGE = 500;
const SCREENFUL = 30;
const ROW_HEIGHT = 68;
const PATIENCE_MILLIS = 250;

const WINNERS = { local: ['out', 'device'], atlas: ['in', 'hub', 'Atlas won'], merged: ['info', 'conflicts', 'Merged'] };
const SPANS = { '': 'Any time', 3600: 'Last hour', 86400: 'Last 24 hours', 604800: 'Last 7 days' };
const WINNER_FILTER = { '': 'Any outcome', local: 'The device won', atlas: 'Atlas won', merged: 'Merged' };

/** The log is shared: the device of an entry is the one that met the conflict, and often not this one. */
const useDeviceName = () => {
  const self = useStore((s) => s.session?.instanceId);
  return (entry) => (!entry.device || entry.device === self ? 'This device' : entry.device);
};

function outcomeOf(entry, deviceName) {
  const [kind, icon, word] = WINNERS[entry.winner] ?? ['plain', 'info', entry.winner];
  return { kind, icon, word: word ?? `${deviceName(entry)} won` };
}

const NOTHING = { narrow: false, items: [], total: 0, lastHour: 0, looked: 0, cursor: null, done: false, loading: true, searching: false, problem: null };

const matches = (entry, { q, winner }) => (!winner || entry.winner === winner)
  && (!q || JSON.stringify([entry.collection, entry.documentId, entry.device, entry.localDocument, entry.atlasDocument]).toLowerCase().includes(q.toLowerCase()));

/**
 * Pages of the log, one after the other, as far as they are looked at. The agent selects by collection and time; text and outcome
 * are looked for here, page by page, until a screenful is found.
 */
function usePages(filter) {
  const [pages, setPages] = useState(NOTHING);
  const turn = useRef(0);
  const busy = useRef(false);
  const narrow = Boolean(filter.q || filter.winner);

  const load = useCallback(async (mine, before) => {
    busy.current = true;
    const since = filter.span ? new Date(Date.now() - Number(filter.span) * 1000).toISOString() : '';
    let so = before;
    try {
      do {
        const url = withQuery(`${SYNC}/conflicts`, { collection: filter.collection, since, limit: narrow ? SEARCH_PAGE : PAGE, cursor: so.cursor });
        const page = await get(url);
        if (mine !== turn.current) return;
        const found = page.items.filter((entry) => matches(entry, filter));
        so = {
          ...so, narrow, items: [...so.items, ...found], looked: so.looked + page.items.length, cursor: page.nextCursor, done: !page.nextCursor,
          total: so.looked === 0 ? page.totalConflicts : so.total, lastHour: so.looked === 0 ? page.lastHour : so.lastHour, loading: false,
        };
        const enough = so.done || so.items.length - before.items.length >= (narrow ? SCREENFUL : 1);
        setPages({ ...so, searching: !enough });
        if (enough) return;
      } while (mine === turn.current);
    } catch (problem) {
      if (mine === turn.current) setPages({ ...so, loading: false, searching: false, problem });
    } finally {
      if (mine === turn.current) busy.current = false;
    }
  }, [JSON.stringify(filter)]);

  const again = useCallback(() => {
    const mine = ++turn.current;
    setPages(NOTHING);
    load(mine, NOTHING);
  }, [load]);

  useEffect(() => {
    const timer = setTimeout(again, PATIENCE_MILLIS);
    return () => clearTimeout(timer);
  }, [again]);
  useEffect(() => () => { turn.current = -1; }, []);

  const more = () => {
    if (!busy.current && !pages.done && pages.cursor) load(turn.current, pages);
  };
  const replace = (entry) => setPages((so) => ({ ...so, items: so.items.map((one) => (one.id === entry.id ? entry : one)) }));
  return { ...pages, more, again, replace };
}

/** How many there are, or how far the search got. */
function foundText({ narrow, items, looked, total, lastHour, done, searching }) {
  if (!narrow) return `${plural(total, 'conflict')}, ${count(lastHour)} in the last hour`;
  if (searching) return `${count(items.length)} found, searching… ${count(looked)} of ${count(total)}`;
  return `${count(items.length)} found in ${done ? 'all' : `the newest ${count(looked)} of`} ${count(total)}`;
}

export function Conflicts({ item }) {
  const [filter, setFilter] = useState({ q: '', collection: '', winner: '', span: '' });
  const pages = usePages(filter);
  const names = useStore((s) => s.metrics?.byCollection);
  const known = useStore((s) => s.metrics?.conflicts ?? 0);
  const [seen, setSeen] = useState(null);
  useEffect(() => { if (!pages.loading) setSeen(known); }, [pages.loading]);
  const fresh = seen === null ? 0 : known - seen;
  const set = (name) => (value) => setFilter((before) => ({ ...before, [name]: value }));
  const collections = { '': 'All collections', ...Object.fromEntries(Object.keys(names ?? {}).sort().map((name) => [name, name])) };
  const filtered = Object.values(filter).some(Boolean);
  const choose = (entry) => {
    const how = item ? 'replaceState' : 'pushState'; // so that the way back leads to the list, not through all that was looked at
    history[how](null, '', `#/conflicts/${part(entry.id)}`);
    dispatchEvent(new HashChangeEvent('hashchange'));
  };
  return html`
    <${PageHead} title="Conflicts" lead="Where both sides changed the same document. Nothing that lost is gone: it can be put back." />
    <div class=${item ? 'tools chosen' : 'tools'}>
      <${Search} label="Find in documents and their ids" value=${filter.q} onInput=${set('q')} />
      <${Select} label="Collection" value=${filter.collection} options=${collections} onChange=${set('collection')} />
      <${Select} label="Outcome" value=${filter.winner} options=${WINNER_FILTER} onChange=${set('winner')} />
      <${Select} label="Time" value=${filter.span} options=${SPANS} onChange=${set('span')} />
    </div>
    ${pages.problem && html`<${Trouble} problem=${pages.problem} again=${pages.again} />`}
    ${pages.loading && html`<${Loading} what="conflicts" />`}
    ${!pages.loading && pages.searching && pages.items.length === 0 && html`<p class="loading" role="status">${foundText(pages)}</p>`}
    ${!pages.loading && !pages.searching && !pages.problem && pages.items.length === 0 && (filtered
      ? html`<${Empty} icon="search" title="Nothing matches">Widen the search or take a filter away.<//>`
      : html`<${Empty} title="No conflicts">When both sides change the same document, the outcome is listed here.<//>`)}
    ${pages.items.length > 0 && html`
      <div class=${item ? 'split chosen' : 'split'}>
        <section class="split-list" aria-label="Conflicts found">
          <p class="split-count" role="status"><span>${foundText(pages)}</span>
            ${fresh > 0 && html`<button type="button" class="link" onClick=${pages.again}>Show ${plural(fresh, 'new one')}</button>`}</p>
          <${WindowList} label="Conflicts" items=${pages.items} total=${pages.narrow ? pages.items.length : pages.total} rowHeight=${ROW_HEIGHT} keyOf=${(entry) => entry.id}
            row=${(entry) => html`<${Row} entry=${entry} />`} selected=${item} onSelect=${choose} onEnd=${pages.more} />
        </section>
        <section class="split-detail" aria-label="Chosen conflict">
          ${item ? html`<${Detail} key=${item} id=${item} known=${pages.items.find((entry) => entry.id === item)} onChange=${pages.replace} />`
            : html`<${Empty} icon="conflicts" title="Choose a conflict">Its two versions are shown here side by side.<//>`}
        </section>
      </div>`}`;
}

function Row({ entry }) {
  const { kind, icon, word } = outcomeOf(entry, useDeviceName());
  return html`
    <div class="conflict-row">
      <span class="conflict-id"><span class="mono">${entry.collection}</span> <span class="faint mono">${inline(entry.documentId)}</span></span>
      <span class="conflict-meta"><${Badge} kind=${kind} icon=${icon}>${word}<//>${entry.restoredAt && html`<${Badge} icon="restore">Restored<//>`}
        <time class="faint" datetime=${entry.at} title=${fullTime(entry.at)}>${shortTime(entry.at)}</time></span>
    </div>`;
}

function Detail({ id, known, onChange }) {
  const { data, problem, again } = useFetched((signal) => get(`${SYNC}/conflicts/${part(id)}`, { signal }), [id]);
  const [asking, setAsking] = useState(false);
  const [busy, run, failed] = useAction({ keepProblem: true });
  const now = useNow(10_000);
  const back = useRef(null);
  useEffect(() => { back.current?.focus({ preventScroll: true }); }, []); // shown only where the detail takes the place of the list
  useEffect(() => { if (data?.restoredAt && !known?.restoredAt) onChange(data); }, [data]);
  const deviceName = useDeviceName();
  const entry = data ?? known;
  if (problem && !entry) return html`<${Trouble} problem=${problem} again=${again} />`;
  if (!entry) return html`<${Loading} what="the conflict" />`;
  const { kind, icon, word } = outcomeOf(entry, deviceName);
  const device = deviceName(entry);
  const restore = async () => {
    const { problem: refused } = await run('restore', () => post(`${SYNC}/conflicts/${part(id)}/restore`), 'The version that lost is back, as a new change of this device.');
    if (!refused) { setAsking(false); again(); }
  };
  return html`
    <a ref=${back} class="back" href="#/conflicts"><${Icon} name="left" size=${18} /> All conflicts</a>
    <header class="detail-head">
      <div><h2><span class="mono">${entry.collection}</span></h2><p class="mono break">${inline(entry.documentId)}</p></div>
      <${Badge} kind=${kind} icon=${icon}>${word}<//>
    </header>
    <p>Decided <${Ago} at=${entry.at} now=${now} /> by the rule <span class="mono">${entry.strategy}</span> on <span class="mono">${entry.device}</span>.
      ${entry.winner === 'merged' && ' Both versions were merged field by field; neither was kept as it was.'}</p>
    <div class="versions">
      <${VersionCard} name=${device} version=${entry.localVersion} deleted=${!entry.localDocument} won=${entry.winner === 'local'} />
      <${VersionCard} name="Atlas" version=${entry.atlasVersion} deleted=${!entry.atlasDocument} won=${entry.winner === 'atlas'} />
    </div>
    <${Diff} local=${entry.localDocument} atlas=${entry.atlasDocument} winner=${entry.winner} here=${device} />
    <footer class="detail-foot">
      ${entry.restoredAt
        ? html`<p><${Icon} name="ok" size=${18} /> Put back <${Ago} at=${entry.restoredAt} now=${now} />.</p>`
        : html`<${Button} action="restore" icon="restore" onClick=${() => setAsking(true)}>${entry.winner === 'merged' ? `Put the version of ${inSentence(device)} back…` : 'Put the other version back…'}<//>`}
    </footer>
    ${asking && html`
      <${Confirm} title="Put the other version back?" yes="Put it back" busy=${busy === 'restore'} problem=${failed} onYes=${restore} onClose=${() => setAsking(false)}>
        <p>${restoreText(entry, inSentence(device))}</p>
        <p>It counts as a new change made now on this device and travels to Atlas and to all other devices. What is there now is not lost: it stays in this log.</p>
      <//>`}`;
}

const inSentence = (device) => (device === 'This device' ? 'this device' : device);

function restoreText(entry, device) {
  const [loser, document] = entry.winner === 'local' ? ['Atlas', entry.atlasDocument] : [device, entry.localDocument];
  return document
    ? `The document becomes again what ${loser} had before the conflict.`
    : `It was deleted on ${loser} before the conflict: it is deleted again, on both sides.`;
}

const VersionCard = ({ name, version, deleted, won }) => html`
  <div class=${won ? 'version won' : 'version'}>
    <p class="version-name">${name}${won && html` <${Badge} kind="ok" icon="ok">kept<//>`}${deleted && html` <${Badge} icon="drop">deleted<//>`}</p>
    <p>${version.at ? fullTime(version.at) : 'time not known'}</p>
    <p class="faint">written by <span class="mono">${version.origin || 'not known'}</span> · version <span class="mono">${version.number}</span></p>
  </div>`;
