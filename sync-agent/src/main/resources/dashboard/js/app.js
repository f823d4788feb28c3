// The frame around the views: who is signed in, which view is shown, and whether the figures are live.
import { html, render, useState, useEffect, useRef } from '../vendor/htm-preact-3.1.1.module.js';
import { get, setToken, token, whenUnauthorized } from './api.js';
import { listen, listenWhileSeen, stopListening, whenBack } from './events.js';
import { current, useStore, update, forget, forgetPerson } from './store.js';
import { judge } from './status.js';
import { Icon } from './icons.js';
import { Button, Badge, useNow } from './ui.js';
import { ago } from './format.js';
import { SignIn } from './views/sign-in.js';
import { Overview } from './views/overview.js';
import { Collections } from './views/collections.js';
import { Conflicts } from './views/conflicts.js';
import { Quarantine } from './views/quarantine.js';
import { Devices } from './views/devices.js';
import { Activity } from './views/activity.js';
import { Settings } from './views/settings.js';

const VIEWS = {
  overview: ['Overview', Overview],
  collections: ['Collections', Collections],
  conflicts: ['Conflicts', Conflicts],
  quarantine: ['Quarantine', Quarantine],
  devices: ['Devices', Devices],
  activity: ['Activity', Activity],
  settings: ['Settings', Settings],
};

