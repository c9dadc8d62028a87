// What the reader does with suggestions: decides on one or on several, takes a decision back; and what is said of it.
import { Deciding } from "./deciding.js";
import { seenOf } from "./seen.js";

/** @import { Proposal } from "./proposals.js" */
/** @import { Words } from "./proposal_words.js" */
/** @import { Review } from "./review.js" */

/** What has changed so short ago was not read yet. */
const READ_MS = 900;

export class Acting {
  /** @param {Review} review */
  constructor(review) {
    this.review = review;
    /** Those on which a decision is under way. @type {Set<string>} */
    this.busy = new Set();
    /** Those that the reader has ticked, as they were then. @type {Map<string, Proposal>} */
    this.ticked = new Map();
  }

  /** @param {import("./sync.js").Sync} sync */
  deciding(sync) {
    return (sync.deciding ??= new Deciding(sync));
  }

  /** @param {string} id @param {"accept" | "reject" | "withdraw"} decide @param {string} reason */
  async decide(id, decide, reason) {
    const one = this.review.shown.get(id);
    const { sync, words } = this.review;
    if (!one || !sync || this.busy.has(id)) return;
    if (Date.now() - (this.review.notices.get(id)?.at ?? 0) < READ_MS) {
      this.review.section.page.announce(`${words.justChanged} ${words.decideAgain}`);
      return;
    }
    this.review.current = id;
    const hadFocus = this.review.column.contains(document.activeElement);
    const ids = this.review.proposals.map((each) => each.id);
    const next = ids[ids.indexOf(id) + 1] ?? ids[ids.indexOf(id) - 1] ?? "";
    this.busy.add(id);
    this.review.notices.delete(id);
    this.review.message = null;
    this.review.draw(false);
    if (hadFocus) this.review.cards.focus(id);
    const [{ why }] = await this.deciding(sync).decide(decide, { [id]: one.seen }, reason);
    this.busy.delete(id);
    this.review.refresh();
    if (why) {
      const fresh = this.review.shown.get(id)?.proposal;
      if (fresh && !alike(one.proposal, fresh)) this.review.notice(one.proposal, fresh);
      this.refused(id, why);
      this.review.draw(false);
      if (hadFocus) this.review.cards.focus(id);
      return;
    }
    this.review.section.page.announce(words.decided[decide]);
    if (!hadFocus) return;
    if (next && this.review.shown.has(next)) this.review.choose(next, { isFocused: true, isStill: !this.review.cards.isSheet });
    else this.review.bar.title.focus({ preventScroll: true });
  }

  /** @param {string} id @param {string} why */
  refused(id, why) {
    const { words } = this.review;
    const known = this.review.notices.get(id)?.text;
    const text = words.refused[/** @type {keyof Words["refused"]} */ (why)] ?? words.refused.other;
    this.review.notices.set(id, { text: known && why === "changed" ? `${text} ${known}` : text, was: "", at: 0 });
    this.review.section.page.announce(text);
  }

  /** @param {string} id @param {boolean} isTicked */
  tickOne(id, isTicked) {
    const one = this.review.shown.get(id)?.proposal;
    if (isTicked && one) this.ticked.set(id, one);
    else this.ticked.delete(id);
    this.review.bar.together.open ||= isTicked;
    this.review.draw(false);
  }

  /** @param {number | null} organisation null: of all */
  tick(organisation) {
    for (const { proposal } of this.review.shown.values()) {
      const isOpen = this.review.tracked.suggestions.get(proposal.id)?.outcome === null;
      if (isOpen && (organisation === null || proposal.organisation === organisation)) this.ticked.set(proposal.id, proposal);
    }
    this.review.draw(false);
  }

  /** Unticks what is not there any more, and what is not what was ticked. @param {ReadonlyMap<string, {proposal: Proposal}>} now */
  look(now) {
    let changed = 0;
    for (const [id, ticked] of this.ticked) {
      const fresh = now.get(id)?.proposal;
      if (fresh && (alike(ticked, fresh) || this.busy.has(id))) continue;
      this.ticked.delete(id);
      if (fresh) changed++;
    }
    if (!changed) return;
    this.review.message = { text: this.review.words.tickedChanged(changed), undo: [] };
    this.review.section.page.announce(this.review.message.text);
  }

  tickNone() {
    this.ticked.clear();
    this.review.draw(false);
  }

  /** @param {"accept" | "reject"} decide @param {string} reason */
  async decideTicked(decide, reason) {
    const { sync, words } = this.review;
    const ids = this.review.proposals.map(({ id }) => id).filter((id) => this.ticked.has(id) && this.review.shown.has(id));
    if (!sync || !ids.length) return;
    const seen = Object.fromEntries(ids.map((id) => [id, this.review.shown.get(id)?.seen ?? ""]));
    for (const id of ids) this.busy.add(id);
    this.review.draw(false);
    const answers = await this.deciding(sync).decide(decide, seen, reason);
    for (const id of ids) this.busy.delete(id);
    const taken = answers.filter(({ why }) => !why);
    const wrong = answers.find(({ why }) => why)?.why;
    const { tracked } = this.review;
    if (taken.length) {
      const count = ids.filter((id) => tracked.suggestions.get(id)?.outcome === decide).length;
      const undo = taken.flatMap(({ revision }) => revision ?? []).reverse();
      this.review.message = { text: words.bulkDone[decide](count), undo };
    }
    if (wrong === "changed") {
      const now = seenOf(tracked, ids);
      const changed = ids.filter((id) => tracked.suggestions.get(id)?.outcome !== decide && (tracked.suggestions.get(id)?.outcome || now[id] !== seen[id]));
      this.review.message = { text: words.bulkChanged(changed.length), undo: [] };
      for (const id of changed) this.ticked.delete(id);
    } else if (wrong) {
      this.review.message = { text: words.refused[/** @type {keyof Words["refused"]} */ (wrong)] ?? words.refused.other, undo: [] };
    }
    if (!wrong) this.review.bar.reason.value = "";
    if (this.review.message) this.review.section.page.announce(this.review.message.text);
    this.review.refresh(true);
  }

  /** @param {readonly number[]} revisions newest first @param {string} [id] the card from which it was asked */
  async undo(revisions, id) {
    const { sync, words } = this.review;
    if (!sync) return;
    let why = null;
    for (const revision of revisions) why ??= (await this.deciding(sync).undo(revision)).why;
    const text = why === "stale" ? words.undoRefused : why ? words.refused.other : words.undone;
    this.review.message = { text, undo: [] };
    this.review.section.page.announce(text);
    this.review.refresh();
    if (id && !why) this.review.choose(id, { isFocused: this.review.column.contains(document.activeElement) || document.activeElement === document.body, isStill: true });
  }
}

/** Whether a card says the same of both. @param {Proposal} a @param {Proposal} b */
export function alike(a, b) {
  return a.kind === b.kind && a.subject === b.subject && a.old === b.old && a.new === b.new &&
    a.changes.map((one) => one.old + one.new).join() === b.changes.map((one) => one.old + one.new).join();
}
