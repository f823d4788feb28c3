// The fleet, as each device last reported to Atlas.
import { html, useState } from '../../vendor/htm-preact-3.1.1.module.js';
import { get, SYNC } from '../api.js';
import { Icon } from '../icons.js';
import { Ago, Badge, Empty, Loading, PageHead, Search, Trouble, useFetched, useNow } from '../ui.js';
import { count, duration, fullTime, plural } from '../format.js';

const SILENT_MILLIS = 90_000;
const OFFSET_MILLIS = 1_000;

export function Devices() {
  const { data, problem, again } = useFetched((signal) => get(`${SYNC}/devices`, { signal }), [], 5_000);
  const [filter, setFilter] = useState('');
  const now = useNow(5_000);
  const items = [...(data?.items ?? [])].sort((a, b) => Number(b.self) - Number(a.self) || a.instanceId.localeCompare(b.instanceId));
  const shown = items.filter((device) => device.instanceId.toLowerCase().includes(filter.toLowerCase()));
  const clashes = items.filter((device) => device.identityClash);
  return html`
    <${PageHead} title="Devices" lead="Every device that keeps in step through the same Atlas database, as it last reported." />
    ${problem && html`<${Trouble} problem=${problem} again=${again} />`}
    ${!data && !problem && html`<${Loading} what="devices" />`}
    ${clashes.map((device) => html`
      <div key=${device.instanceId} class="notice bad"><${Icon} name="bad" />
        <div><strong>Two running agents call themselves <span class="mono">${device.instanceId}</span></strong>
          <p>One was probably copied from the other. Give each its own INSTANCE_ID, or leave it empty so that one is made up.</p></div></div>`)}
    ${data && items.length === 0 && html`<${Empty} icon="devices" title="No device has reported yet">Each agent reports as soon as it reaches Atlas.<//>`}
    ${items.length > 0 && html`
      <div class="tools"><${Search} label="Find a device" value=${filter} onInput=${setFilter} /><p class="faint" role="status">${plural(shown.length, 'device')}</p></div>
      <div class="card table-card">
        <table class="stacking pairs">
          <thead><tr><th scope="col">Device</th><th scope="col">State</th><th scope="col">Last seen</th><th scope="col" class="num">Lag</th>
            <th scope="col" class="num">Waiting</th><th scope="col" class="num">Clock offset</th><th scope="col">Version</th></tr></thead>
          <tbody>${shown.map((device) => html`<${Row} key=${device.instanceId} device=${device} now=${now} />`)}</tbody>
        </table>
      </div>`}`;
}

function stateOf(device, now) {
  if (device.identityClash) return ['bad', 'bad', 'Name clash'];
  if (device.role === 'stopped') return ['plain', 'off', 'Stopped'];
  if (now - Date.parse(device.lastSeenAt) > SILENT_MILLIS) return ['warn', 'warn', 'Silent'];
  return device.role === 'standby' ? ['info', 'info', 'Standing by'] : ['ok', 'ok', 'Online'];
}

function Row({ device, now }) {
  const [kind, icon, word] = stateOf(device, now);
  const off = Math.abs(device.clockOffsetMs ?? 0) > OFFSET_MILLIS;
  return html`
    <tr>
      <th scope="row"><span class="mono name">${device.instanceId}</span>${device.self && html`<span class="reason">this device</span>`}</th>
      <td data-label="State"><${Badge} kind=${kind} icon=${icon}>${word}<//></td>
      <td data-label="Last seen"><${Ago} at=${device.lastSeenAt} now=${now} /><span class="reason">running since ${fullTime(device.startedAt)}</span></td>
      <td class="num" data-label="Lag">${duration(device.lagMs)}</td>
      <td class="num" data-label="Waiting">${count(device.queueSize)}</td>
      <td class="num" data-label="Clock offset">${off && html`<${Icon} name="warn" size=${16} />`} ${duration(device.clockOffsetMs)}</td>
      <td data-label="Version" class="mono">${device.version}</td>
    </tr>`;
}
