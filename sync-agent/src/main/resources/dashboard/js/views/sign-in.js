// Asks for a token where the agent wants one.
import { html, useState, useEffect, useRef } from '../../vendor/htm-preact-3.1.1.module.js';
import { get, setToken } from '../api.js';
import { useStore } from '../store.js';
import { Button } from '../ui.js';
import { Icon } from '../icons.js';

export function SignIn({ onDone }) {
  const refused = useStore((s) => s.refused);
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(refused ? 'The token is no longer accepted.' : '');
  const field = useRef(null);

  useEffect(() => { document.title = 'Sign in · Tandem'; field.current.focus(); }, []);

  const submit = async (event) => {
    event.preventDefault();
    if (!text.trim()) { setProblem('Enter a token.'); field.current.focus(); return; }
    setBusy(true);
    setToken(text.trim());
    try {
      await get('/api/session');
      setProblem('');
      onDone();
    } catch (failure) {
      setToken('');
      setProblem(failure.status === 401 ? 'The agent does not know this token. Check it for missing characters.' : failure.message);
      setBusy(false);
      field.current?.focus();
    }
  };

  return html`
    <main class="cover">
      <form class="card sign-in" onSubmit=${submit} novalidate>
        <p class="brand"><img src="favicon.svg" width="36" height="36" alt="" /><span class="brand-name">Tandem</span></p>
        <h1>Sign in</h1>
        <p>This agent asks for a token. Whoever set it up finds them in <code>API_TOKENS</code>.</p>
        <label for="token">Token</label>
        <input id="token" ref=${field} type="password" autocomplete="off" spellcheck=${false} value=${text}
               aria-invalid=${problem ? 'true' : undefined} aria-describedby="token-help"
               onInput=${(event) => setText(event.currentTarget.value)} />
        <p id="token-help" class=${problem ? 'field-problem' : 'faint'} role=${problem ? 'alert' : undefined}>
          ${problem ? html`<${Icon} name="bad" size=${18} /> ${problem}` : 'It is kept in this tab only, until the tab is closed.'}
        </p>
        <${Button} type="submit" kind="primary" busy=${busy} onClick=${() => {}}>Sign in<//>
      </form>
    </main>`;
}
