// The judgement in plain language: what is the matter, why, and what to do. Pure, so that every case can be read here.
import { ago, count, duration, plural, sentence, time } from './format.js';

const HEADLINES = {
  'SYNC-101': 'This device’s database is out of reach',
  'SYNC-102': 'Cut off from Atlas',
  'SYNC-103': 'Sign-in to the database was refused',
  'SYNC-104': 'A database permission is missing',
  'SYNC-105': 'Changes on this device are found late',
  'SYNC-201': 'Catching up with a full comparison',
  'SYNC-202': 'Catching up with a full comparison',
  'SYNC-301': 'A document cannot be copied',
  'SYNC-302': 'A document cannot be copied',
  'SYNC-303': 'A document cannot be copied',
  'SYNC-304': 'A document cannot be copied',
  'SYNC-203': 'A change was too large to be followed',
  'SYNC-305': 'A collection cannot be written',
  'SYNC-401': 'Deletes wait for your decision',
  'SYNC-402': 'This is not the Atlas database it was',
  'SYNC-403': 'Two devices use the same name',
  'SYNC-404': 'The clock of this device is off',
  'SYNC-405': 'A document keeps bouncing',
  'SYNC-406': 'A collection is left out',
  'SYNC-407': 'Another agent took over',
  'SYNC-901': 'The database gave an answer that Tandem does not know',
};

/** The view in which a problem can be dealt with. */
const PLACES = { 'SYNC-401': 'collections', 'SYNC-403': 'devices', 'SYNC-404': 'devices', 'SYNC-405': 'quarantine' };

const LEVELS = { error: 'bad', warning: 'warn', notice: 'info' };
const RANK = { error: 0, warning: 1, notice: 2 };
const LATE_MILLIS = 5_000;

export const worstFirst = (problems) => [...(problems ?? [])]
  .sort((a, b) => (RANK[a.severity] ?? 3) - (RANK[b.severity] ?? 3));

/** {level: ok|info|warn|bad|wait, headline, detail, remedy, others} of the state that the store holds. */
export function judge({ link, linkSince, health, metrics, alerts }) {
  if (!health) return beforeTheFirstWord(link, linkSince);
  if (link === 'lost') return lost(linkSince);
  const problems = worstFirst(health.problems);
  const others = problems.slice(1);
  if (problems.length > 0 && problems[0].severity !== 'notice') return { ...ofProblem(problems[0]), others };
  if (health.role === 'standby') {
    return {
      level: 'info', headline: 'Standing by', others: problems, remedy: '',
      detail: 'Another Tandem process works for this device. This one takes over when that one ends.',
    };
  }
  if (health.resync) return comparing(health.resync, problems);
  if (health.health && health.health !== 'healthy') return unexplained(health, metrics, alerts, problems);
  if (health.enabled === false) return sendingOnly(health, problems);
  return inStep(health, metrics, problems);
}

function beforeTheFirstWord(link, since) {
  return link === 'lost'
    ? { ...lost(since), detail: 'This page cannot reach the agent.' }
    : { level: 'wait', headline: 'Asking the agent', detail: 'The first figures arrive in a moment.', remedy: '', others: [] };
}

const lost = (since) => ({
  level: 'bad',
  headline: 'No word from Tandem',
  detail: `This page lost its connection to the agent at ${time(since)}. What stands below is what it said last.`,
  remedy: 'Check that Tandem runs on this device. The page connects again by itself.',
  others: [],
});

export const ofProblem = (problem) => ({
  level: LEVELS[problem.severity] ?? 'warn',
  headline: HEADLINES[problem.code] ?? 'Something needs a look',
  detail: [problem.detail, problem.since ? `Since ${time(problem.since)}.` : ''].filter(Boolean).join(' '),
  remedy: problem.remedy ?? '',
  code: problem.code,
  where: PLACES[problem.code],
  subject: problem.subject,
});

