// When it was in step and when it was not: one strip over the time shown. A state has a height and a word as well as a colour.
import { html } from '../vendor/htm-preact-3.1.1.module.js';
import { duration, timeOfDay } from './format.js';

const HEIGHT = 22;
const STATES = [
  { tone: 'bad', height: 22, word: 'not in step' },
  { tone: 'warn', height: 14, word: 'in step with difficulty' },
  { tone: 'ok', height: 6, word: 'in step' },
];
const GAP_STEPS = 3;
const TOLD_MAX = 3;

/** Stretches of one state: {state, from, to} in seconds; time without a record is in none. */
export function stretches({ time, health, stepSeconds }) {
  const found = [];
  time.forEach((at, n) => {
    const state = health[n];
    if (state === null || state === undefined) return;
    const last = found[found.length - 1];
    if (last && last.state === state && at - last.to <= GAP_STEPS * stepSeconds) last.to = at + stepSeconds;
    else found.push({ state, from: at, to: at + stepSeconds });
  });
  return found;
}

const length = (all) => all.reduce((sum, one) => sum + one.to - one.from, 0);

/** @param seconds how much time is shown, up to now */
export function StateStrip({ history, seconds }) {
  const all = stretches(history);
  const from = Date.now() / 1000 - seconds;
  const wrong = all.filter((one) => one.state < 2);
  const good = length(all) > 0 ? (100 * length(all.filter((one) => one.state === 2))) / length(all) : null;
  return html`
    <section class="card strip-card" aria-label="State over time">
      <div class="chart-head"><h3>State</h3><span class="faint">${summary(good, wrong)}</span></div>
      <svg class="strip" viewBox=${`0 0 1000 ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
        ${all.filter((one) => one.to > from).map((one) => {
          const { tone, height } = STATES[one.state] ?? STATES[1];
          const x = (1000 * Math.max(0, one.from - from)) / seconds;
          return html`<rect key=${one.from} class=${tone} x=${x} y=${HEIGHT - height} width=${Math.max(2, (1000 * (one.to - from)) / seconds - x)} height=${height} />`;
        })}
      </svg>
      ${wrong.length > 0 && html`<ul class="strip-told">${wrong.slice(-TOLD_MAX).reverse().map((one) => html`
        <li key=${one.from}><span class="figure">${timeOfDay(one.from * 1000, seconds < 3600)}</span> ${STATES[one.state]?.word} for ${duration((one.to - one.from) * 1000)}</li>`)}
        ${wrong.length > TOLD_MAX && html`<li class="faint">and ${wrong.length - TOLD_MAX} earlier</li>`}</ul>`}
    </section>`;
}

function summary(good, wrong) {
  if (good === null) return 'nothing recorded yet';
  if (wrong.length === 0) return 'in step all the time that was recorded';
  return `in step ${good >= 99.95 ? 'nearly all' : `${good.toFixed(1)} %`} of the time that was recorded`;
}
