// Is everything in step? If not: why, and what to do. Then both directions, the figures, and how it was lately.
import { html, useMemo, useState, useEffect } from '../../vendor/htm-preact-3.1.1.module.js';
import { get } from '../api.js';
import { useStore } from '../store.js';
import { judge, ofProblem, FEED_WORDS } from '../status.js';
import { Icon } from '../icons.js';
import { Badge, Choice, Trouble, useFetched } from '../ui.js';
import { Chart, ChartTable } from '../chart.js';
import { StateStrip } from '../state-strip.js';
import { count, duration, rate, time, NONE } from '../format.js';
import { CHARTS, columns, unitOf, WINDOWS } from './overview-charts.js';
import { LongWork } from './long-work.js';
import { AcceptHub } from './accept-hub.js';

export function Overview() {
  const unheard = useStore((s) => !s.health && s.link === 'lost'); // nothing to show but that
  return html`
    <h1 class="unseen" tabindex="-1">Overview</h1>
    <${Verdict} />
    ${!unheard && html`
      <${LongWork} />
      <${Lanes} />
      <${Figures} />
      <${History} />`}`;
}

function Verdict() {
  const state = useStore((s) => s);
  const verdict = judge(state);
  return html`
    <section class=${`verdict ${verdict.level}`} aria-label="State">
      <div class="verdict-icon"><${Icon} name=${verdict.level} size=${64} /></div>
      <div class="verdict-text">
        <h2>${verdict.headline}</h2>
        <p class="verdict-why">${verdict.detail}</p>
        ${verdict.remedy && html`<p class="verdict-remedy"><strong>What to do:</strong> ${verdict.remedy}</p>`}
        <${WayOut} verdict=${verdict} />
      </div>
      ${verdict.code && html`<p class="verdict-code">${verdict.code}</p>`}
    </section>
    ${verdict.others.length > 0 && html`
      <ul class="others" aria-label="Also worth knowing">
        ${verdict.others.map((problem) => html`<${Other} key=${problem.code + problem.subject} problem=${problem} />`)}
      </ul>`}`;
}

const PLACE_NAMES = { collections: 'Open Collections', quarantine: 'Open Quarantine', settings: 'Open Settings', devices: 'Open Devices', 'activity/alerts': 'Look at the alerts' };

/** Where, or with what, a person can do something about it. */
function WayOut({ verdict }) {
  if (verdict.code === 'SYNC-402') return html`<p class="way-out"><${AcceptHub} /></p>`;
  if (!verdict.where) return null;
  return html`<p class="way-out"><a class="button" href=${`#/${verdict.where}`}>${verdict.code === 'SYNC-401' ? 'Look at the deletes' : PLACE_NAMES[verdict.where]}</a></p>`;
}

function Other({ problem }) {
  const { level, headline, detail, remedy } = ofProblem(problem);
  return html`
    <li class=${`notice ${level}`}>
      <${Icon} name=${level} />
      <div><strong>${headline}</strong> <span class="faint">${problem.subject} · ${problem.code}</span>
        <p>${detail}</p>${remedy && html`<p><strong>What to do:</strong> ${remedy}</p>`}</div>
    </li>`;
}

function Lanes() {
  const health = useStore((s) => s.health);
  const metrics = useStore((s) => s.metrics);
  const link = useStore((s) => s.link);
  if (!health) return html`<section class="card lanes ghost" aria-hidden="true"></section>`;
  const live = link === 'live';
  return html`
    <section class="card lanes" aria-label="Both directions">
      <${End} icon="device" name="This device" sub=${health.instanceId} feed=${health.localFeed} live=${live} />
      <div class="lane-pair">
        <${Lane} way="out" name="To Atlas" stats=${metrics?.localToAtlas} source=${health.localFeed} target=${health.changeStream} live=${live} />
        <${Lane} way="in" name="To this device" stats=${metrics?.atlasToLocal} source=${health.changeStream} target=${health.localFeed}
          live=${live} off=${health.enabled === false} />
      </div>
      <${End} icon="hub" name="Atlas" sub=${offsetText(health.clockOffsetMs)} feed=${health.changeStream} live=${live} />
    </section>`;
}

const offsetText = (millis) => (millis === null || millis === undefined ? 'shared by all devices' : `clocks ${duration(Math.abs(millis))} apart`);

function End({ icon, name, sub, feed, live }) {
  const [kind, word] = live ? FEED_WORDS[feed?.status] ?? ['wait', 'Not known'] : ['wait', 'Not known'];
  return html`
    <div class=${`end ${icon}`}>
      <div class="end-icon"><${Icon} name=${icon} size=${34} /></div>
      <h2>${name}</h2>
      <p class="faint end-sub" title=${sub}>${sub}</p>
      <${Badge} kind=${kind} icon=${kind}>${word}<//>
      ${feed?.kind === 'polling' && html`<p class="faint">looked at every few seconds</p>`}
    </div>`;
}