/** The agent is not content, but nothing has a code: what the feeds, the heartbeat, the quarantine and the alerts show. */
function unexplained(health, metrics, alerts, problems) {
  const level = health.health === 'unhealthy' ? 'bad' : 'warn';
  const detail = (health.reasons ?? []).join(' ') || 'The agent gave no reason.';
  const of = (headline, more = {}) => ({ level, headline, detail, remedy: '', others: problems, ...more });
  const atlas = health.enabled === false ? 'connected' : health.changeStream?.status;
  if (health.localFeed?.status === 'connecting') return of('Connecting to this device’s database', { level: 'wait' });
  if (health.localFeed?.status && health.localFeed.status !== 'connected') return of('This device’s database is out of reach');
  if (atlas === 'connecting') return of('Connecting to Atlas', { level: 'wait' });
  if (atlas && atlas !== 'connected') return of('The connection to Atlas is interrupted');
  if (health.canary?.state === 'blind') return of('Nothing comes back from Atlas');
  if (metrics?.quarantined > 0) return refused(metrics.quarantined, problems);
  if (health.canary?.state === 'slow') return of('Changes arrive late');
  const alert = alerts?.[0];
  if (alert) return of('In step, with difficulty', { detail: sentence(alert.summary), remedy: alert.remedy ?? '', where: 'activity/alerts' });
  return of(level === 'bad' ? 'Not in step' : 'In step, with difficulty');
}

const refused = (n, problems) => ({
  level: 'warn', headline: n === 1 ? 'One change needs you' : `${count(n)} changes need you`, others: problems,
  detail: `${n === 1 ? 'It' : 'They'} could not be applied and ${n === 1 ? 'waits' : 'wait'} in quarantine. Everything else is in step.`,
  remedy: 'Open Quarantine: it says why, and what to do.', where: 'quarantine',
});

const comparing = (resync, problems) => ({
  level: 'wait', headline: 'Catching up with a full comparison', remedy: '', others: problems,
  detail: `${count(resync.documents)} of ${count(resync.total)} documents compared, ${plural(resync.differing, 'difference')} found so far. `
    + 'Both sides can be used meanwhile.',
});

const sendingOnly = (health, problems) => ({
  level: 'info', headline: 'Sending only', others: problems,
  detail: 'Changes on this device go to Atlas. Changes made elsewhere are not brought here, because two-way sync is turned off.',
  remedy: 'Turn two-way sync on in Settings when you are ready.', where: 'settings',
});

function inStep(health, metrics, problems) {
  const waiting = health.syncWorker?.queueSize ?? metrics?.queueSize ?? 0;
  const lag = Math.max(metrics?.localToAtlas?.lagMs ?? 0, metrics?.atlasToLocal?.lagMs ?? 0);
  if (waiting > 0 && lag > LATE_MILLIS) {
    return {
      level: 'wait', headline: 'Catching up', remedy: '', others: problems,
      detail: `${plural(waiting, 'change')} on the way; the oldest has waited ${duration(lag)}.`,
    };
  }
  if (metrics?.quarantined > 0) return refused(metrics.quarantined, problems);
  const paused = health.pausedCollections ?? [];
  if (paused.length > 0) {
    return {
      level: 'info', headline: paused.length === 1 ? 'In step, but one collection is paused' : `In step, but ${count(paused.length)} collections are paused`,
      others: problems, remedy: 'Resume in Collections when you are ready; what changed meanwhile is caught up with.', where: 'collections',
      detail: `${named(paused)} ${paused.length === 1 ? 'stands' : 'stand'} still on both sides. ${lastChange(health, waiting)}`,
    };
  }
  return { level: 'ok', headline: 'Everything is in step', detail: lastChange(health, waiting), remedy: '', others: problems };
}

/** Up to three names as a list in words. */
function named(names) {
  if (names.length > 3) return `${names.slice(0, 2).join(', ')} and ${count(names.length - 2)} more`;
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}` : names[0];
}

function lastChange(health, waiting) {
  const instants = [health.changeStream?.lastEventAt, health.localFeed?.lastEventAt].map((at) => Date.parse(at ?? '')).filter(Boolean);
  const last = instants.length ? `Last change ${ago(Math.max(...instants))}.` : 'No change seen since the start.';
  return `${waiting > 0 ? `${plural(waiting, 'change')} on the way.` : 'Nothing is waiting.'} ${last}`;
}

export const FEED_WORDS = {
  connected: ['ok', 'Connected'],
  connecting: ['wait', 'Connecting'],
  reconnecting: ['warn', 'Reconnecting'],
  disconnected: ['bad', 'Disconnected'],
};
