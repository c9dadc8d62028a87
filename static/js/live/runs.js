// Runs: who wrote each stretch of a section's text, and what is proposed for it. The browser's drafting/domain/runs.py.
// A list of runs is a value: nothing here changes one in place. Canonical form: no run is empty, no neighbours are alike.

/** @import { ChangeSet, Text } from "@codemirror/state" */

/**
 * `insertion` is the suggestion that would insert the run (null for base text); `strikes`, sorted, those that would
 * delete it.
 * @typedef {{length: number, author: number, organisation: number, insertion: string | null,
 *   strikes: readonly string[]}} Run
 * @typedef {readonly [number, number]} Range
 * @typedef {{from: number, to: number, at: number, text: string}} Edit
 */

/** @type {readonly string[]} */
export const NO_STRIKES = Object.freeze([]);

/** @param {number} length @param {number} author @param {number} organisation @returns {Run} */
export function plainRun(length, author, organisation) {
  return { length, author, organisation, insertion: null, strikes: NO_STRIKES };
}

/** @param {Run} a @param {Run} b */
function alike(a, b) {
  return a.author === b.author && a.organisation === b.organisation && a.insertion === b.insertion &&
    sameStrikes(a.strikes, b.strikes);
}

/** @param {readonly string[]} a @param {readonly string[]} b */
function sameStrikes(a, b) {
  return a === b || (a.length === b.length && a.every((id, i) => id === b[i]));
}

/** @param {readonly Run[]} a @param {readonly Run[]} b */
export function sameRuns(a, b) {
  return a === b || (a.length === b.length && a.every((run, i) => run.length === b[i].length && alike(run, b[i])));
}

/** Adds a run to a list under construction, keeping it canonical. @param {Run[]} out @param {Run} run */
function add(out, run) {
  if (!run.length) return;
  const last = out[out.length - 1];
  if (last && alike(last, run)) out[out.length - 1] = { ...last, length: last.length + run.length };
  else out.push(run);
}

/** Returns the canonical form of a list of runs. @param {Iterable<Run>} runs @returns {Run[]} */
export function joined(runs) {
  /** @type {Run[]} */
  const out = [];
  for (const run of runs) add(out, run);
  return out;
}

/** @param {readonly Run[]} runs */
export function lengthOf(runs) {
  return runs.reduce((sum, run) => sum + run.length, 0);
}

/** Reads a list of runs from left to right, a stretch at a time. */
class Reader {
  /** @param {readonly Run[]} runs */
  constructor(runs) {
    this.runs = runs;
    this.index = 0;
    this.used = 0;
  }

  /** Hands over the next `length` units; `sink` left out skips them. @param {number} length @param {(run: Run) => void} [sink] */
  take(length, sink) {
    while (length > 0) {
      const run = this.runs[this.index];
      if (!run) throw new RangeError("a range lies outside the runs");
      const size = Math.min(length, run.length - this.used);
      sink?.(size === run.length ? run : { ...run, length: size });
      this.used += size;
      if (this.used === run.length) {
        this.index++;
        this.used = 0;
      }
      length -= size;
    }
  }

  /** Hands over all the rest. @param {(run: Run) => void} sink */
  rest(sink) {
    while (this.index < this.runs.length) {
      const left = this.runs[this.index].length - this.used;
      if (left) this.take(left, sink);
      else this.index++;
    }
  }
}

/** Returns the runs between two positions. @param {readonly Run[]} runs @param {number} from @param {number} to */
export function cut(runs, from, to) {
  /** @type {Run[]} */
  const out = [];
  const reader = new Reader(runs);
  reader.take(from);
  reader.take(to - from, (run) => add(out, run));
  return out;
}

/** @param {readonly Run[]} runs @param {number} from @param {number} to */
export function stretches(runs, from, to) {
  let at = from;
  return cut(runs, from, to).map((run) => ({ run, from: at, to: (at += run.length) }));
}

/** @param {Range[]} ranges @returns {Range[]} */
export function joinedRanges(ranges) {
  /** @type {Range[]} */
  const out = [];
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = out[out.length - 1];
    if (last && from <= last[1]) out[out.length - 1] = [last[0], Math.max(last[1], to)];
    else out.push([from, to]);
  }
  return out;
}

/** Lists the changing parts of a change set, as they are on the wire. @param {ChangeSet} changes @returns {Edit[]} */
export function editsOf(changes) {
  /** @type {Edit[]} */
  const out = [];
  changes.iterChanges((from, to, at, _end, text) => void out.push({ from, to, at, text: text.toString() }), true);
  return out;
}

/**
 * Returns the runs after a change of the text; `given` are the runs of all inserted text, in order.
 * @param {readonly Run[]} runs @param {readonly Edit[]} edits @param {readonly Run[]} given @returns {readonly Run[]}
 */
export function edit(runs, edits, given) {
  if (!edits.length) return runs;
  /** @type {Run[]} */
  const out = [];
  const sink = (/** @type {Run} */ run) => add(out, run);
  const old = new Reader(runs);
  const fresh = new Reader(given);
  let at = 0;
  for (const { from, to, text } of edits) {
    old.take(from - at, sink);
    old.take(to - from);
    fresh.take(text.length, sink);
    at = to;
  }
  old.rest(sink);
  fresh.rest(() => { throw new RangeError("the runs of the new text are not as long as the text"); });
  return out;
}

/**
 * Returns the runs with `change` applied to those in each of the sorted, separate ranges.
 * @param {readonly Run[]} runs @param {readonly Range[]} ranges @param {(run: Run) => Run} change
 * @returns {readonly Run[]}
 */
export function mark(runs, ranges, change) {
  if (!ranges.length) return runs;
  /** @type {Run[]} */
  const out = [];
  const sink = (/** @type {Run} */ run) => add(out, run);
  const reader = new Reader(runs);
  let at = 0;
  for (const [from, to] of ranges) {
    reader.take(from - at, sink);
    reader.take(to - from, (run) => add(out, change(run)));
    at = to;
  }
  reader.rest(sink);
  return out;
}

/** @param {Run} run @param {string} id @returns {Run} */
export function struck(run, id) {
  return run.strikes.includes(id) ? run : { ...run, strikes: [...run.strikes, id].sort() };
}

/** @param {Run} run @param {string} id @returns {Run} */
export function unstruck(run, id) {
  return run.strikes.includes(id) ? { ...run, strikes: run.strikes.filter((other) => other !== id) } : run;
}

/** @typedef {[number, number, number] | [number, number, number, string | null] |
 *   [number, number, number, string | null, readonly string[]]} RunJson */

/** @param {Run} run @returns {RunJson} */
export function runToJson({ length, author, organisation, insertion, strikes }) {
  if (strikes.length) return [length, author, organisation, insertion, strikes];
  return insertion === null ? [length, author, organisation] : [length, author, organisation, insertion];
}

/** @param {readonly any[]} json @returns {Run} */
export function runFromJson([length, author, organisation, insertion = null, strikes = null]) {
  return { length, author, organisation, insertion, strikes: strikes?.length ? strikes : NO_STRIKES };
}
