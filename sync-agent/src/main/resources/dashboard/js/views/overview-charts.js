// Which figures are drawn, and how. Lines differ by dash as well as by colour.
import { count, duration, rate } from '../format.js';

export const WINDOWS = { 15: '15 minutes', 1440: '24 hours' };

const out = (label) => ({ label, colour: '--lane-out', tone: 'out', dash: 'solid', area: true });
const into = (label) => ({ label, colour: '--lane-in', tone: 'in', dash: 'dashed' });
const whole = (value) => (Number.isInteger(value) ? count(value) : '');

const slower = (history, name) => history.time.map((_, n) => {
  const a = history.localToAtlas[name][n];
  const b = history.atlasToLocal[name][n];
  return a === null && b === null ? null : Math.max(a ?? 0, b ?? 0);
});

export const CHARTS = [
  {
    title: 'Changes', unit: 'per second',
    spec: { format: rate, least: 1, series: [out('To Atlas'), into('To this device')] },
    pick: (h) => [h.localToAtlas.perSecond, h.atlasToLocal.perSecond],
  },
  {
    title: 'Lag', unit: 'from seen to settled, slower direction',
    spec: {
      format: duration, least: 10,
      series: [
        { label: 'p50', colour: '--ink', tone: 'ink', dash: 'solid' },
        { label: 'p95', colour: '--ink-soft', tone: 'soft', dash: 'dashed' },
        { label: 'p99', colour: '--line-strong', tone: 'pale', dash: 'dotted' },
      ],
    },
    pick: (h) => [slower(h, 'p50'), slower(h, 'p95'), slower(h, 'p99')],
  },
  {
    title: 'Longest wait', unit: 'oldest change on the way',
    spec: { format: duration, least: 100, series: [out('To Atlas'), into('To this device')] },
    pick: (h) => [h.localToAtlas.lagMs, h.atlasToLocal.lagMs],
  },
  {
    title: 'Queue', unit: 'changes waiting',
    spec: { format: count, axis: whole, least: 4, series: [{ label: 'Waiting', colour: '--ink-soft', tone: 'soft', area: true }] },
    pick: (h) => [h.queueSize],
  },
  {
    title: 'Conflicts', unit: (h) => `in ${bars(h)}`,
    spec: { format: count, axis: whole, least: 4, series: [{ label: 'Conflicts', colour: '--warn', tone: 'warn', bars: true }] },
    pick: (h) => [h.conflicts],
  },
  {
    title: 'Errors', unit: (h) => `in ${bars(h)}`,
    spec: { format: count, axis: whole, least: 4, series: [{ label: 'Failed changes', colour: '--bad', tone: 'bad', bars: true }] },
    pick: (h) => [h.errors],
  },
];

/** How long one bar is: wide enough to be seen where the window has hundreds of steps. */
const barSeconds = (history) => (history.stepSeconds >= 60 ? 900 : 20);
const bars = (history) => (barSeconds(history) >= 60 ? `${barSeconds(history) / 60} min` : `${barSeconds(history)} s`);

/** Columns whose values are summed up in bars. */
function summed(chart, history) {
  const length = barSeconds(history);
  const sums = new Map();
  chart.pick(history)[0].forEach((value, n) => {
    const at = history.time[n] - (history.time[n] % length);
    if (value !== null) sums.set(at, (sums.get(at) ?? 0) + value);
  });
  return [[...sums.keys()], [...sums.values()]];
}

const GAP_STEPS = 3;

/** The columns of a chart. Where the agent recorded nothing the line is cut instead of drawn straight across. */
export function columns(chart, history) {
  if (chart.spec.series[0].bars) return summed(chart, history);
  const times = [];
  const values = chart.pick(history).map(() => []);
  const picked = chart.pick(history);
  history.time.forEach((at, n) => {
    if (n > 0 && at - history.time[n - 1] > GAP_STEPS * history.stepSeconds) {
      times.push(history.time[n - 1] + history.stepSeconds);
      values.forEach((column) => column.push(null));
    }
    times.push(at);
    values.forEach((column, m) => column.push(picked[m][n]));
  });
  return [times, ...values];
}

export const unitOf = (chart, history) => (typeof chart.unit === 'function' ? chart.unit(history) : chart.unit);