/** How a lane is drawn, and its state as a word. */
function laneState(stats, source, target, live, off) {
  if (!live) return ['unknown', 'Not known'];
  if (off) return ['off', 'Turned off'];
  if (source?.status === 'disconnected' || target?.status === 'disconnected' || target?.status === 'reconnecting' || source?.status === 'reconnecting') {
    return ['broken', 'Interrupted'];
  }
  if (source?.status === 'connecting' || target?.status === 'connecting') return ['unknown', 'Connecting'];
  if ((stats?.lagMs ?? 0) > 5000) return ['late', 'Behind'];
  return (stats?.perSecond ?? 0) > 0 ? ['moving', 'Moving'] : ['idle', 'In step'];
}

const LANE_ICONS = { unknown: 'wait', off: 'off', broken: 'bad', late: 'warn', moving: 'ok', idle: 'ok' };
const LANE_KINDS = { unknown: 'plain', off: 'plain', broken: 'bad', late: 'warn', moving: 'ok', idle: 'ok' };

function Lane({ way, name, stats, source, target, live, off }) {
  const [state, word] = laneState(stats, source, target, live, off);
  return html`
    <div class=${`lane ${way} ${state}`}>
      <div class="lane-head">
        <h3>${name}</h3>
        <${Badge} kind=${LANE_KINDS[state]} icon=${LANE_ICONS[state]}>${word}<//>
      </div>
      <div class="track" aria-hidden="true"><span class="run"></span><span class="head"></span>${state === 'broken' && html`<span class="gap"><${Icon} name="close" size=${18} /></span>`}</div>
      <dl class="lane-figures">
        <div><dt>Changes per second</dt><dd class="big">${rate(stats?.perSecond)}</dd></div>
        <div><dt>Lag</dt><dd class="big">${duration(stats?.p50)} <span class="faint">p95 ${duration(stats?.p95)}</span></dd></div>
        <div><dt>Longest wait now</dt><dd>${duration(stats?.lagMs)}</dd></div>
        <div><dt>Since the start</dt><dd>${count(stats?.totalProcessed)}</dd></div>
      </dl>
    </div>`;
}

function Figures() {
  const metrics = useStore((s) => s.metrics);
  const health = useStore((s) => s.health);
  const alerts = useStore((s) => s.alerts);
  const canary = health?.canary;
  return html`
    <ul class="figures-row">
      <${Figure} name="Waiting" value=${count(metrics?.queueSize)} note="changes not yet on the other side" href="#/activity" />
      <${Figure} name="Conflicts" value=${count(metrics?.conflictsLastHour)} note=${`in the last hour, ${count(metrics?.conflicts)} since the start`} href="#/conflicts" />
      <${Figure} name="Quarantine" value=${count(metrics?.quarantined)} note="changes that could not be applied" href="#/quarantine" kind=${metrics?.quarantined > 0 ? 'warn' : ''} />
      <${Figure} name="Alerts" value=${metrics ? count(alerts.length) : NONE} note=${alerts.length ? alerts[0].summary : 'none raised'} href="#/activity/alerts" kind=${alerts.length ? 'warn' : ''} />
      <${Figure} name="Round trip" value=${duration(canary?.lastRoundTripMs)} note=${canary?.lastRoundTripAt ? `heartbeat through Atlas, ${time(canary.lastRoundTripAt)}` : 'heartbeat through Atlas'} />
    </ul>`;
}

const Figure = ({ name, value, note, href, kind = '' }) => html`
  <li class=${`figure-card ${kind}`}>
    <p class="figure-name">${href ? html`<a href=${href}>${name}<${Icon} name="right" size=${15} /></a>` : name}${kind === 'warn' && html`<${Icon} name="warn" size=${16} />`}</p>
    <p class="figure-value">${value}</p>
    <p class="figure-note">${note}</p>
  </li>`;

/** Changes when the colours do, so that the drawings are made anew. */
function useTheme() {
  const read = () => document.documentElement.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
  const [theme, setTheme] = useState(read);
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)');
    const look = () => setTheme(read());
    query.addEventListener('change', look);
    addEventListener('tandem-theme', look);
    return () => { query.removeEventListener('change', look); removeEventListener('tandem-theme', look); };
  }, []);
  return theme;
}

function History() {
  const [span, setSpan] = useState('15');
  const { data, problem, again } = useFetched((signal) => get(`/api/history?minutes=${span}`, { signal }), [span], span === '15' ? 4_000 : 60_000);
  const theme = useTheme();
  const drawn = useMemo(() => (data ? CHARTS.map((chart) => ({ ...chart, data: columns(chart, data) })) : []), [data]);
  return html`
    <section aria-labelledby="lately">
      <div class="section-head">
        <h2 id="lately">Lately</h2>
        <${Choice} legend="Time shown" value=${span} options=${WINDOWS} onChange=${setSpan} />
      </div>
      ${problem && !data && html`<${Trouble} problem=${problem} again=${again} />`}
      ${data && html`<${StateStrip} history=${data} seconds=${Number(span) * 60} />`}
      <div class="charts">
        ${drawn.map((chart) => html`<${Chart} key=${chart.title} title=${chart.title} unit=${unitOf(chart, data)} spec=${chart.spec} data=${chart.data} seconds=${Number(span) * 60} theme=${theme} />`)}
      </div>
      ${data && data.time.length < 2 && html`<p class="faint">The agent records since it started; the lines grow as it works.</p>`}
      ${drawn.length > 0 && html`<${ChartTable} charts=${drawn} />`}
    </section>`;
}
