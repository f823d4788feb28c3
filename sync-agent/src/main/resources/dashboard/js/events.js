// The agent's live events. Read with fetch instead of EventSource, because the token belongs in a header, never in a URL.
import { authorization, get } from './api.js';
import { current, update } from './store.js';

const SILENCE_MILLIS = 6_000;
const RETRY_MILLIS = 1_500;
const AGAIN_MILLIS = 200;
const POLL_MILLIS = 2_000;
const POLL_ROUNDS = 10;
const TOO_MANY = 429;
const UNSEEN_MILLIS = 60_000;
const ACTIVITY_MAX = 500;
const MISSED_MAX = 200;

let running = null;
let onReturn = () => {};

/** The listener is called when the agent is back after it was lost: it may be another one by now. */
export const whenBack = (listener) => { onReturn = listener; };

/** Starts listening, or starts over with a new token. */
export function listen() {
  running?.abort();
  running = new AbortController();
  loop(running.signal);
}

export function stopListening() {
  running?.abort();
  running = null;
}

let letGo = 0;

/** A page that nobody looks at gives its stream back after a while: browsers and the agent have only a few. */
export function listenWhileSeen() {
  document.addEventListener('visibilitychange', () => {
    clearTimeout(letGo);
    if (document.visibilityState === 'visible') {
      if (!running && !current().signInNeeded) listen();
    } else {
      letGo = setTimeout(stopListening, UNSEEN_MILLIS);
    }
  });
}

async function loop(stopped) {
  while (!stopped.aborted) {
    const heardBefore = current().heardAt;
    try {
      await readOnce(stopped);
    } catch {
      // A broken stream is not news: the state below says it, and the next round tries again.
    }
    if (stopped.aborted) return;
    const heard = current().heardAt !== heardBefore;
    if (!heard) setLink('lost'); // a stream that worked and ended is tried once more before anybody is alarmed
    await pause(heard ? AGAIN_MILLIS : RETRY_MILLIS, stopped);
  }
}

/** Reads one stream to its end. */
async function readOnce(stopped) {
  const quiet = new AbortController();
  const signal = AbortSignal.any([stopped, quiet.signal]);
  let alarm = setTimeout(() => quiet.abort(), SILENCE_MILLIS);
  try {
    const response = await fetch('/api/events', {
      headers: { Accept: 'text/event-stream', ...authorization() },
      cache: 'no-store',
      signal,
    });
    if (response.status === 401) {
      update({ signInNeeded: true });
      running?.abort();
      return;
    }
    if (response.status === TOO_MANY) {
      clearTimeout(alarm);
      await poll(signal);
      return;
    }
    if (!response.ok || !response.body) return;
    lookBack(signal); // the agent has this stream on its list before it answers
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    const parser = createParser(handle);
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      clearTimeout(alarm);
      alarm = setTimeout(() => quiet.abort(), SILENCE_MILLIS);
      if (current().crowded) update({ crowded: false });
      setLink('live');
      parser(value);
    }
  } finally {
    clearTimeout(alarm);
    quiet.abort();
  }
}

/** All streams are taken: asks for the same figures instead, for a while. Throws when the agent does not answer. */
async function poll(signal) {
  for (let round = 0; round < POLL_ROUNDS && !signal.aborted; round++) {
    takeStatus(await get('/api/status', { signal }));
    lookBack(signal);
    update({ crowded: true });
    setLink('live');
    await pause(POLL_MILLIS, signal);
  }
}

/** What happened while no stream was open, and before the page was: asked for once one is, so that nothing falls in between. */
async function lookBack(signal) {
  try {
    const { changes, notices } = await get(`/api/activity?limit=${MISSED_MAX}`, { signal });
    remember([...changes.map(asChange), ...notices.map(asNotice)], 0);
  } catch {
    // The stream goes on without what was before; the next one asks again. A refused token is told by the stream as well.
  }
}

/** Takes text as it arrives and calls back once per complete event. */
export function createParser(onEvent) {
  let rest = '';
  let name = 'message';
  let data = [];
  return (chunk) => {
    const lines = (rest + chunk).split(/\r\n|\n|\r/);
    rest = lines.pop();
    for (const line of lines) {
      if (line === '') {
        if (data.length) onEvent(name, data.join('\n'));
        name = 'message';
        data = [];
      } else if (line.startsWith('event:')) {
        name = line.slice(6).trim();
      } else if (line.startsWith('data:')) {
        data.push(line.slice(5).replace(/^ /, ''));
      }
    }
  };
}

function handle(name, text) {
  const data = JSON.parse(text);
  switch (name) {
    case 'status':
      takeStatus(data);
      break;
    case 'changes':
      remember(data.changes.map(asChange), data.dropped ?? 0);
      break;
    case 'notice':
      remember([asNotice(data)], 0);
      break;
    case 'alert':
      update((s) => ({ alertsSeen: s.alertsSeen + 1 })); // lists of alerts look again
      break;
    default: // a newer agent may say more than this page knows
  }
}

const takeStatus = (data) => update({
  health: data.health,
  metrics: data.metrics,
  alerts: data.alerts ?? [],
  verification: data.verification,
  backup: data.backup ?? null,
  version: data.version,
  uptimeSeconds: data.uptimeSeconds,
  heardAt: Date.now(),
});

const asChange = (change) => ({ type: 'change', ...change });
const asNotice = (notice) => ({ type: 'notice', ...notice });

/** Puts entries among what is known, newest first. One that was told twice, by the stream and by looking back, is one. */
function remember(entries, dropped) {
  const fresh = entries.map((entry) => ({ key: JSON.stringify(entry), ...entry }));
  update((s) => {
    const all = new Map([...fresh, ...s.activity].map((entry) => [entry.key, entry]));
    const activity = [...all.values()].sort((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, ACTIVITY_MAX);
    return { activity, dropped: s.dropped + dropped };
  });
}

function setLink(link) {
  const before = current();
  if (before.link === link) return;
  const back = link === 'live' && before.link === 'lost';
  update({ link, linkSince: Date.now(), returns: before.returns + (back ? 1 : 0) });
  if (back) onReturn();
}

const pause = (millis, signal) => new Promise((resolve) => {
  const timer = setTimeout(resolve, millis);
  signal.addEventListener('abort', () => { clearTimeout(timer); resolve(); }, { once: true });
});
