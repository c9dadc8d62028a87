// Which open suggestions touch the same words. The browser's `collisions_of` in drafting/domain/proposals.py.

/** @import { Run } from "./runs.js" */

/**
 * For each suggestion the others: both strike the same text, or one strikes or is inserted inside what the other inserts,
 * or one is inserted inside what the other strikes. Standing side by side is no collision.
 * @param {readonly Run[]} runs @returns {Map<string, Set<string>>}
 */
export function collisionsOf(runs) {
  /** @type {Map<string, Set<string>>} */
  const out = new Map();
  /** @param {string} a @param {string} b */
  const meet = (a, b) => {
    if (a === b) return;
    out.set(a, (out.get(a) ?? new Set()).add(b));
    out.set(b, (out.get(b) ?? new Set()).add(a));
  };
  for (const run of runs) {
    const marks = marksOf(run);
    for (const [index, a] of marks.entries()) for (const b of marks.slice(index + 1)) meet(a, b);
  }
  for (const window of windows(runs)) {
    /** @type {Map<string, [number, number]>} */
    const extents = new Map();
    for (const [index, run] of window.entries()) {
      for (const id of marksOf(run)) extents.set(id, [extents.get(id)?.[0] ?? index, index]);
    }
    for (const [id, [first, last]] of extents) {
      for (const { insertion } of window.slice(first + 1, last)) if (insertion !== null) meet(id, insertion);
    }
  }
  return out;
}

/** The suggestions that have a mark on a run. @param {Run} run */
function marksOf({ insertion, strikes }) {
  return insertion === null ? strikes : [...new Set([insertion, ...strikes])];
}

/** Each longest stretch of pending runs, with the run before and the run behind it. @param {readonly Run[]} runs */
function windows(runs) {
  const out = [];
  for (let start = 0, end = 0; start < runs.length; start = end + 1) {
    for (end = start; end < runs.length && runs[end].insertion !== null;) end++;
    if (end > start) out.push(runs.slice(Math.max(0, start - 1), end + 1));
  }
  return out;
}
