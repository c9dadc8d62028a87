// The state of a section and the fold of one row of its log into it. The browser's drafting/domain/tracking.py: both
// run the cases of tests/domain/tracking_cases.json.
import { ChangeSet, Text } from "../../vendor/codemirror.js";
import { cut, edit, editsOf, joined, lengthOf, mark, plainRun, runFromJson, runToJson, struck, unstruck } from "./runs.js";

/** @import { ChangeDesc } from "@codemirror/state" */
/** @import { Edit, Range, Run, RunJson } from "./runs.js" */

/**
 * What is known of a suggestion id. `outcome` and `decided` (a revision) are null while it is open.
 * @typedef {{author: number, organisation: number, touched: number, outcome: string | null,
 *   decided: number | null}} Suggestion
 *
 * A section at one revision, as a value.
 * @typedef {{doc: Text, runs: readonly Run[], suggestions: ReadonlyMap<string, Suggestion>, revision: number,
 *   returned: ReadonlyMap<number, number>, undone: ReadonlyMap<number, number>}} Tracked
 *
 * One change as a browser makes it.
 * @typedef {{changes: ChangeSet, suggestion?: string | null, strike?: readonly Range[], restore?: readonly Range[],
 *   of?: number | null}} Update
 *
 * One entry of the log.
 * @typedef {Update & {revision: number, author: number, organisation: number, client: string, n: number, i: number,
 *   at: string | null, decide?: string | null, ids?: readonly string[], removed?: Removed | null,
 *   given?: readonly Run[], marks?: readonly [number, number, string, string][]}} Row
 * @typedef {{text: string, runs: readonly Run[]}} Removed
 */

/** @param {any} json what the server's SectionState.to_json wrote @returns {Tracked} */
export function trackedFromJson(json) {
  return {
    doc: textOf(json.text),
    runs: json.runs.map(runFromJson),
    suggestions: new Map(Object.entries(json.suggestions ?? {}).map(([id, [author, organisation, touched, outcome, decided]]) =>
      [id, { author, organisation, touched, outcome: outcome ?? null, decided: decided ?? null }])),
    revision: json.revision,
    returned: new Map(json.returned ?? []),
    undone: new Map(json.undone ?? []),
  };
}

/** @param {Tracked} state */
export function trackedToJson(state) {
  const suggestions = [...state.suggestions].map(([id, one]) =>
    [id, one.outcome === null ? [one.author, one.organisation, one.touched]
      : [one.author, one.organisation, one.touched, one.outcome, one.decided]]);
  return {
    revision: state.revision,
    text: state.doc.toString(),
    runs: state.runs.map(runToJson),
    suggestions: Object.fromEntries(suggestions),
    returned: [...state.returned],
    undone: [...state.undone],
  };
}

/** Splits at line feeds only, as the server does. @param {string} text */
export function textOf(text) {
  return Text.of(text.split("\n"));
}

/** @param {any} json one row as the server sends it @returns {Row} */
export function rowFromJson(json) {
  return {
    ...json,
    changes: ChangeSet.fromJSON(json.changes),
    removed: json.removed ? { text: json.removed[0], runs: json.removed[1].map(runFromJson) } : null,
    given: (json.given ?? []).map(runFromJson),
  };
}

/** @param {any} json an update in its wire form @returns {Update} */
export function updateFromJson(json) {
  return { ...json, changes: ChangeSet.fromJSON(json.changes) };
}

/** @param {Update} update */
export function updateToJson({ changes, suggestion, strike, restore, of }) {
  return {
    changes: changes.toJSON(),
    ...(suggestion ? { suggestion } : {}),
    ...(strike?.length ? { strike } : {}),
    ...(restore?.length ? { restore } : {}),
    ...(of ? { of } : {}),
  };
}

/**
 * Returns the state after the next row. A row is taken as it is. The order is: text, strikes, lifted strikes, then
 * what a decision frees or gives back.
 * @param {Tracked} state @param {Row} row @returns {Tracked}
 */
