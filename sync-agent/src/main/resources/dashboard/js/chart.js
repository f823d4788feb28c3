// One chart: a drawing for the eye, a legend that follows the pointer, and the same figures as a table for everybody else.
import { html, useEffect, useRef, useState } from '../vendor/htm-preact-3.1.1.module.js';
import { timeOfDay, NONE } from './format.js';

const uPlot = globalThis.uPlot;
const HEIGHT = 168;
const DASHES = { solid: [], dashed: [7, 4], dotted: [2, 3] };

const colour = (element, name) => getComputedStyle(element).getPropertyValue(name).trim();

function options(element, spec, width, seconds, onPointer) {
  const ink = colour(element, '--ink-faint');
  const line = colour(element, '--line');
  const font = `12px ${colour(element, '--font')}`;
  return {
    width,
    height: HEIGHT,
    padding: [12, 20, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { size: 7 } },
    hooks: { setCursor: [(plot) => onPointer(plot.cursor.idx ?? null)] },
    scales: {
      x: { time: true, range: () => [until() - seconds, until()] },
      y: { range: (_plot, _low, high) => [0, ceiling(high, spec.least)] },
    },
    axes: [
      { stroke: ink, font, size: 30, grid: { show: false }, ticks: { show: false }, space: 76, values: (_plot, ticks) => ticks.map((at) => timeOfDay(at * 1000, ticks[1] - ticks[0] < 60)) },
      { stroke: ink, font, size: 58, space: 36, grid: { stroke: line, width: 1 }, ticks: { show: false }, values: (_plot, ticks) => ticks.map(spec.axis ?? spec.format) },
    ],
    series: [{}, ...spec.series.map((series) => ({
      stroke: colour(element, series.colour),
      width: series.bars ? 0 : 1.75,
      dash: DASHES[series.dash ?? 'solid'],
      points: { show: false },
      ...(series.bars ? { fill: colour(element, series.colour), paths: uPlot.paths.bars({ size: [0.8, 14, 3], align: 1 }) } : {}),
      ...(series.area ? { fill: `${colour(element, series.colour)}1f` } : {}),
    }))],
  };
}

const until = () => Date.now() / 1000;

const ceiling = (high, least = 1) => Math.max(least, (high ?? 0) * 1.15);

/** @param spec {format, axis, least, series: [{label, colour, dash, bars, area}]}; data: [seconds[], values[]...]; seconds: how much time is shown */
export function Chart({ title, unit, spec, data, seconds, theme }) {
  const box = useRef(null);
  const plot = useRef(null);
  const [pointer, setPointer] = useState(null);

  useEffect(() => {
    const element = box.current;
    const draw = () => {
      plot.current?.destroy();
      plot.current = new uPlot(options(element, spec, Math.max(160, element.clientWidth), seconds, setPointer), data, element);
    };
    draw();
    const observer = new ResizeObserver(() => plot.current?.setSize({ width: Math.max(160, element.clientWidth), height: HEIGHT }));
    observer.observe(element);
    return () => { observer.disconnect(); plot.current?.destroy(); plot.current = null; };
  }, [theme, spec, seconds]);

  useEffect(() => { plot.current?.setData(data); }, [data]);

  const last = data[0].length - 1;
  const index = pointer ?? last;
  const at = data[0][index];
  return html`
    <section class="card chart" aria-label=${`${title} chart`}>
      <div class="chart-head">
        <h3>${title}</h3>
        <span class="faint">${pointer === null ? unit : timeOfDay((at ?? 0) * 1000, true)}</span>
      </div>
      <ul class="legend">
        ${spec.series.map((series, n) => html`
          <li key=${series.label}>
            <svg class=${`swatch ${series.tone}`} width="22" height="10" aria-hidden="true" focusable="false">
              ${series.bars
                ? html`<rect x="4" y="1" width="5" height="9" /><rect x="12" y="4" width="5" height="6" />`
                : html`<line x1="1" y1="5" x2="21" y2="5" stroke-dasharray=${(DASHES[series.dash ?? 'solid']).join(' ')} />`}
            </svg>
            <span>${series.label}</span>
            <strong class="figure">${show(data[n + 1]?.[index], spec.format)}</strong>
          </li>`)}
      </ul>
      <div class="plot" ref=${box} role="img" aria-label=${spoken(title, spec, data)}></div>
    </section>`;
}

const show = (value, format) => (value === null || value === undefined ? NONE : format(value));

const real = (values) => (values ?? []).filter((value) => value !== null && value !== undefined);

/** The drawing in words: the highest and the latest value of each line. */
function spoken(title, spec, data) {
  const parts = spec.series.map((series, n) => {
    const values = real(data[n + 1]);
    if (values.length === 0) return `${series.label}: nothing recorded`;
    return `${series.label}: latest ${spec.format(values[values.length - 1])}, highest ${spec.format(Math.max(...values))}`;
  });
  return `${title}. ${parts.join('. ')}.`;
}

/** The same figures as rows, for those who do not see the drawing or want the numbers. */
export function ChartTable({ charts }) {
  return html`
    <details class="figures">
      <summary>Show the figures as a table</summary>
      <div class="scroller" tabindex="0" role="region" aria-label="Figures of the charts">
        <table>
          <thead><tr><th scope="col">Chart</th><th scope="col">Line</th><th scope="col" class="num">Latest</th>
            <th scope="col" class="num">Average</th><th scope="col" class="num">Highest</th></tr></thead>
          <tbody>
            ${charts.flatMap(({ title, spec, data }) => spec.series.map((series, n) => {
              const values = real(data[n + 1]);
              const mean = values.reduce((sum, value) => sum + value, 0) / (values.length || 1);
              return html`<tr key=${title + series.label}><td>${title}</td><td>${series.label}</td>
                <td class="num">${values.length ? spec.format(values[values.length - 1]) : NONE}</td>
                <td class="num">${values.length ? spec.format(mean) : NONE}</td>
                <td class="num">${values.length ? spec.format(Math.max(...values)) : NONE}</td></tr>`;
            }))}
          </tbody>
        </table>
      </div>
    </details>`;
}
