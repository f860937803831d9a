// What the page remembers: the transcript of each chat with how far it is read, and what is not acknowledged yet.
//
// Transcript and position are one value, so the position never runs ahead of what was kept. Each unacknowledged
// message is a value of its own, so that two tabs do not lose each other's. Another store of the service makes
// everything here meaningless, so its name is in every key.

const LONGEST = 400; // entries of one transcript
const SHORT = 500; // characters of a text that had to be shortened
const prefix = `jiesu:${document.body.dataset.store}:`;
const pendingPrefix = `${prefix}pending:`;

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

// Whether it is kept. Full or forbidden: the page goes on without a memory, and the service still knows everything.
function write(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

export function forgetOtherStores() {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith("jiesu:") && !key.startsWith(prefix)) localStorage.removeItem(key);
  }
}

// A transcript: { upto, entries: [{ key, kind: text | card | own, order, ... }] }, sorted by order.

export const keyOf = (chat) => `${prefix}chat:${chat}`;

export function transcript(chat) {
  const kept = read(keyOf(chat));
  return kept && Array.isArray(kept.entries) ? kept : { upto: 0, entries: [] };
}

export function keepTranscript(chat, mine) {
  const merged = merge(transcript(chat), mine);
  merged.entries = merged.entries.slice(-LONGEST);
  if (!write(keyOf(chat), merged)) write(keyOf(chat), { ...merged, entries: merged.entries.map(shortened) });
}

// Where there is no room for long letters their beginnings are remembered; the service has them whole.
function shortened(entry) {
  if (entry.state === "waiting" || (entry.text ?? "").length <= SHORT) return entry;
  return { ...entry, text: `${entry.text.slice(0, SHORT)}…（全文已送达，共 ${entry.text.length} 字）` };
}

export function dropTranscript(chat) {
  localStorage.removeItem(keyOf(chat));
}

// Another tab may have kept more: both have all up to their own position, so together they have all up to the greater.
function merge(theirs, mine) {
  const entries = new Map(theirs.entries.map((entry) => [entry.key, entry]));
  for (const entry of mine.entries) {
    const other = entries.get(entry.key);
    if (!other || (entry.position ?? 0) >= (other.position ?? 0)) entries.set(entry.key, entry);
  }
  return { upto: Math.max(theirs.upto, mine.upto), entries: [...entries.values()].sort(byOrder) };
}

export function byOrder(a, b) {
  return a.order - b.order || (a.tie ?? 0) - (b.tie ?? 0);
}

// Messages that are on their way: { id, chat, text, button, reply_to, point, files, made }

export function keepPending(message) {
  if (write(pendingPrefix + message.id, message)) return;
  dropTranscript(message.chat); // it can be read again; what is not sent yet cannot
  write(pendingPrefix + message.id, message);
}

export function dropPending(id) {
  localStorage.removeItem(pendingPrefix + id);
}

export function allPending() {
  const keys = Object.keys(localStorage).filter((key) => key.startsWith(pendingPrefix));
  return keys.map(read).filter(Boolean).sort((a, b) => a.made - b.made);
}
