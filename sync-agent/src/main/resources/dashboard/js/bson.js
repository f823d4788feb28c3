// Documents as the agent sends them, in extended JSON, made readable. Content is hostile: everything here ends as text.

const DEPTH_MAX = 12;
export const LEAVES_MAX = 5_000;

/** Characters that are not seen, or that turn the order of those around them: shown by their number, so that nothing looks like what it is not. */
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** Text as it can be shown. */
export const visible = (text) => text.replace(UNSEEN, (c) => `⟨U+${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`);

const wrappers = {
  $oid: (v) => ['ObjectId', String(v)],
  $date: (v) => ['date', dateText(v)],
  $numberInt: (v) => ['int', String(v)],
  $numberLong: (v) => ['long', String(v)],
  $numberDouble: (v) => ['double', String(v)],
  $numberDecimal: (v) => ['decimal', String(v)],
  $binary: (v) => ['binary', `${v?.base64 ?? ''} (subtype ${v?.subType ?? '?'})`],
  $uuid: (v) => ['uuid', String(v)],
  $timestamp: (v) => ['timestamp', `${v?.t ?? '?'}, ${v?.i ?? '?'}`],
  $regularExpression: (v) => ['regex', `/${v?.pattern ?? ''}/${v?.options ?? ''}`],
  $symbol: (v) => ['symbol', String(v)],
  $code: (v) => ['code', String(v)],
  $minKey: () => ['minKey', 'MinKey'],
  $maxKey: () => ['maxKey', 'MaxKey'],
  $undefined: () => ['undefined', 'undefined'],
};

function dateText(value) {
  const millis = typeof value === 'object' ? Number(value?.$numberLong) : Date.parse(value);
  const date = new Date(millis);
  return Number.isNaN(date.getTime()) ? String(value?.$numberLong ?? value) : date.toISOString();
}

const own = (object, key) => Object.prototype.hasOwnProperty.call(object, key);

/** [type, text] of a value that is no container, or null when it is one. */
export function leaf(value) {
  if (value === null) return ['null', 'null'];
  switch (typeof value) {
    case 'string': return ['string', value];
    case 'number': return ['number', String(value)];
    case 'boolean': return ['bool', String(value)];
    case 'object': break;
    default: return ['unknown', String(value)];
  }
  if (Array.isArray(value)) return value.length === 0 ? ['array', '[ ]'] : null;
  const keys = Object.keys(value);
  if (keys.length === 0) return ['object', '{ }'];
  const name = keys[0];
  if (own(wrappers, name) && (keys.length === 1 || (name === '$code' && keys.length === 2 && keys[1] === '$scope'))) {
    return keys.length === 1 ? wrappers[name](value[name]) : ['code', `${String(value.$code)} with ${JSON.stringify(value.$scope)}`];
  }
  return null;
}

/** A value on one line, for lists and titles. */
export function inline(value) {
  const text = visible(leaf(value)?.[1] ?? JSON.stringify(value));
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}

/** Paths to leaves, in order. Stops at a bound, so that a huge document cannot stop the page. */
export function flatten(document) {
  const leaves = new Map();
  const walk = (value, path, depth) => {
    if (leaves.size >= LEAVES_MAX) return;
    const found = leaf(value);
    if (found) {
      leaves.set(path, found);
    } else if (depth >= DEPTH_MAX) {
      leaves.set(path, ['nested', JSON.stringify(value)]);
    } else if (Array.isArray(value)) {
      value.forEach((item, index) => walk(item, `${path}[${index}]`, depth + 1));
    } else {
      for (const key of Object.keys(value)) walk(value[key], path ? `${path}.${named(key)}` : named(key), depth + 1);
    }
  };
  if (document !== null && document !== undefined) walk(document, '', 0);
  return leaves;
}

/** A field name as a step of a path; in quotes where it would be read as several. */
const named = (key) => (key === '' || /[.[\]"]/.test(key) ? JSON.stringify(key) : key);

/** Rows {path, left, right, same}; a side without the field, or without the document, is null. */
export function compare(left, right) {
  const lefts = flatten(left);
  const rights = flatten(right);
  const paths = [...lefts.keys()];
  for (const path of rights.keys()) if (!lefts.has(path)) paths.push(path);
  return paths.map((path) => {
    const a = lefts.get(path) ?? null;
    const b = rights.get(path) ?? null;
    return { path, left: a, right: b, same: a !== null && b !== null && a[0] === b[0] && a[1] === b[1] };
  });
}
