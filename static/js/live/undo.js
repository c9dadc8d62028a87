// Undo and redo: each person takes back their own changes, whatever others wrote in the meantime.
// CodeMirror's own history maps effects wrongly under remote changes; this one keeps, for each of this browser's edits,
// the change that takes it back, and follows the others' changes with it. Where text of others comes back, the change
// names the edit that removed it, so that the server gives it back with its authors.
import { Annotation, ChangeSet, EditorSelection, StateField, Transaction } from "../../vendor/codemirror.js";
import { inverseOf, isNothing, movedOver, rangesOf, righted, specOf } from "./inverse.js";
import { composed, isOwnEdit, realChanges, restoreEffect, strikeEffect } from "./queue.js";
import { editsOf } from "./runs.js";

/** @import { AnnotationType, ChangeDesc, EditorState, TransactionSpec } from "@codemirror/state" */
/** @import { Inverse } from "./inverse.js" */
/** @import { Range } from "./runs.js" */
/** @import { Holder } from "./queue.js" */

/**
 * What one Ctrl+Z takes back, first edit first, and where the selection was before. `spots` is what its last edit touched.
 * @typedef {{inverses: readonly Inverse[], selection: EditorSelection, at: number, userEvent: string,
 *   spots: readonly Range[]}} Step
 *
 * Between steps lie changes of others that the steps below have not followed yet.
 * @typedef {Step | ChangeSet} Entry
 * @typedef {{done: readonly Entry[], undone: readonly Entry[]}} History
 */

const MOST_STEPS = 300;
const SAME_STEP_MS = 500;

/**
 * Marks what undo and redo do. `rest` is the side that the step was taken from, without it.
 * @type {AnnotationType<{side: "done" | "undone", rest: readonly Entry[], first: boolean}>}
 */
const stepping = Annotation.define();

/** @type {StateField<History>} */
export const historyField = StateField.define({
  /** @returns {History} */
  create: () => ({ done: [], undone: [] }),
  update(history, tr) {
    const taken = tr.annotation(stepping);
    if (taken) return moved(history, tr, taken);
    if (isOwnEdit(tr)) {
      return isNothing(inverseOf(tr)) ? history : { done: recorded(history.done, tr, inverseOf(tr)), undone: [] };
    }
    const changes = realChanges(tr);
    if (!changes || changes.empty) return closed(history, tr);
    return { done: followed(history.done, changes), undone: followed(history.undone, changes) };
  },
});

/** Moving the selection ends a step. @param {History} history @param {Transaction} tr @returns {History} */
function closed(history, tr) {
  const last = history.done[history.done.length - 1];
  if (!tr.selection || !last || last instanceof ChangeSet || !last.at) return history;
  return { ...history, done: [...history.done.slice(0, -1), { ...last, at: 0 }] };
}

/** @param {readonly Entry[]} side @param {ChangeSet} changes @returns {readonly Entry[]} */
function followed(side, changes) {
  const last = side[side.length - 1];
  if (!side.length) return side;
  return last instanceof ChangeSet ? [...side.slice(0, -1), last.compose(changes)] : [...side, changes];
}

/**
 * Lets the topmost step follow what others changed.
 * @param {readonly Entry[]} side @returns {{step: Step | null, rest: readonly Entry[]}}
 */
function settled(side) {
  let rest = [...side];
  /** @type {ChangeSet | null} */
  let over = null;
  for (let entry = rest.pop(); entry; entry = rest.pop()) {
    if (entry instanceof ChangeSet) {
      over = over ? entry.compose(over) : entry;
      continue;
    }
    if (!over) return { step: entry, rest };
    const inverses = [...entry.inverses];
    const spots = entry.spots.map(([from, to]) => moveRange(from, to, /** @type {ChangeSet} */ (over)));
    for (let i = inverses.length - 1; i >= 0; i--) {
      const { changes } = inverses[i];
      inverses[i] = movedOver(inverses[i], over);
      over = over.map(changes, true);
    }
    rest = [...followed(rest, over)];
    if (!inverses.every(isNothing)) return { step: { ...entry, inverses, spots, selection: entry.selection.map(over) }, rest };
    over = null;
  }
  return { step: null, rest: [] };
}

/** @param {number} from @param {number} to @param {ChangeDesc} over @returns {Range} */
function moveRange(from, to, over) {
  const start = over.mapPos(from, 1);
  return [start, Math.max(start, over.mapPos(to, -1))];
}

/** What an edit touched in the text after it. @param {Transaction} tr @returns {Range[]} */
function spotsOf(tr) {
  const edits = editsOf(tr.changes).map(({ at, text }) => /** @type {Range} */ ([at, at + text.length]));
  return [...edits, ...rangesOf(tr, strikeEffect), ...rangesOf(tr, restoreEffect)];
}

/** @param {readonly Entry[]} side @param {Transaction} tr @param {Inverse} inverse @returns {readonly Entry[]} */
function recorded(side, tr, inverse) {
  const { step, rest } = settled(side);
  const at = tr.annotation(Transaction.time) ?? 0;
  const userEvent = tr.annotation(Transaction.userEvent) ?? "";
  if (step && belongs(step, tr, at, userEvent)) {
    return [...rest, { ...step, inverses: withInverse(step.inverses, inverse), at, userEvent, spots: spotsOf(tr) }];
  }
  const fresh = { inverses: [inverse], selection: tr.startState.selection, at, userEvent, spots: spotsOf(tr) };
  const all = step ? [...rest, step, fresh] : [fresh];
  return all.length > 2 * MOST_STEPS ? all.slice(all.length - MOST_STEPS) : all;
}

