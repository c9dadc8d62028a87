// What a card says beside the suggestion itself: whose it is, what became of it, what this person may do about it.
import { sentence } from "./proposal_words.js";

/** @import { About } from "./card.js" */
/** @import { Proposal } from "./proposals.js" */
/** @import { Review } from "./review.js" */
/** @import { Suggestion, Tracked } from "./tracking.js" */

/** @param {Review} review @param {Proposal} proposal @param {number} place 0: it is not open any more @param {number} count @returns {About} */
export function aboutOf(review, proposal, place, count) {
  const { tracked, person, acting, decisions, section: { page: { names }, may } } = review;
  const { id, author, organisation, collides } = proposal;
  const acronymOf = (/** @type {string} */ other) => names.organisation(tracked.suggestions.get(other)?.organisation ?? 0).acronym;
  return {
    who: names.person(author), body: names.organisation(organisation), at: decisions.timeOf(id), amendment: decisions.amendments[id],
    place, count, decides: review.decides, isOwn: author === person && may !== "read", isTicked: acting.ticked.has(id),
    isCurrent: id === review.current, notice: review.notices.get(id)?.text ?? "", isBusy: acting.busy.has(id),
    fate: place ? null : fateOf(review, tracked.suggestions.get(id)),
    collides: collides.filter((other) => tracked.suggestions.get(other)?.outcome === null).map((other) => ({ id: other, acronym: acronymOf(other) })),
  };
}

/** What became of a suggestion whose card still stands. @param {Review} review @param {Suggestion | undefined} one */
function fateOf(review, one) {
  if (!one?.outcome || one.decided === null) return { text: review.words.gone, undo: null };
  return { text: review.decisions.fate(one.outcome, one.decided), undo: mayUndo(review, review.tracked, one.decided) ? one.decided : null };
}

/** Whether this person may take a decision back. @param {Review} review @param {Tracked} tracked @param {number} revision */
export function mayUndo(review, tracked, revision) {
  const ids = review.decisions.idsOf(revision) ?? [];
  const decided = [...tracked.suggestions].filter(([id, one]) => one.decided === revision && (!ids.length || ids.includes(id)));
  if (!decided.length) return false;
  if (!decided.every(([, one]) => one.outcome === "withdraw")) return review.decides;
  return review.section.may !== "read" && decided.every(([, one]) => one.author === review.person);
}

/** Which suggestions there are for this person: what is left of nothing concerns only who can put it away. @param {Review} review @param {readonly Proposal[]} all */
export function concerning({ decides, person }, all) {
  return all.filter(({ kind, author }) => kind !== "empty" || decides || author === person);
}

/** A suggestion, read aloud. @param {Review} review @param {Proposal} one */
export function spoken({ proposals, words, section: { page: { names } } }, one) {
  const place = proposals.findIndex(({ id }) => id === one.id) + 1;
  return words.spoken(place, proposals.length, names.organisation(one.organisation).acronym, names.person(one.author), sentence(one, words));
}
