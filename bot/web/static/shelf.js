// Files that are to be sent, until the service has them: a page that is closed in the middle goes on when it is opened.
//
// In IndexedDB, under the file's key, for a day. Where that is forbidden or full the page goes on without.

const DATABASE = "jiesu", TABLE = "files";
const LASTS = 24 * 3600 * 1000; // ms
let opened = null;

function open() {
  opened ??= new Promise((done, failed) => {
    const asked = indexedDB.open(DATABASE, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(TABLE);
    asked.onsuccess = () => done(asked.result);
    asked.onerror = asked.onblocked = () => failed(asked.error);
  });
  return opened;
}

// What the table answers; null if there is none.
async function ask(mode, question) {
  try {
    const database = await open();
    return await new Promise((done, failed) => {
      const asked = question(database.transaction(TABLE, mode).objectStore(TABLE));
      asked.onsuccess = () => done(asked.result ?? null);
      asked.onerror = () => failed(asked.error);
    });
  } catch {
    return null;
  }
}

export const shelve = (key, file) => ask("readwrite", (table) => table.put({ file, made: Date.now() }, key));
export const unshelve = (key) => ask("readwrite", (table) => table.delete(key));
export const shelved = async (key) => (await ask("readonly", (table) => table.get(key)))?.file ?? null;

// What nobody came back for.
export async function clearShelf() {
  const keys = (await ask("readonly", (table) => table.getAllKeys())) ?? [];
  for (const key of keys) {
    const kept = await ask("readonly", (table) => table.get(key));
    if (kept && Date.now() - kept.made > LASTS) await unshelve(key);
  }
}