/** Whether an edit goes on with a step. @param {Step} step @param {Transaction} tr @param {number} at @param {string} userEvent */
function belongs(step, tr, at, userEvent) {
  // An accent typed by composition comes as several edits, however slowly: they are one.
  if (userEvent.startsWith("input.type.compose") && step.userEvent.startsWith("input.type.compose") && step.at &&
    tr.annotation(Transaction.userEvent) !== "input.type.compose.start") return adjoins(step, tr);
  const kind = (/** @type {string} */ event) => event.startsWith("input.type") ? "type" : event.startsWith("delete") ? "delete" : "";
  return kind(userEvent) !== "" && kind(userEvent) === kind(step.userEvent) && at - step.at < SAME_STEP_MS && adjoins(step, tr);
}

/** Whether an edit touches what the step's last one left. @param {Step} step @param {Transaction} tr */
function adjoins(step, tr) {
  const back = tr.changes.invertedDesc;
  const now = [
    ...editsOf(tr.changes).map(({ from, to }) => /** @type {Range} */ ([from, to])),
    ...rangesOf(tr, strikeEffect).map(([from, to]) => moveRange(from, to, back)),
  ];
  return now.every(([from, to]) => step.spots.some((spot) => from <= spot[1] && to >= spot[0]));
}

/** @param {readonly Inverse[]} inverses @param {Inverse} inverse @returns {readonly Inverse[]} */
function withInverse(inverses, inverse) {
  const last = inverses[inverses.length - 1];
  const isMarking = [last, inverse].some(({ of, strike, restore }) => of || strike.length || restore.length);
  if (isMarking || last.suggestion !== inverse.suggestion) return [...inverses, inverse];
  return [...inverses.slice(0, -1), { ...last, changes: inverse.changes.compose(last.changes) }];
}

/**
 * An undo's edits become one step of the other side, and a redo's likewise.
 * @param {History} history @param {Transaction} tr @param {{side: "done" | "undone", rest: readonly Entry[], first: boolean}} taken
 * @returns {History}
 */
function moved(history, tr, { side, rest, first }) {
  const other = side === "done" ? "undone" : "done";
  const inverse = inverseOf(tr);
  const { step, rest: below } = first ? { step: null, rest: history[other] } : settled(history[other]);
  const next = step ? { ...step, inverses: withInverse(step.inverses, inverse) }
    : { inverses: [inverse], selection: tr.startState.selection, at: 0, userEvent: "", spots: [] };
  return side === "done" ? { done: rest, undone: [...below, next] } : { undone: rest, done: [...below, next] };
}

/** @param {"done" | "undone"} side @returns {(holder: Holder) => boolean} */
function stepper(side) {
  return (holder) => {
    const { step, rest } = settled(holder.state.field(historyField)[side]);
    if (!step || holder.state.readOnly) return false;
    const { specs, left } = prepared(holder.state, step, rest);
    /** @type {Transaction[]} */
    const transactions = [];
    let { state } = holder;
    for (const { annotations, ...spec } of specs) {
      const isFirst = !transactions.length;
      const tr = state.update({
        ...spec,
        annotations: [stepping.of({ side, rest: left, first: isFirst }), .../** @type {any[]} */ (annotations)],
        userEvent: side === "done" ? "undo" : "redo",
        filter: false,
      });
      transactions.push(tr);
      state = tr.state;
    }
    transactions.push(state.update({ selection: within(step.selection, state.doc.length), scrollIntoView: true }));
    holder.update(transactions);
    return true;
  };
}

/**
 * The edits that take a step back, in the order to make them, and what is left of its side. Of text that others
 * deleted while one's own deletion was under way only one's own part comes back, or the server would refuse it.
 * What is a suggestion, or can only be one now, takes nothing away that is not one's own pending text.
 * @param {EditorState} state @param {Step} step @param {readonly Entry[]} rest
 * @returns {{specs: TransactionSpec[], left: readonly Entry[]}}
 */
function prepared(state, step, rest) {
  /** @type {ChangeSet | null} */
  let over = null;
  /** @type {TransactionSpec[]} */
  const specs = [];
  for (const inverse of [...step.inverses].reverse()) {
    /** @type {Inverse} */
    const mapped = over ? movedOver(inverse, over) : inverse;
    over = over ? over.map(inverse.changes, true) : null;
    const right = righted(state, mapped);
    over = composed(over, right.delta);
    if (isNothing(right.inverse)) continue;
    const spec = specOf(right.inverse);
    specs.push(spec);
    state = state.update({ ...spec, filter: false }).state;
  }
  return { specs, left: over ? followed(rest, over) : rest };
}

/** @param {EditorSelection} selection @param {number} length @returns {EditorSelection} */
function within(selection, length) {
  const { anchor, head } = selection.main;
  return EditorSelection.single(Math.min(anchor, length), Math.min(head, length));
}

/** Takes back one's own last step. */
export const undo = stepper("done");
/** Does again what `undo` took back. */
export const redo = stepper("undone");

/** @param {EditorState} state */
export function undoDepth(state) {
  return state.field(historyField).done.filter((entry) => !(entry instanceof ChangeSet)).length;
}

/** @param {EditorState} state */
export function redoDepth(state) {
  return state.field(historyField).undone.filter((entry) => !(entry instanceof ChangeSet)).length;
}
