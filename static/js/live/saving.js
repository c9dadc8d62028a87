// What waits in one section: the editor's queue, those of earlier pages that still have something to send, and text that
// the server would not take. Each is kept in this browser as long as it is not saved.
import { ChangeSet } from "../../vendor/codemirror.js";
import { randomId } from "./batch.js";
import { queueOf } from "./queue.js";
import { recordOf } from "./record.js";
import { editsOf } from "./runs.js";
import { Keeper } from "./unsaved.js";

/** @import { Page } from "./page.js" */
/** @import { Item } from "./queue.js" */
/** @import { Sync } from "./sync.js" */
/** @import { Unsaved } from "./unsaved.js" */

export class Saving {
  /** @param {string} section @param {Page} page @param {HTMLElement} notice panels are shown before it */
  constructor(section, page, notice) {
    this.section = section;
    this.page = page;
    this.notice = notice;
    /** @type {Map<Sync, Keeper>} */
    this.keepers = new Map();
  }

  /** @returns {Sync[]} */
  get syncs() {
    return [...this.keepers.keys()];
  }

  get isUnsaved() {
    return this.syncs.some(({ saving }) => saving !== "saved");
  }

  get isOffline() {
    return this.syncs.some(({ saving }) => saving === "offline");
  }

  /** @param {Sync} sync @param {boolean} isKept whether this browser keeps it already */
  add(sync, isKept) {
    const id = `${this.page.me.person}:${sync.client}`;
    const isUnsaved = () => sync.saving !== "saved";
    const keeper = new Keeper(this.page.store, id, isUnsaved, () => this.waiting(id, sync), () => this.page.cannotKeep());
    keeper.isKept = isKept;
    this.keepers.set(sync, keeper);
  }

  /** @param {string} id @param {Sync} sync @returns {Unsaved} */
  waiting(id, sync) {
    return { id, ...this.page.me, at: Date.now(), kind: "waiting", record: recordOf(sync) };
  }

  /** @param {Sync} sync */
  forget(sync) {
    this.keepers.get(sync)?.write();
    this.keepers.delete(sync);
  }

  changed() {
    for (const keeper of this.keepers.values()) keeper.changed();
  }

  /** Writes at once: the page may go any moment. */
  keepNow() {
    for (const keeper of this.keepers.values()) keeper.write();
  }

  /** @param {boolean} isLeft whether the page is being left, or, left for a while, is back */
  leave(isLeft) {
    for (const keeper of this.keepers.values()) isLeft ? keeper.leave() : keeper.comeBack();
  }

  /** Keeps text that the server will not take, and shows it. @param {readonly Item[]} items @param {string} why */
  refuse(items, why) {
    const passages = passagesOf(items);
    if (!passages) return;
    const sync = this.syncs.find(({ holder }) => queueOf(holder.state)[0]?.token === items[0].token);
    const whole = sync?.holder.state.doc.toString() ?? "";
    const id = `kept:${this.page.me.person}:${randomId()}`;
    const { section } = this;
    /** @type {Unsaved & {kind: "kept"}} */
    const kept = { id, ...this.page.me, at: Date.now(), kind: "kept", section, why, passages, whole };
    this.page.store?.put(kept).catch(() => this.page.cannotKeep());
    void this.show(kept);
    this.page.announce(this.page.words.keptTitle);
  }

  /** @param {Unsaved & {kind: "kept"}} kept */
  async show(kept) {
    const { keptPanel } = await import("./kept.js");
    this.notice.before(keptPanel(kept, this.page.words, () => void this.page.store?.remove(kept.id)));
  }
}

/** What somebody typed in a queue that lies on a text of this length, a passage a paragraph. @param {readonly Item[]} items */
function passagesOf(items) {
  if (!items.length) return "";
  const all = items.reduce((sum, { changes }) => sum.compose(changes), ChangeSet.empty(items[0].changes.length));
  return editsOf(all).map(({ text }) => text).filter((text) => text.trim()).join("\n\n");
}
