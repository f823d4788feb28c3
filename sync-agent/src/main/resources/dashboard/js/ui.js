// The small parts that every view is made of.
import { html, useState, useEffect, useLayoutEffect, useRef, useCallback } from '../vendor/htm-preact-3.1.1.module.js';
import { Icon } from './icons.js';
import { useRefusal } from './access.js';
import { tell, useStore } from './store.js';
import { ago, fullTime, count, rate, seconds } from './format.js';

let lastId = 0;
export function useId(prefix) {
  const ref = useRef(null);
  if (ref.current === null) ref.current = `${prefix}-${++lastId}`;
  return ref.current;
}

/** The time now, renewed every second, for texts such as "3 s ago". */
export function useNow(everyMillis = 1000) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMillis);
    return () => clearInterval(timer);
  }, [everyMillis]);
  return now;
}

/** Something fetched: {data, problem, loading, again}. Fetched anew when a key changes, when the agent is back, and every so often if asked. */
export function useFetched(fetcher, keys, everyMillis = 0) {
  const [state, setState] = useState({ data: null, problem: null, loading: true });
  const [round, setRound] = useState(0);
  const returns = useStore((s) => s.returns);
  useEffect(() => {
    const stopped = new AbortController();
    let timer = 0;
    const look = async () => {
      try {
        const data = await fetcher(stopped.signal);
        if (!stopped.signal.aborted) setState({ data, problem: null, loading: false });
      } catch (problem) {
        if (!stopped.signal.aborted) setState((before) => ({ data: before.data, problem, loading: false }));
      }
      if (everyMillis && !stopped.signal.aborted) timer = setTimeout(look, everyMillis);
    };
    look();
    return () => { stopped.abort(); clearTimeout(timer); };
  }, [...keys, round, returns]);
  const again = useCallback(() => setRound((n) => n + 1), []);
  return { ...state, again };
}

/** A button. With an action it is dead, and says why, for those who may not do it. */
export function Button({ action, icon, kind = 'plain', busy = false, disabled = false, onClick, children, label, type = 'button' }) {
  const reason = useRefusal(action);
  const reasonId = useId('reason');
  const dead = disabled || busy || Boolean(action && reason);
  const why = action && reason ? reason : '';
  return html`
    <button type=${type} class=${`button ${kind}`} aria-label=${label} title=${why || undefined} aria-busy=${busy || undefined}
            aria-disabled=${dead || undefined} aria-describedby=${why ? reasonId : undefined}
            onClick=${(event) => { if (dead) event.preventDefault(); else onClick?.(event); }}>
      ${icon && html`<${Icon} name=${icon} size=${18} />`}
      ${children && html`<span>${children}</span>`}
    </button>${why && html`<span id=${reasonId} class="unseen">${why}</span>`}`;
}

/**
 * Runs a request, keeps the button busy meanwhile, and says how it went. A failure goes to a message, or, if kept, to the third value: a
 * message under an open dialog could not be read.
 */
export function useAction({ keepProblem = false } = {}) {
  const [busy, setBusy] = useState('');
  const [kept, setKept] = useState(null);
  const run = async (name, work, done) => {
    setBusy(name);
    setKept(null);
    try {
      const result = await work();
      if (done) tell('ok', typeof done === 'function' ? done(result) : done);
      return { result };
    } catch (problem) {
      if (keepProblem) setKept(problem);
      else tell('bad', problem.message);
      return { problem };
    } finally {
      setBusy('');
    }
  };
  return [busy, run, kept];
}

export const Badge = ({ kind = 'plain', icon, children }) => html`
  <span class=${`badge ${kind}`}>${icon && html`<${Icon} name=${icon} size=${14} />`}<span>${children}</span></span>`;

export const Ago = ({ at, now }) => (at
  ? html`<time datetime=${String(at)} title=${fullTime(at)}>${ago(at, now)}</time>`
  : html`<span class="faint">never</span>`);

