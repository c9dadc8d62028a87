// Deleting in a suggestion: only one's own pending text goes for real. All other text stays in its place, struck.
import { ChangeSet } from "../../vendor/codemirror.js";
import { isOwnPending } from "./check.js";
import { editsOf, joinedRanges, stretches } from "./runs.js";

/** @import { Range, Run } from "./runs.js" */
/** @import { Me } from "./queue.js" */
/** @import { Tracked } from "./tracking.js" */

/**
 * `delta` leads from the text after the change as it was meant to the text after `changes`: it brings back what stays.
 * @typedef {{changes: ChangeSet, strike: Range[], delta: ChangeSet | null}} Struck
 */

/** Whether this author has struck a run already. @param {Tracked} state @param {Run} run @param {number} author */
export function isOwnStruck(state, run, author) {
  return run.strikes.some((id) => state.suggestions.get(id)?.author === author);
}

/**
 * Returns what a change of the text is in a suggestion. New text goes behind what is struck in its place.
 * @param {Tracked} state @param {ChangeSet} meant @param {Me} who @returns {Struck}
 */
export function struckInstead(state, meant, who) {
  /** @type {{from: number, to?: number, insert?: string}[]} */
  const edits = [];
  /** @type {{from: number, insert: string}[]} */
  const back = [];
  /** @type {Range[]} */
  const kept = [];
  for (const { from, to, at, text } of editsOf(meant)) {
    for (const stretch of stretches(state.runs, from, to)) {
      if (isOwnPending(state, stretch.run, who.person)) {
        edits.push({ from: stretch.from, to: stretch.to });
        continue;
      }
      back.push({ from: at, insert: state.doc.sliceString(stretch.from, stretch.to, "\n") });
      if (!isOwnStruck(state, stretch.run, who.person)) kept.push([stretch.from, stretch.to]);
    }
    if (text) edits.push({ from: to, insert: text });
  }
  if (!back.length) return { changes: meant, strike: [], delta: null };
  const changes = ChangeSet.of(edits, state.doc.length, "\n");
  return {
    changes,
    strike: joinedRanges(kept.map(([from, to]) => [changes.mapPos(from, 1), changes.mapPos(to, -1)])),
    delta: ChangeSet.of(back, meant.newLength, "\n"),
  };
}
