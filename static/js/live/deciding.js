// Decisions on suggestions, and their undo: asked of the server one at a time, between the batches of a section's text.
import { me, sidesField } from "./queue.js";
import { seenOf } from "./seen.js";

/** @import { Sync } from "./sync.js" */

/**
 * What is sent, but for section, client and number. `seen` is what the person looked at.
 * @typedef {{decide: "accept" | "reject" | "withdraw" | "undo", ids?: readonly string[], seen?: Record<string, string>,
 *   of?: number, reason?: string}} Decision
 *
 * What became of it: `why` it was refused, or null; the revision of its row where that is known.
 * @typedef {{why: string | null, revision: number | null}} Answer
 */

/** A frame is at most 64 KiB, a suggestion's name and digest some 100 bytes. */
const MOST_IDS = 500;

export class Deciding {
  /** @param {Sync} sync */
  constructor(sync) {
    this.sync = sync;
    /** @type {Map<Decision, (answer: Answer) => void>} */
    this.askers = new Map();
  }

  /**
   * Decides on suggestions as somebody has seen them; more than fit a frame go as several decisions. Resolves with the
   * answer to each.
   * @param {"accept" | "reject" | "withdraw"} decide @param {Record<string, string>} seen @param {string} [reason]
   */
  decide(decide, seen, reason) {
    const ids = Object.keys(seen);
    const parts = Array.from({ length: Math.ceil(ids.length / MOST_IDS) }, (_, i) => ids.slice(i * MOST_IDS, (i + 1) * MOST_IDS));
    return Promise.all(parts.map((part) => this.ask({
      decide, ids: part, seen: Object.fromEntries(part.map((id) => [id, seen[id]])), ...(reason ? { reason } : {}),
    })));
  }

  /** Takes a decision back. @param {number} of the revision of its row */
  undo(of) {
    return this.ask({ decide: "undo", of });
  }

  /** @param {Decision} decision @returns {Promise<Answer>} */
  ask(decision) {
    this.sync.decisions.push(decision);
    return new Promise((resolve) => {
      this.askers.set(decision, resolve);
      this.sync.pump();
      this.sync.listener.changed?.();
    });
  }

  /** Sends the next one. */
  submit() {
    const { sync } = this;
    const decision = sync.decisions.shift();
    if (!decision) return;
    const asked = this.askers.get(decision);
    const sent = { ...decision, ...(decision.seen ? { seen: this.upToDate(decision) } : {}) };
    if (asked) {
      this.askers.delete(decision);
      this.askers.set(sent, asked);
    }
    sync.inFlight = { n: ++sync.n, base: sync.confirmed.revision, updates: [], decision: sent };
    sync.post(sync.inFlight);
  }

  /**
   * What one's own suggestions quote is known only once one's own changes are confirmed; of others' what was seen counts.
   * @param {Decision} decision
   */
  upToDate({ decide, seen = {} }) {
    const { person } = this.sync.holder.state.facet(me);
    const { confirmed } = this.sync.holder.state.field(sidesField);
    const own = Object.keys(seen).filter((id) => confirmed.suggestions.get(id)?.author === person);
    const now = seenOf(confirmed, own);
    const content = (/** @type {string} */ value) => value.split(".")[1];
    const same = own.filter((id) => decide === "withdraw" || content(now[id]) === content(seen[id]));
    return { ...seen, ...Object.fromEntries(same.map((id) => [id, now[id]])) };
  }

  /** @param {Decision} decision @param {Answer} answer */
  answer(decision, answer) {
    const asked = this.askers.get(decision);
    this.askers.delete(decision);
    if (asked) asked(answer);
    else if (answer.why) this.sync.listener.undecided?.(); // Decided before the page was loaded.
  }

  /** Tells whoever asked that nothing came of it. @param {string} why */
  drop(why) {
    const askers = [...this.askers.values()];
    this.askers.clear();
    for (const asked of askers) asked({ why, revision: null });
  }
}
