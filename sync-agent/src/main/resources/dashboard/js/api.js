// The agent's REST API. A token, where tokens are set, lives in this tab's session storage and travels in a header only.

const TOKEN_KEY = 'tandem.token';
const PATIENCE_MILLIS = 15_000;

/** What the agent answered when it did not do what was asked. */
export class Problem extends Error {
  constructor(status, title, detail) {
    super(detail || title);
    this.status = status;
    this.title = title;
  }
}

export const token = () => sessionStorage.getItem(TOKEN_KEY) ?? '';

export function setToken(value) {
  if (value) sessionStorage.setItem(TOKEN_KEY, value);
  else sessionStorage.removeItem(TOKEN_KEY);
}

export const authorization = () => (token() ? { Authorization: `Bearer ${token()}` } : {});

let onUnauthorized = () => {};
export const whenUnauthorized = (listener) => { onUnauthorized = listener; };

async function problemOf(response) {
  const fallback = `The agent answered ${response.status} ${response.statusText}`.trim() + '.';
  try {
    const body = await response.json();
    return new Problem(response.status, String(body.title ?? fallback), String(body.detail ?? body.title ?? fallback));
  } catch {
    return new Problem(response.status, fallback, fallback);
  }
}

async function send(method, path, body, signal) {
  const patience = AbortSignal.timeout(PATIENCE_MILLIS);
  try {
    return await fetch(path, {
      method,
      headers: {
        Accept: 'application/json',
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...authorization(),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: 'no-store',
      signal: signal ? AbortSignal.any([signal, patience]) : patience,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw error.name === 'TimeoutError'
      ? new Problem(0, 'No answer', `The agent did not answer within ${PATIENCE_MILLIS / 1000} seconds.`)
      : new Problem(0, 'No connection', 'The agent cannot be reached. Check that Tandem is running on this device.');
  }
}

/** Sends one request; gives the parsed JSON, or null when there is none. Throws {@link Problem}. */
export async function call(method, path, body, { signal } = {}) {
  const response = await send(method, path, body, signal);
  if (response.status === 401) onUnauthorized();
  if (!response.ok) throw await problemOf(response);
  if (response.status === 204) return null;
  const text = await response.text();
  return text ? JSON.parse(text) : null;
}

export const get = (path, options) => call('GET', path, undefined, options);
export const post = (path, body = {}, options) => call('POST', path, body, options);

/** A path with its parameters; empty ones are left out. */
export function withQuery(path, parameters) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== null && value !== '') query.set(name, String(value));
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

export const SYNC = '/api/sync/bidirectional';
export const part = encodeURIComponent;
