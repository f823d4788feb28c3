// Chooses what may happen to a collection, and says what each choice means.
import { html, useState } from '../../vendor/htm-preact-3.1.1.module.js';
import { post, part, SYNC } from '../api.js';
import { Icon } from '../icons.js';
import { Button, Dialog, useAction } from '../ui.js';

/** Mode to the kind, icon and words of its badge. */
export const MODES = {
  both: ['ok', 'overview', 'Both ways'],
  'push-only': ['info', 'up', 'Send only'],
  observe: ['info', 'eye', 'Observe'],
  paused: ['warn', 'pause', 'Paused'],
};

const MEANING = {
  both: 'Changes travel in both directions.',
  'push-only': 'Changes on this device go to Atlas. Atlas is never applied here, and this device always wins.',
  observe: 'Nothing is written on either side. Tandem counts what it would do.',
  paused: 'Nothing is looked at. The collection catches up when it is resumed.',
};

export function ModeDialog({ item, onClose }) {
  const [mode, setMode] = useState(item.mode);
  const [busy, run, failed] = useAction({ keepProblem: true });
  const save = async () => {
    const { problem } = await run('save', () => post(`${SYNC}/collections/${part(item.name)}/mode`, { mode }), `${item.name}: ${MODES[mode][2].toLowerCase()}.`);
    if (!problem) onClose();
  };
  return html`
    <${Dialog} title=${`Mode of ${item.name}`} onClose=${onClose} problem=${failed} actions=${html`
      <${Button} onClick=${onClose}>Not now<//>
      <${Button} kind="primary" action="mode" busy=${busy === 'save'} disabled=${mode === item.mode} onClick=${save}>Use this mode<//>`}>
      <fieldset class="options">
        <legend class="unseen">Mode</legend>
        ${Object.keys(MODES).map((name) => html`
          <label key=${name} class="option">
            <input type="radio" name="mode" value=${name} checked=${mode === name} onChange=${() => setMode(name)} />
            <${Icon} name=${MODES[name][1]} />
            <span><strong>${MODES[name][2]}</strong><br />${MEANING[name]}</span>
          </label>`)}
      </fieldset>
      <p class="faint">It holds until it is changed again or Tandem starts anew. Leaving observe or paused compares the whole collection.</p>
    <//>`;
}
