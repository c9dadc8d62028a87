// Which suggestion a change belongs to: one's own open suggestion that it touches and that is of its kind, whenever that
// was begun, or else a new one.
import { cut, editsOf } from "./runs.js";

/** @import { ChangeSet } from "@codemirror/state" */
/** @import { Range, Run } from "./runs.js" */
/** @import { Me } from "./queue.js" */
/** @import { Tracked } from "./tracking.js" */

/**
 * The runs around and inside one place of a change.
 * @typedef {{before: Run | undefined, inside: readonly Run[], after: Run | undefined}} Place
 */

/** Marks of bold, italic, code and links, and what stands before a line's own text. */
const MARKS = /^(?:\*\*|__|\*|_|`|\[|\]\([^)\n]*\)|(?:[ \t]*(?:#{1,6}|[-*+]|\d{1,9}[.)]|>)[ \t])+[ \t]*)$/;

/**
 * The suggestion that a change goes on with, or null. `strike` and the change are as they will be in the suggestion;
 * `isFormat` says that it changes what the text looks like, not its words: that is a suggestion of its own, but in one's
 * own pending text.
 * @param {Tracked} state @param {ChangeSet} changes @param {readonly Range[]} strike @param {Me} who @param {boolean} isFormat
 * @returns {string | null}
 */
export function adjoining(state, changes, strike, who, isFormat) {
  const places = placesOf(state, changes, strike);
  const own = (/** @type {string | null} */ id) => id !== null && isOwnOpen(state, id, who);
  if (isFormat) {
    const around = places.map(({ before, inside, after }) =>
      [before, ...inside, after].flatMap((run) => run && own(run.insertion) ? run.insertion ?? [] : []));
    return around[0]?.find((id) => around.every((ids) => ids.includes(id))) ?? null;
  }
  for (const { before, inside, after } of places) {
    const within = before?.insertion ?? null;
    if (own(within) && within === after?.insertion) return within;
    const near = [...inside, before, after].flatMap((run) => run ? [...(run.insertion ? [run.insertion] : []), ...run.strikes] : []);
    const found = near.find((id) => own(id) && !isFormatting(state, id));
    if (found) return found;
  }
  return null;
}

/** @param {Tracked} state @param {string} id @param {Me} who */
function isOwnOpen(state, id, who) {
  const one = state.suggestions.get(id);
  return Boolean(one) && one?.outcome === null && one.author === who.person && one.organisation === who.organisation;
}

/** Where a change touches the text as it was. @param {Tracked} state @param {ChangeSet} changes @param {readonly Range[]} strike @returns {Place[]} */
function placesOf(state, changes, strike) {
  const back = changes.invertedDesc;
  const ranges = [
    ...editsOf(changes).map(({ from, to }) => /** @type {Range} */ ([from, to])),
    ...strike.map(([from, to]) => /** @type {Range} */ ([back.mapPos(from, 1), back.mapPos(to, -1)])),
  ].sort((a, b) => a[0] - b[0]);
  const { length } = state.doc;
  return ranges.map(([from, to]) => ({
    before: from > 0 ? cut(state.runs, from - 1, from)[0] : undefined,
    inside: to > from ? cut(state.runs, from, to) : [],
    after: to < length ? cut(state.runs, to, to + 1)[0] : undefined,
  }));
}

/** Whether all that a suggestion puts in or takes away are marks. @param {Tracked} state @param {string} id */
export function isFormatting(state, id) {
  let at = 0;
  let piece = "";
  let isAny = false;
  for (const run of state.runs) {
    const from = at;
    at += run.length;
    const isIts = run.insertion === id || run.strikes.includes(id);
    if (isIts) piece += state.doc.sliceString(from, at, "\n");
    if (!piece || (isIts && at < state.doc.length)) continue;
    if (!MARKS.test(piece)) return false;
    isAny = true;
    piece = "";
  }
  return isAny;
}