/** The view and the item in the address: #/conflicts/4711 */
function place() {
  const [name, ...rest] = location.hash.replace(/^#\/?/, '').split('/');
  let item = '';
  try {
    item = decodeURIComponent(rest.join('/'));
  } catch {
    item = ''; // an address that somebody cut short
  }
  return { name: Object.hasOwn(VIEWS, name) ? name : 'overview', item };
}

function usePlace() {
  const [here, setHere] = useState(place);
  useEffect(() => {
    const look = () => setHere(place());
    addEventListener('hashchange', look);
    return () => removeEventListener('hashchange', look);
  }, []);
  return here;
}

/** Who is asking; false when a token is needed first. */
async function getToKnow() {
  try {
    update({ session: await get('/api/session'), signInNeeded: false, refused: false });
  } catch (problem) {
    if (problem.status === 401) return false;
    // Otherwise the agent does not answer. The live events find that out as well and say so; when it is back, this is asked again.
  }
  return true;
}

async function start() {
  if (await getToKnow()) listen();
}

function signOut() {
  setToken('');
  stopListening();
  forgetPerson();
}

/** What stands at a menu entry: how many things wait there for a person. */
function useCounts() {
  const metrics = useStore((s) => s.metrics);
  const health = useStore((s) => s.health);
  const held = (health?.problems ?? []).filter((problem) => problem.code === 'SYNC-401').length;
  return { quarantine: metrics?.quarantined ?? 0, collections: held };
}

const COUNT_WORDS = { quarantine: 'waiting', collections: 'to decide' };

function Menu({ here, counts, onChosen }) {
  return html`
    <ul class="menu">
      ${Object.entries(VIEWS).map(([name, [title]]) => html`
        <li key=${name}>
          <a href=${`#/${name}`} aria-current=${here.name === name ? 'page' : undefined} onClick=${onChosen}>
            <${Icon} name=${name} /><span>${title}</span>
            ${counts[name] > 0 && html`<span class="count">${counts[name]}<span class="unseen"> ${COUNT_WORDS[name]}</span></span>`}
          </a>
        </li>`)}
    </ul>`;
}

function Live() {
  const link = useStore((s) => s.link);
  const heardAt = useStore((s) => s.heardAt);
  const now = useNow();
  const crowded = useStore((s) => s.crowded);
  if (link === 'live') return html`<${Badge} kind="ok" icon="ok">${crowded ? 'Every few seconds' : 'Live'}<//>`;
  if (link === 'lost') return html`<${Badge} kind="bad" icon="bad">${heardAt ? `Last heard ${ago(heardAt, now)}` : 'No connection'}<//>`;
  return html`<${Badge} icon="wait">Connecting<//>`;
}

/** The state in two words, on every page; the overview has it in full. */
function Standing() {
  const state = useStore((s) => s);
  const { level, headline } = judge(state);
  return html`<a class=${`standing ${level}`} href="#/overview"><${Icon} name=${level} size=${18} /><span>${headline}</span></a>`;
}

function Who() {
  const session = useStore((s) => s.session);
  if (!session) return null;
  return html`
    <div class="who">
      <p class="who-device" title=${session.instanceId}>${session.instanceId || 'This device'}</p>
      <p class="faint">${session.loginRequired ? `${session.name}, ${session.role}` : 'On this machine, no sign-in'}</p>
      ${session.loginRequired && html`<${Button} kind="quiet" icon="out" onClick=${signOut}>Sign out<//>`}
    </div>`;
}

const Brand = () => html`
  <a class="brand" href="#/overview"><img src="favicon.svg" width="28" height="28" alt="" /><span class="brand-name">Tandem</span></a>`;

function Notes() {
  const notes = useStore((s) => s.notes);
  return html`
    <div class="notes" role="status" aria-live="polite">
      ${notes.map((note) => html`
        <div key=${note.id} class=${`note ${note.kind}`}>
          <${Icon} name=${note.kind} /><span>${note.text}</span>
          <${Button} kind="quiet" icon="close" label="Close message" onClick=${() => forget(note.id)} />
        </div>`)}
    </div>`;
}

/** Tells a screen reader, and the tab, when the judgement changes; the overview itself would repeat it every second. */
function Herald({ title }) {
  const state = useStore((s) => s);
  const { level, headline, remedy } = judge(state);
  useEffect(() => {
    const name = title === 'Overview' ? headline : title;
    document.title = `${level === 'bad' || level === 'warn' ? '⚠ ' : ''}${name} · Tandem`;
  }, [title, level, headline]);
  return html`<p class="unseen" role="status">${headline}. ${remedy}</p>`;
}

function Frame() {
  const here = usePlace();
  const counts = useCounts();
  const [open, setOpen] = useState(false);
  const menuButton = useRef(null);
  const main = useRef(null);
  const first = useRef(true);
  const [title, View] = VIEWS[here.name];

  useEffect(() => {
    setOpen(false);
    if (first.current) { first.current = false; return; }
    scrollTo(0, 0);
    main.current.querySelector('h1')?.focus({ preventScroll: true }); // a new page begins at its title
  }, [here.name]);

  const onKey = (event) => {
    if (event.key === 'Escape' && open) { setOpen(false); menuButton.current?.focus(); }
  };

  return html`
    <a class="skip" href="#main" onClick=${(event) => { event.preventDefault(); main.current.focus(); }}>Skip to the content</a>
    <div class="frame" onKeyDown=${onKey}>
      <header class="top">
        <button ref=${menuButton} type="button" class="button quiet menu-button" aria-expanded=${String(open)} aria-controls="side"
                onClick=${() => setOpen(!open)}><${Icon} name=${open ? 'close' : 'collections-menu'} /><span>Menu</span></button>
        <${Brand} />
        <div class="top-state">${here.name !== 'overview' && html`<${Standing} />`}<${Live} /></div>
      </header>
      <nav id="side" class=${open ? 'side open' : 'side'} aria-label="Views">
        <div class="side-sheet">
          <${Brand} />
          <${Menu} here=${here} counts=${counts} onChosen=${() => setOpen(false)} />
          <${Who} />
        </div>
      </nav>
      <main id="main" tabindex="-1" ref=${main}><${View} key=${here.name} item=${here.item} /></main>
    </div>
    <${Herald} title=${title} />
    <${Notes} />`;
}

function App() {
  const signInNeeded = useStore((s) => s.signInNeeded);
  return signInNeeded ? html`<${SignIn} onDone=${start} /><${Notes} />` : html`<${Frame} />`;
}

whenUnauthorized(() => {
  stopListening();
  update({ signInNeeded: true, refused: Boolean(current().session && token()) });
});
whenBack(getToKnow);
listenWhileSeen();

const root = document.getElementById('app');
root.replaceChildren();
render(html`<${App} />`, root);
start();
