// Keeps one section and the server's log in step: sends what was written here, one numbered batch at a time, and takes
// the rows of the log as the only acknowledgement. Knows no page and no socket: drafting/live/protocol.py has the messages.
import { getClientID, sendableUpdates } from "../../vendor/codemirror.js";
import { batchOf, randomId } from "./batch.js";
import { isPlain, me, queueOf, rebuild, receive, replace, sidesField } from "./queue.js";
import { sameRuns } from "./runs.js";
import { digestOf, rowFromJson, trackedFromJson } from "./tracking.js";

/** @import { Batch } from "./batch.js" */
/** @import { Holder, Item } from "./queue.js" */
/** @import { Row } from "./tracking.js" */

/**
 * @typedef {"saved" | "saving" | "offline"} Saving
 *
 * What happens to whom the section belongs. `kept` hands over text that cannot be saved any more; `undecided`: a decision
 * from before the page was loaded came to nothing.
 * @typedef {{changed?: () => void, rows?: (rows: readonly Row[]) => void, kept?: (items: readonly Item[], why: string) => void,
 *   mayChanged?: () => void, undecided?: () => void, differs?: (detail: string) => void, closed?: (why: string) => void}} Listener
 *
 * @typedef {{key: string, holder: Holder, listener?: Listener, n?: number, inFlight?: Batch | null,
 *   decisions?: readonly import("./deciding.js").Decision[],
 *   later?: (run: () => void, ms: number) => void, now?: () => number, newId?: () => string,
 *   repaired?: typeof import("./repair.js").repaired}} Options
 */

/** Between two batches, so that nobody who holds a key down sends more than the server takes. */
const PAUSE_MS = 50;
/** What is seldom needed is fetched when the page is calm. */
const CALM_MS = 3_000;
/** A repair that does not help is given up, and the text kept for the person, after this many refusals in a row. */
const MOST_REFUSALS = 5;

export class Sync {
  /** @param {Options} options */
  constructor({
    key, holder, listener = {}, n = 0, inFlight = null, decisions = [], repaired, newId = randomId, now = () => Date.now(),
    later = (run, ms) => void setTimeout(run, ms),
  }) {
    this.key = key;
    this.holder = holder;
    this.listener = listener;
    /** The last number used. */
    this.n = n;
    this.inFlight = inFlight;
    /** Decisions that wait until nothing is unconfirmed. */
    this.decisions = [...decisions];
    /** Sends them; fetched when there are some. @type {import("./deciding.js").Deciding | null} */
    this.deciding = null;
    /** What this person may do to the text, as the server last said. */
    this.may = "none";
    this.stage = "";
    /** Whether they may accept and reject. */
    this.decides = false;
    this.isOpen = false;
    /** Held while an input method composes: see `hold`. */
    this.isHeld = false;
    this.later = later;
    this.now = now;
    this.newId = newId;
    this.repaired = repaired;
    if (!repaired) this.later(() => void this.fetchRepair(), CALM_MS);
    /** @type {((message: object) => void) | null} */
    this.send = null;
    this.sentAt = 0;
    this.refusals = 0;
    this.isWaiting = false;
    this.isBusy = false;
    /** Whether the whole section was asked for: nothing else counts until it comes. */
    this.isStale = false;
    /** @type {object[]} */
    this.heldBack = [];
    /** Whether the rows since can still be asked for, where the whole section comes instead of them. */
    this.wantsTail = true;
  }

  get client() {
    return getClientID(this.holder.state);
  }

  get confirmed() {
    return this.holder.state.field(sidesField).confirmed;
  }

  /** How many changes the server has not confirmed. */
  get unconfirmed() {
    return sendableUpdates(this.holder.state).length;
  }

  /** Whether the screen shows what is confirmed, where nothing waits. */
  get isWhole() {
    const { confirmed, screen } = this.holder.state.field(sidesField);
    return this.unconfirmed > 0 || (this.holder.state.doc.eq(confirmed.doc) && sameRuns(screen.runs, confirmed.runs));
  }

  /** @returns {Saving} */
  get saving() {
    if (!this.unconfirmed && !this.inFlight && !this.decisions.length) return "saved";
    return this.isOpen ? "saving" : "offline";
  }

  /** Whether the server would take what waits, as far as rights go; what only somebody who may write could send becomes suggestions. */
  get mayBeSent() {
    return this.may === "write" || this.may === "suggest";
  }

  /** The revision from which on rows are missing; null where the whole section is. */
  get wanted() {
    return this.isStale ? null : this.confirmed.revision;
  }

  /** A socket is there, on which the section is asked for from `wanted` on. @param {(message: object) => void} send */
  connect(send) {
    this.send = send;
    this.isOpen = false;
    this.wantsTail = true;
  }

