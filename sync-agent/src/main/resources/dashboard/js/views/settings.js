// The one switch, how the page looks, and every setting in force with where it came from.
import { html, useState } from '../../vendor/htm-preact-3.1.1.module.js';
import { get, post, SYNC } from '../api.js';
import { useStore } from '../store.js';
import { Icon } from '../icons.js';
import { Badge, Button, Choice, Confirm, Empty, Loading, PageHead, Search, Trouble, useAction, useFetched } from '../ui.js';
import { plural, seconds } from '../format.js';
import { Backup } from './backup.js';
import { LongWork } from './long-work.js';

export function Settings() {
  return html`
    <${PageHead} title="Settings" lead="What Tandem works with. Values are set in the environment or in .env, and take effect at the next start." />
    <${LongWork} />
    <${Switch} />
    <${Backup} />
    <${Appearance} />
    <${InForce} />`;
}

function Switch() {
  const health = useStore((s) => s.health);
  const [asking, setAsking] = useState(false);
  const [busy, run, failed] = useAction({ keepProblem: true });
  if (!health) return html`<${Loading} what="the state" />`;
  const on = health.enabled;
  const flip = async () => {
    const { problem } = await run('toggle', () => post(`${SYNC}/toggle`, { enabled: !on }), (state) => state?.message ?? 'Done.');
    if (!problem) setAsking(false);
  };
  return html`
    <section class="card setting" aria-labelledby="two-way">
      <div>
        <h2 id="two-way">Two-way sync <${Badge} kind=${on ? 'ok' : 'info'} icon=${on ? 'ok' : 'off'}>${on ? 'On' : 'Off'}<//></h2>
        <p>${on ? 'Changes travel in both directions between this device and Atlas.' : 'Changes on this device go to Atlas; changes made elsewhere are not brought here.'}</p>
      </div>
      <${Button} action="toggle" kind=${on ? 'plain' : 'primary'} onClick=${() => setAsking(true)}>${on ? 'Turn off…' : 'Turn on…'}<//>
      ${asking && html`
        <${Confirm} title=${on ? 'Turn two-way sync off?' : 'Turn two-way sync on?'} yes=${on ? 'Turn off' : 'Turn on'} busy=${busy === 'toggle'} problem=${failed} onYes=${flip} onClose=${() => setAsking(false)}>
          ${on ? html`<p>Changes made elsewhere stop arriving on this device. Its own changes go on to Atlas, and win where both sides changed a document. Nothing is lost: it catches up when turned on again.</p>`
            : html`<p>Changes made elsewhere since it was turned off arrive on this device now. Where both sides changed a document, the conflict rules decide and the log keeps both versions.</p>`}
          <p class="faint">After a restart the state is again what BIDIRECTIONAL_SYNC_ENABLED says.</p>
        <//>`}
    </section>`;
}

const LOOKS = { system: 'As the system', light: 'Light', dark: 'Dark' };

function Appearance() {
  const [look, setLook] = useState(document.documentElement.dataset.theme ?? 'system');
  const choose = (name) => {
    setLook(name);
    if (name === 'system') {
      delete document.documentElement.dataset.theme;
      localStorage.removeItem('tandem.theme');
    } else {
      document.documentElement.dataset.theme = name;
      localStorage.setItem('tandem.theme', name);
    }
    dispatchEvent(new Event('tandem-theme'));
  };
  return html`
    <section class="card setting" aria-labelledby="looks">
      <div><h2 id="looks">Appearance</h2><p>Kept in this browser only.</p></div>
      <${Choice} legend="Appearance" value=${look} options=${LOOKS} onChange=${choose} />
    </section>`;
}

function InForce() {
  const { data, problem, again } = useFetched((signal) => get('/api/config', { signal }), []);
  const [filter, setFilter] = useState('');
  const version = useStore((s) => s.version);
  const uptime = useStore((s) => s.uptimeSeconds);
  if (problem && !data) return html`<${Trouble} problem=${problem} again=${again} />`;
  if (!data) return html`<${Loading} what="settings" />`;
  const words = filter.toLowerCase();
  const shown = data.items.filter((item) => `${item.name} ${item.value} ${item.meaning} ${item.group} ${item.source}`.toLowerCase().includes(words));
  const groups = [...new Set(shown.map((item) => item.group))];
  return html`
    <section aria-labelledby="in-force">
      <div class="section-head"><h2 id="in-force">In force</h2><p class="faint">Tandem ${version}, running for ${seconds(uptime)} · <a href="/docs">REST interface</a></p></div>
      ${data.warnings.map((warning) => html`<div key=${warning} class="notice warn"><${Icon} name="warn" /><div>${warning}</div></div>`)}
      <div class="tools"><${Search} label="Find a setting" value=${filter} onInput=${setFilter} /><p class="faint" role="status">${plural(shown.length, 'setting')}</p></div>
      ${shown.length === 0 && html`<${Empty} icon="search" title="Nothing matches">No setting has this in its name, value or meaning.<//>`}
      ${groups.map((group) => html`
        <div key=${group} class="card table-card">
          <table class="stacking config">
            <caption>${group}</caption>
            <thead><tr><th scope="col">Setting</th><th scope="col">Value</th><th scope="col">From</th></tr></thead>
            <tbody>${shown.filter((item) => item.group === group).map((item) => html`<${Row} key=${item.name} item=${item} />`)}</tbody>
          </table>
        </div>`)}
    </section>`;
}

const Row = ({ item }) => html`
  <tr>
    <th scope="row"><span class="mono name">${item.name}</span><span class="reason">${item.meaning}</span>${item.rule && html`<span class="reason">Allowed: it ${item.rule}.</span>`}</th>
    <td data-label="Value"><span class="mono break">${item.value === '' ? html`<span class="absent">not set</span>` : item.value}</span>
      ${item.secret && item.value.includes('<hidden>') && html` <${Badge} icon="lock">hidden<//>`}
      ${item.source !== 'default' && item.defaultValue !== '' && item.defaultValue !== item.value && html`<span class="reason">default: ${item.defaultValue}</span>`}</td>
    <td data-label="From">${item.source === 'default' ? html`<span class="faint">default</span>` : html`<${Badge} icon="settings">${item.source}<//>`}</td>
  </tr>`;
