// What happens right now, what was reported, and who did what.
import { html, useState } from '../../vendor/htm-preact-3.1.1.module.js';
import { get } from '../api.js';
import { useStore } from '../store.js';
import { Icon } from '../icons.js';
import { Ago, Badge, Button, Choice, Empty, Loading, PageHead, Search, Select, Trouble, useFetched, useNow } from '../ui.js';
import { refusal } from '../access.js';
import { inline } from '../bson.js';
import { count, direction, duration, time, fullTime, NONE } from '../format.js';

const TABS = { live: 'Live', alerts: 'Alerts', audit: 'Audit log' };
const ROWS_MAX = 200;

export function Activity({ item }) {
  const tab = Object.hasOwn(TABS, item) ? item : 'live';
  return html`
    <${PageHead} title="Activity" lead="Changes as they settle, alerts, and who did what." />
    <${Choice} legend="What to show" value=${tab} options=${TABS} onChange=${(name) => { location.hash = `#/activity/${name}`; }} />
    ${tab === 'live' && html`<${Live} />`}
    ${tab === 'alerts' && html`<${Alerts} />`}
    ${tab === 'audit' && html`<${Audit} />`}`;
}

const WAYS = { '': 'Both directions', localToAtlas: 'To Atlas', atlasToLocal: 'To this device' };
const OUTCOMES = { '': 'Everything', applied: 'Applied', conflict: 'Conflicts', quarantined: 'Quarantined', observed: 'Observed', notice: 'Notices' };
const OUTCOME_BADGES = { applied: ['ok', 'ok', 'Applied'], conflict: ['warn', 'conflicts', 'Conflict'], quarantined: ['bad', 'quarantine', 'Quarantined'], observed: ['info', 'eye', 'Observed'] };
const OPERATIONS = { insert: 'inserted', update: 'updated', delete: 'deleted', adopt: 'found equal' };

function matches(entry, filter) {
  if (filter.outcome && (entry.type === 'notice' ? 'notice' : entry.outcome) !== filter.outcome) return false;
  if (filter.way && entry.direction !== filter.way) return false;
  const text = filter.text.toLowerCase();
  if (!text) return true;
  return `${entry.collection ?? ''} ${entry.kind ?? ''} ${entry.text ?? ''} ${entry.documentId === undefined ? '' : inline(entry.documentId)}`.toLowerCase().includes(text);
}

function Live() {
  const all = useStore((s) => s.activity);
  const dropped = useStore((s) => s.dropped);
  const [filter, setFilter] = useState({ text: '', way: '', outcome: '' });
  const [held, setHeld] = useState(null);
  const set = (name) => (value) => setFilter((before) => ({ ...before, [name]: value }));
  const source = held ?? all;
  const shown = source.filter((entry) => matches(entry, filter)).slice(0, ROWS_MAX);
  const missed = held && held.length > 0 ? all.findIndex((entry) => entry.key === held[0].key) : 0;
  return html`
    <div class="tools">
      <${Search} label="Find by collection, document or text" value=${filter.text} onInput=${set('text')} />
      <${Select} label="Direction" value=${filter.way} options=${WAYS} onChange=${set('way')} />
      <${Select} label="Kind" value=${filter.outcome} options=${OUTCOMES} onChange=${set('outcome')} />
      <${Button} icon=${held ? 'play' : 'pause'} onClick=${() => setHeld(held ? null : all)}>${held ? `Go on${missed > 0 ? ` (${missed} new)` : ''}` : 'Hold'}<//>
    </div>
    ${dropped > 0 && html`<p class="faint">${count(dropped)} changes were too many to show one by one; the figures on the overview count them all.</p>`}
    ${shown.length === 0
      ? html`<${Empty} icon="activity" title="Quiet">${source.length ? 'Nothing matches the filters.' : 'Changes appear here the moment they settle.'}<//>`
      : html`<ol class="card feed" aria-label="Live activity, newest first">${shown.map((entry) => html`<${Line} key=${entry.key} entry=${entry} />`)}</ol>`}`;
}

function Line({ entry }) {
  if (entry.type === 'notice') {
    return html`<li class="feed-line notice-line"><time datetime=${entry.at}>${time(entry.at)}</time>
      <span class="feed-way"><${Icon} name="info" size=${18} /></span>
      <span class="feed-what">${entry.text}</span><span class="feed-kind faint mono">${entry.kind}</span></li>`;
  }
  const [kind, icon, word] = OUTCOME_BADGES[entry.outcome] ?? ['plain', 'info', entry.outcome];
  const out = entry.direction === 'localToAtlas';
  return html`
    <li class="feed-line"><time datetime=${entry.at}>${time(entry.at)}</time>
      <span class=${`feed-way ${out ? 'out' : 'in'}`}><${Icon} name=${out ? 'right' : 'left'} size=${18} /><span>${direction(entry.direction)}</span></span>
      <span class="feed-what"><span class="mono">${entry.collection}</span> <span class="mono faint break">${inline(entry.documentId)}</span> ${OPERATIONS[entry.operation] ?? entry.operation}
        <span class="faint"> in ${duration(entry.processMs)}</span></span>
      <span class="feed-kind"><${Badge} kind=${kind} icon=${icon}>${word}<//></span></li>`;
}