  disconnect() {
    this.send = null;
    this.isOpen = false;
    this.heldBack = this.heldBack.filter((message) => /** @type {any} */ (message).type === "rows");
    this.listener.changed?.();
  }

  /** Keeps back what comes and goes while an input method composes; lets it through afterwards. @param {boolean} isHeld */
  hold(isHeld) {
    this.isHeld = isHeld;
    if (isHeld) return;
    const messages = this.heldBack;
    this.heldBack = [];
    for (const message of messages) this.take(message);
    this.pump();
  }

  /** @param {any} message one of the server's about this section */
  take(message) {
    if (this.isHeld) {
      this.heldBack.push(message);
      return;
    }
    this.isBusy = true;
    try {
      this.dispatch(message);
    } catch (error) {
      // A fault of ours must not cost anybody their text: the section is loaded anew, what waited is handed back.
      this.reopen(String(error));
    } finally {
      this.isBusy = false;
    }
    this.pump();
    this.listener.changed?.();
  }

  /** @param {any} message */
  dispatch(message) {
    if (message.type === "rows") this.takeRows(message);
    else if (message.type === "state") this.takeState(message);
    else if (message.type === "opened") this.takeOpened(message);
    else if (message.type === "applied") this.takeApplied(message);
    else if (message.type === "refused") this.takeRefused(message);
    else if (message.type === "may") this.takeMay(message);
    else if (message.type === "closed") this.takeClosed(message.why);
  }

  /** @param {any} message */
  takeRows(message) {
    if (this.isStale) return;
    const { revision } = this.confirmed;
    const rows = message.rows.filter((/** @type {any} */ row) => row.revision > revision).map(rowFromJson);
    if (rows.length) {
      if (rows[0].revision !== revision + 1) {
        this.reopen(`row ${rows[0].revision} after ${revision}`);
        return;
      }
      const isAsSent = receive(this.holder, rows);
      this.settle(rows);
      this.listener.rows?.(rows);
      if (!isAsSent || !this.isWhole) {
        this.reopen(`the screen differs at ${this.confirmed.revision}`);
        return;
      }
    }
    if (message.digest) this.compare(message.head, message.digest);
  }

  /** A batch of one's own is done when its last row is there. @param {readonly Row[]} rows */
  settle(rows) {
    const { inFlight, client } = this;
    if (!inFlight) return;
    const last = inFlight.decision ? 0 : inFlight.updates.length - 1;
    const row = rows.find((one) => one.client === client && one.n === inFlight.n && one.i === last);
    if (!row) return;
    this.done();
    if (inFlight.decision) this.deciding?.answer(inFlight.decision, { why: null, revision: row.revision });
  }

  done() {
    this.inFlight = null;
    this.refusals = 0;
  }

  /** @param {any} message */
  takeState(message) {
    if (!this.isStale && message.revision === this.confirmed.revision) {
      this.takeOpened(message);
      return;
    }
    if (!this.isStale && this.unconfirmed && this.wantsTail && message.revision > this.confirmed.revision) {
      // Somebody else of this page asked for it. What waits here goes on from the rows since.
      this.wantsTail = false;
      this.isOpen = false;
      this.send?.({ type: "open", section: this.key, revision: this.confirmed.revision });
      return;
    }
    if (this.unconfirmed) this.keep("reset");
    this.dropDecisions("changed");
    this.inFlight = null;
    this.isStale = false;
    replace(this.holder, trackedFromJson(message));
    this.takeOpened(message);
  }

  /** @param {any} message */
  takeOpened(message) {
    this.isOpen = true;
    this.wantsTail = true;
    this.takeMay(message);
    if (message.digest && !this.compare(message.revision, message.digest)) return;
    if (this.inFlight) this.post(this.inFlight);
  }

  /** @param {any} message */
  takeApplied(message) {
    if (message.client === this.client && message.n === this.inFlight?.n) {
      const decision = this.inFlight?.decision;
      this.done();
      if (decision) this.deciding?.answer(decision, { why: null, revision: null });
    }
  }

  /** @param {any} message */
  takeRefused({ client, refused, why }) {
    if (client !== this.client || refused !== this.inFlight?.n) return;
    if (this.inFlight?.decision) {
      const { decision } = this.inFlight;
      this.inFlight = null;
      if (this.deciding) this.deciding.answer(decision, { why, revision: null });
      else this.listener.undecided?.();
      return;
    }
    const isPlain = this.inFlight?.updates.some((/** @type {any} */ update) => !update.suggestion);
    this.inFlight = null;
    this.refusals++;
    if (this.refusals > MOST_REFUSALS) this.giveUp(why);
    else if (why === "forbidden" && isPlain) this.askRight();
    else if (why !== "stale" && why !== "changed") this.giveUp(why);
  }

