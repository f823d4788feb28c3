// A copy of one side on the agent's machine, for the day when somebody deletes the wrong thing on both.
import { html, useState } from '../../vendor/htm-preact-3.1.1.module.js';
import { post, SYNC } from '../api.js';
import { useStore } from '../store.js';
import { Icon } from '../icons.js';
import { Ago, Button, Confirm, useAction, useNow } from '../ui.js';
import { bytes, plural } from '../format.js';
import { SIDES } from './long-work.js';

export function Backup() {
  const backup = useStore((s) => s.backup);
  const [side, setSide] = useState('');
  const [busy, run, failed] = useAction({ keepProblem: true });
  const running = backup?.state === 'running';
  const begin = async () => {
    const { problem } = await run('backup', () => post(`${SYNC}/backup`, { side }), 'The backup has begun; its progress is shown above.');
    if (!problem) setSide('');
  };
  return html`
    <section class="card setting" aria-labelledby="backup">
      <div>
        <h2 id="backup">Backup</h2>
        <p>Copies a database into a directory on the machine where Tandem runs. Both sides can be used meanwhile.</p>
        <${Last} backup=${backup} />
      </div>
      <div class="row-actions">
        <${Button} action="backup" disabled=${running} onClick=${() => setSide('local')}>Back up this device…<//>
        <${Button} action="backup" disabled=${running} onClick=${() => setSide('atlas')}>Back up Atlas…<//>
      </div>
      ${side && html`
        <${Confirm} title=${`Back up ${SIDES[side]}?`} yes="Back up" busy=${busy === 'backup'} problem=${failed} onYes=${begin} onClose=${() => setSide('')}>
          <p>Every document of ${SIDES[side]} is read once and written, compressed and with checksums, into a new directory below BACKUP_DIR.</p>
          <p class="faint">It can be cancelled. <span class="mono">tandem restore</span> and <span class="mono">mongorestore</span> read it.</p>
        <//>`}
    </section>`;
}

function Last({ backup }) {
  const now = useNow(10_000);
  switch (backup?.state) {
    case 'done': return html`<p class="last-backup" role="status"><${Icon} name="ok" size=${18} /> ${plural(backup.documents, 'document')} of ${SIDES[backup.side]}, ${bytes(backup.bytes)},
      ${' '}<${Ago} at=${backup.finishedAt} now=${now} />: <span class="mono break">${backup.directory}</span></p>`;
    case 'failed': return html`<p class="last-backup bad" role="status"><${Icon} name="bad" size=${18} /> The backup of ${SIDES[backup.side]} failed: ${backup.error}</p>`;
    case 'cancelled': return html`<p class="last-backup" role="status"><${Icon} name="info" size=${18} /> The last one was cancelled. ${backup.error ?? 'Nothing of it is left.'}</p>`;
    default: return null;
  }
}
