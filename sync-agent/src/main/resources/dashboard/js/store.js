// What the page knows now. One object, replaced on every change; views subscribe to the part they show.
import { useState, useEffect } from '../vendor/htm-preact-3.1.1.module.js';

const listeners = new Set();

const NOTHING = {
  link: 'connecting', // connecting | live | lost
  linkSince: Date.now(),
  heardAt: 0,
  returns: 0, // how often the agent came back after it was lost; what was fetched before is fetched again
  crowded: false, // the agent has no event stream left for this page, so it is asked every few seconds
  health: null,
  metrics: null,
  session: null,
  signInNeeded: false,
  refused: false, // a token that worked before does not any more
  activity: [], // newest first, bounded
  dropped: 0, // changes that the agent left out because there were too many to show
  alerts: [],
  alertsSeen: 0,
  verification: null,
  backup: null,
  version: '',
  uptimeSeconds: 0,
  notes: [], // messages to the person, shown for a while
};

let state = NOTHING;

export const current = () => state;

export function update(change) {
  const next = typeof change === 'function' ? change(state) : change;
  state = { ...state, ...next };
  for (const listener of [...listeners]) listener();
}

/** Back to the sign-in: what one person saw is not left for the next. */
export const forgetPerson = () => update({ ...NOTHING, linkSince: Date.now(), notes: state.notes, signInNeeded: true });

/** The selected part; the component is drawn again when it becomes another value. */
export function useStore(select) {
  const [value, setValue] = useState(() => select(state));
  useEffect(() => {
    const look = () => setValue(() => select(state));
    listeners.add(look);
    look();
    return () => listeners.delete(look);
  }, []);
  return value;
}

let lastNote = 0;
const NOTE_MILLIS = 6_000;

/** Tells the person something; kind is ok or bad. Errors stay until they are closed. */
export function tell(kind, text) {
  const id = ++lastNote;
  update((s) => ({ notes: [...s.notes.slice(-3), { id, kind, text }] }));
  if (kind !== 'bad') setTimeout(() => forget(id), NOTE_MILLIS);
}

export const forget = (id) => update((s) => ({ notes: s.notes.filter((note) => note.id !== id) }));