  /** The right may have changed while a batch was under way: it is asked for, and what may only be suggested then is. */
  askRight() {
    this.isOpen = false;
    this.send?.({ type: "open", section: this.key, revision: this.wanted });
  }

  /** @param {any} message */
  takeMay({ may, stage, decides = false }) {
    const isNew = may !== this.may || stage !== this.stage || decides !== this.decides;
    this.decides = decides;
    this.may = may;
    this.stage = stage;
    if (isNew) this.listener.mayChanged?.();
  }

  /** @param {string} why */
  takeClosed(why) {
    this.isOpen = false;
    this.dropDecisions(why);
    this.inFlight = null;
    this.giveUp(why);
    this.may = "none";
    this.listener.closed?.(why);
  }

  /** Hands what cannot be sent to the person, and shows the text as the server has it. @param {string} why */
  giveUp(why) {
    if (!this.unconfirmed) return;
    this.keep(why);
    replace(this.holder, this.confirmed);
  }

  /** @param {string} why */
  keep(why) {
    this.listener.kept?.(queueOf(this.holder.state), why);
  }

  /** Compares with the server's copy where this is at that revision. @param {number} revision @param {string} digest */
  compare(revision, digest) {
    if (this.confirmed.revision !== revision || digestOf(this.confirmed) === digest) return true;
    this.reopen(`the digest differs at ${revision}`);
    return false;
  }

  /** Asks for the whole section anew. @param {string} detail */
  reopen(detail) {
    this.listener.differs?.(detail);
    this.isOpen = false;
    this.isStale = true;
    this.send?.({ type: "open", section: this.key, revision: null });
  }

  /** Sends what may be sent now. */
  pump() {
    // What happens here changes the editor, whose listener asks for `pump` again.
    if (this.isBusy || !this.isOpen || !this.send || this.inFlight || this.isHeld) return;
    this.isBusy = true;
    try {
      if (!this.unconfirmed) {
        // Decisions are about what the person saw, own text included: they go when that is in the log.
        if (this.decisions.length && !this.pausing()) this.decide();
        return;
      }
      if (!this.mayBeSent) this.giveUp(this.stage === "agreed" ? "frozen" : "forbidden");
      else if (!this.pausing()) this.submit();
    } finally {
      this.isBusy = false;
    }
  }

  /** Whether it is too early to send again; if so, `pump` comes back. */
  pausing() {
    const wait = this.sentAt + PAUSE_MS - this.now();
    if (wait <= 0) return false;
    if (!this.isWaiting) {
      this.later(() => {
        this.isWaiting = false;
        this.pump();
        this.listener.changed?.();
      }, wait);
    }
    this.isWaiting = true;
    return true;
  }

  /** Sends the next decision. */
  decide() {
    if (this.deciding) this.deciding.submit();
    else void this.fetchDeciding();
  }

  async fetchDeciding() {
    try {
      const { Deciding } = await import("./deciding.js");
      this.deciding ??= new Deciding(this);
      this.pump();
    } catch {
      this.later(() => this.pump(), 1_000); // No connection.
    }
  }

  /** Nothing of what waits to be decided, or is under way, can be counted on any more. @param {string} why */
  dropDecisions(why) {
    const isAny = this.decisions.length || this.inFlight?.decision;
    this.decisions = [];
    if (this.deciding) this.deciding.drop(why);
    else if (isAny) this.listener.undecided?.();
  }

  submit() {
    if (!this.isRepaired()) return;
    const updates = batchOf(queueOf(this.holder.state));
    if (!updates.length) return;
    this.inFlight = { n: ++this.n, base: this.confirmed.revision, updates };
    this.post(this.inFlight);
  }

  /** Makes of the queue what the server takes. False: what does that has to be fetched first. */
  isRepaired() {
    const { state } = this.holder;
    if (this.may === "write" && queueOf(state).every(isPlain)) return true;
    const { repaired } = this;
    if (!repaired) {
      void this.fetchRepair();
      return false;
    }
    const author = { who: state.facet(me), right: this.may, newId: this.newId };
    const better = repaired(this.confirmed, queueOf(state), author);
    if (better) rebuild(this.holder, better.items, better.delta);
    return true;
  }

  async fetchRepair() {
    try {
      ({ repaired: this.repaired } = await import("./repair.js"));
      this.pump();
    } catch {
      this.later(() => this.pump(), 1_000); // No connection: what waits is kept meanwhile.
    }
  }

  /** @param {Batch} batch */
  post({ n, base, updates, decision }) {
    this.sentAt = this.now();
    const { key: section, client } = this;
    this.send?.(decision ? { type: "decide", section, client, n, ...decision } : { type: "updates", section, base, client, n, updates });
  }
}