export function fold(state, row) {
  if (row.revision !== state.revision + 1) {
    throw new RangeError(`row ${row.revision} does not follow revision ${state.revision}`);
  }
  const doc = row.changes.apply(state.doc);
  const edits = editsOf(row.changes);
  let runs = edit(state.runs, edits, row.given?.length ? row.given : newRuns(row, edits));
  const suggestion = row.suggestion ?? null;
  let { suggestions, returned, undone } = state;
  if (row.decide) {
    [runs, suggestions] = foldDecision(state, row, runs);
    if (row.decide === "undo" && row.of) undone = new Map(undone).set(row.of, row.revision);
  } else if (suggestion !== null) {
    runs = mark(runs, row.strike ?? [], (run) => struck(run, suggestion));
    runs = mark(runs, row.restore ?? [], (run) => unstruck(run, suggestion));
    const { author, organisation } = suggestions.get(suggestion) ?? row;
    suggestions = new Map(suggestions)
      .set(suggestion, { author, organisation, touched: row.revision, outcome: null, decided: null });
  }
  if (row.of && (!row.decide || row.decide === "undo")) returned = new Map(returned).set(row.of, row.revision);
  return { doc, runs, suggestions, revision: row.revision, returned, undone };
}

/** The runs of new text. @param {Row} row @param {readonly Edit[]} edits @returns {Run[]} */
function newRuns(row, edits) {
  const length = edits.reduce((sum, { text }) => sum + text.length, 0);
  return length ? [{ ...plainRun(length, row.author, row.organisation), insertion: row.suggestion ?? null }] : [];
}

/**
 * A decision closes its ids and frees their marks; its undo reopens them and gives the marks back.
 * @param {Tracked} state @param {Row} row @param {readonly Run[]} runs
 * @returns {[readonly Run[], ReadonlyMap<string, Suggestion>]}
 */
function foldDecision(state, row, runs) {
  const suggestions = new Map(state.suggestions);
  const ids = row.ids ?? [];
  const reopened = row.decide === "undo";
  for (const id of ids) {
    const one = suggestions.get(id);
    if (!one) throw new RangeError(`suggestion ${id} is not known`);
    suggestions.set(id, reopened ? { ...one, outcome: null, decided: null }
      : { ...one, outcome: row.decide ?? null, decided: row.revision });
  }
  if (!reopened) return [joined(runs.map((run) => freed(run, ids))), suggestions];
  for (const [from, to, kind, id] of row.marks ?? []) {
    runs = mark(runs, [[from, to]], (run) => kind === "+" ? { ...run, insertion: id } : struck(run, id));
  }
  return [runs, suggestions];
}

/** @param {Run} run @param {readonly string[]} ids @returns {Run} */
function freed(run, ids) {
  const insertion = run.insertion !== null && ids.includes(run.insertion) ? null : run.insertion;
  return { ...ids.reduce(unstruck, run), insertion };
}

/** What a change takes away, or null. @param {Tracked} state @param {ChangeSet} changes @returns {Removed | null} */
export function removedBy(state, changes) {
  const gone = editsOf(changes).filter(({ from, to }) => from < to);
  if (!gone.length) return null;
  return {
    text: gone.map(({ from, to }) => state.doc.sliceString(from, to, "\n")).join(""),
    runs: joined(gone.flatMap(({ from, to }) => cut(state.runs, from, to))),
  };
}

/**
 * Where the text of the ranges lies after a change: split around new text, without deleted text.
 * @param {readonly Range[]} ranges @param {ChangeDesc} over @returns {readonly Range[]}
 */
export function mapRanges(ranges, over) {
  if (!ranges.length || over.empty) return ranges;
  /** @type {Range[]} */
  const out = [];
  over.iterGaps((before, after, length) => {
    for (const [from, to] of ranges) {
      const start = Math.max(from, before);
      const end = Math.min(to, before + length);
      if (start < end) out.push([start - before + after, end - before + after]);
    }
  });
  return out;
}

/** A short digest of (text, runs), to notice that this copy differs from the server's. @param {Tracked} state */
export function digestOf(state) {
  if (lengthOf(state.runs) !== state.doc.length) return "runs and text differ";
  return checksum(state.doc.toString() + "\n" + JSON.stringify(state.runs.map(runToJson)));
}

const CRC = new Uint32Array(256).map((_, byte) => {
  for (let bit = 0; bit < 8; bit++) byte = byte & 1 ? 0xedb88320 ^ (byte >>> 1) : byte >>> 1;
  return byte;
});

/** The CRC-32 of the UTF-16 units, low byte first, as 8 hexadecimal digits. @param {string} text */
export function checksum(text) {
  let crc = 0xffffffff;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    crc = CRC[(crc ^ unit) & 0xff] ^ (crc >>> 8);
    crc = CRC[(crc ^ (unit >>> 8)) & 0xff] ^ (crc >>> 8);
  }
  return ((crc ^ 0xffffffff) >>> 0).toString(16).padStart(8, "0");
}
