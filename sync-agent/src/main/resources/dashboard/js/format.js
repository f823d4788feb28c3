// Numbers, times and durations as people read them.

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const shortClock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const dayAndClock = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit',
});

const dayAndShortClock = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });

export const NONE = '–';

const absent = (value) => value === null || value === undefined || Number.isNaN(value);

export const count = (value) => (absent(value) ? NONE : whole.format(value));

/** Changes per second. */
export function rate(value) {
  if (absent(value)) return NONE;
  return value > 0 && value < 0.1 ? '< 0.1' : (value < 100 ? tenth : whole).format(value);
}

/** Milliseconds as a duration with one fitting unit, such as 42 ms, 1.3 s or 5 min. */
export function duration(millis) {
  if (absent(millis)) return NONE;
  const size = Math.abs(millis);
  if (size === 0) return '0 ms';
  if (size < 1) return '< 1 ms';
  if (size < 1000) return `${whole.format(millis)} ms`;
  if (size < 60_000) return `${(size < 10_000 ? tenth : whole).format(millis / 1000)} s`;
  if (size < 3_600_000) return `${whole.format(millis / 60_000)} min`;
  if (size < 86_400_000) return `${tenth.format(millis / 3_600_000)} h`;
  return `${tenth.format(millis / 86_400_000)} days`;
}

export const seconds = (value) => (absent(value) ? NONE : duration(value * 1000));

/** Milliseconds since the epoch of an instant in either form, or NaN. */
export const millisOf = (instant) => (typeof instant === 'number' ? instant : Date.parse(instant ?? ''));

/** How long ago, for example 3 s ago. */
export function ago(instant, now = Date.now()) {
  const at = millisOf(instant);
  if (Number.isNaN(at)) return 'never';
  const passed = now - at;
  if (passed < 1000) return 'just now';
  return `${passed < 60_000 ? `${Math.floor(passed / 1000)} s` : duration(passed)} ago`;
}

/** Time of day; with the date when it was not today. */
export function time(instant) {
  const at = millisOf(instant);
  if (Number.isNaN(at)) return NONE;
  const date = new Date(at);
  return date.toDateString() === new Date().toDateString() ? clock.format(date) : dayAndClock.format(date);
}

export const timeOfDay = (millis, precise) => (precise ? clock : shortClock).format(new Date(millis));

export const fullTime = (instant) => {
  const at = millisOf(instant);
  return Number.isNaN(at) ? NONE : dayAndClock.format(new Date(at));
};

export const plural = (n, one, many = `${one}s`) => `${count(n)} ${n === 1 ? one : many}`;

/** Time in a list: of day when today, else with the day. */
export function shortTime(instant) {
  const at = millisOf(instant);
  if (Number.isNaN(at)) return NONE;
  const date = new Date(at);
  return date.toDateString() === new Date().toDateString() ? clock.format(date) : dayAndShortClock.format(date);
}

/** A text of the agent as the beginning of a sentence. */
export const sentence = (text) => {
  const words = String(text ?? '').trim();
  return words ? `${words[0].toUpperCase()}${words.slice(1)}${/[.!?]$/.test(words) ? '' : '.'}` : '';
};

/** The names of a direction and of the sides, everywhere the same. */
export const DIRECTIONS = { localToAtlas: 'To Atlas', atlasToLocal: 'To this device' };
export const direction = (name) => DIRECTIONS[name] ?? String(name ?? NONE);

const KILO = 1024;
const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'];

/** An amount of data with one fitting unit. */
export function bytes(value) {
  if (absent(value)) return NONE;
  const step = value < KILO ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log(value) / Math.log(KILO)));
  const amount = value / KILO ** step;
  return `${(step > 0 && amount < 10 ? tenth : whole).format(amount)} ${UNITS[step]}`;
}
