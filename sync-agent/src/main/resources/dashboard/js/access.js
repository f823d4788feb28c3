// Who may do what. The agent decides; the page only says beforehand what it would refuse, and why.
import { useStore } from './store.js';

const RANK = { read: 1, write: 2, admin: 3 };

/** The role that each action needs; the same table as in the agent's docs/http-api.md. */
export const NEEDS = {
  restore: 'write',
  retry: 'write',
  pause: 'write',
  verify: 'write',
  toggle: 'admin',
  mode: 'admin',
  deletes: 'admin',
  resync: 'admin',
  repair: 'admin',
  drop: 'admin',
  audit: 'admin',
  backup: 'admin',
  acceptHub: 'admin',
};

/** Empty when this person may do it; else the reason in words. */
export function refusal(action, session) {
  const need = NEEDS[action];
  if (!need || !session) return '';
  if ((RANK[session.role] ?? 0) >= RANK[need]) return '';
  return `Needs the ${need} role; you are signed in as ${session.name} with the ${session.role} role.`;
}

export const useRefusal = (action) => useStore((s) => refusal(action, s.session) || (s.link === 'lost' ? 'No connection to the agent.' : ''));
