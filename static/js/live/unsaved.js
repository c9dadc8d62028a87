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
const WRITE_MS = 120;
/** Without locks (plain http), a record this old is nobody's. */
const OLD_MS = 15_000;

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
      return new UnsavedStore(await done(request));
    } catch {
      return null;
    }
  }

  /** @param {IDBTransactionMode} mode */
  table(mode) {
    return this.db.transaction(NAME, mode, { durability: "strict" }).objectStore(NAME);
  }

  /** @param {Unsaved} unsaved */
  put(unsaved) {
    return done(this.table("readwrite").put(unsaved));
  }

  /** @param {string} id */
  remove(id) {
    return done(this.table("readwrite").delete(id));
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

/**
 * Whether the page that wrote a record is gone. If so, this page has it now.
 * @param {string} client @param {number} at
 */
export function claim(client, at) {
  if (!navigator.locks) return Promise.resolve(Date.now() - at > OLD_MS);
  return new Promise((resolve) => {
    void navigator.locks.request(lockName(client), { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      return lock && new Promise(() => {});
    });
  });
}

/** @param {string} client */
const lockName = (client) => `unsaved ${client}`;

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
    const written = isUnsaved ? this.store.put(this.make()) : this.store.remove(this.id);
    written.catch(() => this.failed());
  }
}