/** A modal window; Escape and the close button give up. A problem is what the agent said to the last attempt. */
export function Dialog({ title, onClose, children, actions, problem = null, wide = false }) {
  const ref = useRef(null);
  const titleId = useId('dialog');
  useLayoutEffect(() => {
    const before = document.activeElement;
    ref.current.showModal();
    return () => { if (before?.isConnected) before.focus(); };
  }, []);
  return html`
    <dialog ref=${ref} class=${wide ? 'wide' : ''} aria-labelledby=${titleId}
            onCancel=${(event) => { event.preventDefault(); onClose(); }}>
      <div class="dialog-head">
        <h2 id=${titleId}>${title}</h2>
        <${Button} kind="quiet" icon="close" label="Close" onClick=${onClose} />
      </div>
      <div class="dialog-body">${children}${problem && html`<${Trouble} problem=${problem} />`}</div>
      <div class="dialog-actions">${actions}</div>
    </dialog>`;
}

/** Asks before something is done. */
export const Confirm = ({ title, children, yes, kind = 'primary', busy, problem, onYes, onClose }) => html`
  <${Dialog} title=${title} onClose=${onClose} problem=${problem} actions=${html`
    <${Button} onClick=${onClose}>Not now<//>
    <${Button} kind=${kind} busy=${busy} onClick=${onYes}>${yes}<//>`}>${children}<//>`;

export const Empty = ({ icon = 'ok', title, children }) => html`
  <div class="empty"><${Icon} name=${icon} size=${36} /><p class="empty-title">${title}</p><p>${children}</p></div>`;

export const Trouble = ({ problem, again }) => html`
  <div class="notice bad" role="alert">
    <${Icon} name="bad" />
    <div><strong>${problem.title || 'That did not work'}</strong><p>${problem.message}</p></div>
    ${again && html`<${Button} icon="retry" onClick=${again}>Try again<//>`}
  </div>`;

export const Loading = ({ what }) => html`<p class="loading" role="status">Loading ${what}…</p>`;

export const PageHead = ({ title, lead, children }) => html`
  <header class="page-head">
    <div><h1 tabindex="-1">${title}</h1>${lead && html`<p class="lead">${lead}</p>`}</div>
    ${children && html`<div class="page-actions">${children}</div>`}
  </header>`;

/** One choice out of few, as a row of buttons. */
export const Choice = ({ legend, value, options, onChange }) => html`
  <div class="choice" role="group" aria-label=${legend}>
    ${Object.entries(options).map(([key, text]) => html`
      <button type="button" key=${key} aria-pressed=${key === value} onClick=${() => onChange(key)}>${text}</button>`)}
  </div>`;

export function Search({ label, value, onInput }) {
  const id = useId('search');
  return html`
    <div class="search">
      <label class="unseen" for=${id}>${label}</label>
      <${Icon} name="search" size=${18} />
      <input id=${id} type="search" placeholder=${label} value=${value} autocomplete="off" spellcheck=${false}
             onInput=${(event) => onInput(event.currentTarget.value)} />
    </div>`;
}

export function Select({ label, value, options, onChange }) {
  const id = useId('select');
  return html`
    <div class="select">
      <label class="unseen" for=${id}>${label}</label>
      <select id=${id} value=${value} onChange=${(event) => onChange(event.currentTarget.value)}>
        ${Object.entries(options).map(([key, text]) => html`<option key=${key} value=${key} selected=${key === value}>${text}</option>`)}
      </select>
    </div>`;
}

function pace(done, total, perSecond, remainingSeconds) {
  const left = remainingSeconds === null || remainingSeconds === undefined ? '' : ` · ${seconds(remainingSeconds)} left`;
  return `${count(done)} of ${count(total)} documents · ${rate(perSecond)} per second${left}`;
}

/** How far something long is, how fast it goes and how long it will take. */
export function Progress({ label, done, total, perSecond, remainingSeconds, children }) {
  const percent = total > 0 ? Math.min(100, (100 * done) / total) : 0;
  return html`
    <div class="progress" role="group" aria-label=${label}>
      <div class="progress-head"><span>${label}</span><span class="figure">${Math.floor(percent)} %</span></div>
      <progress max="100" value=${percent} aria-label=${label}></progress>
      <div class="progress-foot">
        <span>${total > 0 ? pace(done, total, perSecond, remainingSeconds) : 'It has just begun.'}</span>
        ${children}
      </div>
    </div>`;
}
