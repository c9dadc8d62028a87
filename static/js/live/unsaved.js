// What is not saved yet, kept in this browser: it survives a reload, a crash, a closed tab. One record for each person,
// organisation, section and load of the page; a page that lives holds a lock on its own.

/** @import { SyncRecord } from "./record.js" */
/**
 * `waiting` is to be sent; `kept` could not be, and waits for the person: `passages` is what they had typed.
 * @typedef {{id: string, person: number, organisation: number, at: number} & (
 *   {kind: "waiting", record: SyncRecord} |
 *   {kind: "kept", section: string, why: string, passages: string, whole: string})} Unsaved
 */

const NAME = "unsaved";
/** Where a page that is being left says its last words: what it writes to the store by then may never get there. */
const LAST = "unsaved ";
const WRITE_MS = 120;
/** Without locks (plain http), a record that was not written for so long is nobody's. */
export const OLD_MS = 15_000;

export class UnsavedStore {
  /** @param {IDBDatabase} db */
  constructor(db) {
    this.db = db;
  }

  /** Opens the store; null where the browser keeps nothing. @returns {Promise<UnsavedStore | null>} */
  static async open() {
    try {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(NAME, { keyPath: "id" });
      const store = new UnsavedStore(await done(request));
      await store.takeLastWords();
      return store;
    } catch {
      return null;
    }
  }

  /** Takes in what pages said that were being left. */
  async takeLastWords() {
    for (const [key, text] of Object.entries(localStorage)) {
      if (!key.startsWith(LAST)) continue;
      await this.put(JSON.parse(text));
      localStorage.removeItem(key);
    }
  }

  /** @param {IDBTransactionMode} mode */
  table(mode) {
    return this.db.transaction(NAME, mode, { durability: "strict" }).objectStore(NAME);
  }

  /** @param {Unsaved} unsaved */
  put(unsaved) {
    return this.write((table) => table.put(unsaved));
  }

  /** @param {string} id */
  remove(id) {
    return this.write((table) => table.delete(id));
  }

  /** @param {(table: IDBObjectStore) => IDBRequest} act */
  write(act) {
    const table = this.table("readwrite");
    const request = act(table);
    // At once: a page that is being left hears no answer any more, and what it had not committed would be given up.
    table.transaction.commit();
    return done(request);
  }

  /** @param {string} id @returns {Promise<Unsaved | undefined>} */
  get(id) {
    return done(this.table("readonly").get(id));
  }

  /** What this person has here, oldest first. @param {number} person @returns {Promise<Unsaved[]>} */
  async of(person) {
    /** @type {Unsaved[]} */
    const all = await done(this.table("readonly").getAll());
    return all.filter((one) => one.person === person).sort((a, b) => a.at - b.at);
  }
}

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Holds a name as long as this page lives, so that no other page takes its records up. @param {string} client */
export function hold(client) {
  void navigator.locks?.request(lockName(client), () => new Promise(() => {}));
}

/** The clients of other pages of this browser that live. @returns {Promise<Set<string>>} */
export async function livingClients() {
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  return new Set(held.flatMap(({ name }) => (name?.startsWith(lockName("")) ? name.slice(lockName("").length) : [])));
}

/** @param {string} client */
export const lockName = (client) => `unsaved ${client}`;

/** Keeps one section's record in step with what waits in it. */
export class Keeper {
  /**
   * @param {UnsavedStore | null} store @param {string} id @param {() => boolean} isUnsaved
   * @param {() => Unsaved} make what there is to keep @param {() => void} failed it could not be kept
   */
  constructor(store, id, isUnsaved, make, failed) {
    this.store = store;
    this.id = id;
    this.isUnsaved = isUnsaved;
    this.make = make;
    this.failed = failed;
    this.timer = 0;
    this.beat = 0;
    this.isKept = false;
  }

  /** Something may have changed. What is confirmed at once is never written. */
  changed() {
    if (!this.isUnsaved()) {
      clearTimeout(this.timer);
      this.timer = 0;
      if (this.isKept) this.write();
    } else if (!this.timer) {
      this.timer = window.setTimeout(() => this.write(), WRITE_MS);
    }
  }

  /** The page is being left. */
  leave() {
    this.write();
    if (!this.isKept) return;
    try {
      localStorage.setItem(LAST + this.id, JSON.stringify(this.make()));
    } catch {
      // No room: what was written before is there.
    }
  }

  /** The page that was left is back. */
  comeBack() {
    localStorage.removeItem(LAST + this.id);
  }

  /** Writes what there is now. */
  write() {
    clearTimeout(this.timer);
    this.timer = 0;
    const isUnsaved = this.isUnsaved();
    if (!this.store) {
      if (isUnsaved) this.failed();
      return;
    }
    if (!isUnsaved && !this.isKept) return;
    this.isKept = isUnsaved;
    clearTimeout(this.beat);
    if (isUnsaved && !navigator.locks) this.beat = window.setTimeout(() => this.write(), OLD_MS / 3);
    const written = isUnsaved ? this.store.put(this.make()) : this.store.remove(this.id);
    written.catch(() => this.failed());
  }
}
