// The device met another hub than the one it belongs to. Only a person knows whether that is right.
import { html, useState } from '../../vendor/htm-preact-3.1.1.module.js';
import { post, SYNC } from '../api.js';
import { Button, Confirm, useAction } from '../ui.js';

export function AcceptHub() {
  const [asking, setAsking] = useState(false);
  const [busy, run, refused] = useAction({ keepProblem: true });
  const accept = async () => {
    const { problem } = await run('accept', () => post(`${SYNC}/accept-hub`), 'This device belongs to this Atlas database now.');
    if (!problem) setAsking(false);
  };
  return html`
    <${Button} action="acceptHub" onClick=${() => setAsking(true)}>It is the right one…<//>
    ${asking && html`
      <${Confirm} title="Does this device belong to this Atlas database?" kind="danger" yes="Yes, join it" busy=${busy === 'accept'} problem=${refused}
          onYes=${accept} onClose=${() => setAsking(false)}>
        <p>Both sides meet as if for the first time: what only one of them has goes to the other, and where both have a document
          INITIAL_SYNC_PREFERENCE decides. What loses is kept in the conflict log.</p>
        <p>If MONGODB_ATLAS_URI names the wrong database, choose “Not now” and correct it instead.</p>
      <//>`}`;
}
