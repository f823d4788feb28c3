// Work that takes a while: how far it is, how fast it goes, how long it will take, and the way to stop it where that is safe.
import { html } from '../../vendor/htm-preact-3.1.1.module.js';
import { call, SYNC } from '../api.js';
import { useStore } from '../store.js';
import { Button, Progress, useAction } from '../ui.js';

export const SIDES = { local: 'this device', atlas: 'Atlas' };

/** Everything that runs now; nothing when nothing does. */
export function LongWork() {
  const resync = useStore((s) => s.health?.resync ?? null);
  const verification = useStore((s) => s.verification);
  const backup = useStore((s) => s.backup);
  const verifying = verification?.state === 'running' ? verification : null;
  const copying = backup?.state === 'running' ? backup : null;
  if (!resync && !verifying && !copying) return null;
  return html`
    <section class="card long-work" aria-label="Work under way">
      ${resync && html`<${Resync} progress=${resync} />`}
      ${verifying && html`<${Stoppable} name="verify" action="verify" progress=${verifying.progress} label=${comparing(verifying)} stopped="The comparison was stopped. Nothing was changed by it." />`}
      ${copying && html`<${Stoppable} name="backup" action="backup" progress=${copying.progress} label=${`Backing up ${SIDES[copying.side]}${of(copying.progress)}`} stopped="The backup was stopped, and what it had written is removed." />`}
    </section>`;
}

const of = (progress) => (progress?.collection ? `: ${progress.collection}` : '');
const comparing = (verification) => `${verification.repair ? 'Bringing both sides into step' : 'Comparing both sides'}${of(verification.progress)}`;

/** A first sync or a resync cannot be stopped: what it has not seen would stay different without anybody knowing. */
const Resync = ({ progress }) => html`
  <${Progress} label=${`Full comparison${of(progress)}`} done=${progress.documents} total=${progress.total}
    perSecond=${progress.perSecond} remainingSeconds=${progress.remainingSeconds}>
    <span>Why: ${progress.reason}. Both sides can be used meanwhile.</span>
  <//>`;

function Stoppable({ name, action, progress, label, stopped }) {
  const [busy, run] = useAction();
  const stop = () => run('stop', () => call('DELETE', `${SYNC}/${name}`), stopped);
  return html`
    <${Progress} label=${label} done=${progress?.documents ?? 0} total=${progress?.total ?? 0} perSecond=${progress?.perSecond}
      remainingSeconds=${progress?.remainingSeconds}>
      <${Button} action=${action} icon="close" busy=${busy === 'stop'} onClick=${stop}>Cancel<//>
    <//>`;
}