function Alerts() {
  const seen = useStore((s) => s.alertsSeen);
  const { data, problem, again } = useFetched((signal) => get('/api/alerts', { signal }), [seen], 10_000);
  const now = useNow(5_000);
  if (problem && !data) return html`<${Trouble} problem=${problem} again=${again} />`;
  if (!data) return html`<${Loading} what="alerts" />`;
  return html`
    <h2 class="part-title">Raised now</h2>
    ${data.active.length === 0 && html`<${Empty} title="No alert is raised">Rules watch health, lag, conflicts, errors, the queue and the clocks.<//>`}
    ${data.active.map((alert) => html`
      <div key=${alert.rule + alert.raisedAt} class=${`notice ${alert.severity === 'critical' ? 'bad' : 'warn'}`}>
        <${Icon} name=${alert.severity === 'critical' ? 'bad' : 'warn'} />
        <div><strong>${alert.summary}</strong> <span class="faint mono">${alert.rule}</span>
          <p><strong>What to do:</strong> ${alert.remedy}</p><p class="faint">${alert.severity}, raised <${Ago} at=${alert.raisedAt} now=${now} /></p></div>
      </div>`)}
    <h2 class="part-title">Cleared lately</h2>
    ${data.recent.length === 0 ? html`<p class="faint">None since the start.</p>` : html`
      <div class="card table-card"><table class="stacking">
        <thead><tr><th scope="col">Rule</th><th scope="col">What was seen</th><th scope="col">Raised</th><th scope="col">Cleared</th></tr></thead>
        <tbody>${data.recent.map((alert) => html`<tr key=${alert.rule + alert.raisedAt}><th scope="row" class="mono">${alert.rule}</th><td data-label="Seen">${alert.summary}</td>
          <td data-label="Raised">${fullTime(alert.raisedAt)}</td><td data-label="Cleared">${fullTime(alert.clearedAt)}</td></tr>`)}</tbody>
      </table></div>`}`;
}

/** A path that is broken after its slashes where there is no room. */
const Path = ({ text }) => html`<span>${text.split('/').map((step, n) => html`${n > 0 && html`/<wbr />`}${step}`)}</span>`;

function Audit() {
  const session = useStore((s) => s.session);
  const refused = refusal('audit', session);
  const { data, problem, again } = useFetched((signal) => (refused ? Promise.resolve({ items: [] }) : get('/api/audit?limit=200', { signal })), [refused], 5_000);
  if (refused) return html`<${Empty} icon="lock" title="For administrators">${refused}<//>`;
  if (problem && !data) return html`<${Trouble} problem=${problem} again=${again} />`;
  if (!data) return html`<${Loading} what="the audit log" />`;
  if (data.items.length === 0) return html`<${Empty} icon="lock" title="Nobody changed anything yet">Every call that changes something is recorded here, with who made it.<//>`;
  return html`
    <div class="card table-card"><table class="stacking">
      <thead><tr><th scope="col">When</th><th scope="col">Who</th><th scope="col">From</th><th scope="col">Call</th><th scope="col">Asked</th><th scope="col">Answer</th></tr></thead>
      <tbody>${data.items.map((entry, n) => html`<tr key=${entry.at + n}><th scope="row">${time(entry.at)}</th><td data-label="Who">${entry.who}</td><td data-label="From" class="mono">${entry.from}</td>
        <td data-label="Call" class="mono break"><${Path} text=${entry.call} /></td><td data-label="Asked" class="mono break">${entry.detail === '{}' ? NONE : entry.detail}</td>
        <td data-label="Answer"><${Badge} kind=${entry.status < 400 ? 'ok' : 'bad'} icon=${entry.status < 400 ? 'ok' : 'bad'}>${entry.status}<//></td></tr>`)}</tbody>
    </table></div>`;
}
