// Undo and redo: each person takes back their own changes, whatever others wrote in the meantime.
// CodeMirror's own history maps effects wrongly under remote changes; this one keeps, for each of this browser's edits,
// the change that takes it back, and follows the others' changes with it. Where text of others comes back, the change
// names the edit that removed it, so that the server gives it back with its authors.
import { Annotation, ChangeSet, EditorSelection, StateField, Transaction } from "../../vendor/codemirror.js";
import { editsOf } from "./runs.js";
import { composed, isOwnEdit, kindOf, me, realChanges, sidesField, tokenOf } from "./queue.js";
import { removedBy } from "./tracking.js";

/** @import { AnnotationType, EditorState } from "@codemirror/state" */
/** @import { Run } from "./runs.js" */
/** @import { Holder, Me, Token } from "./queue.js" */

/**
 * The change that takes one edit back. `of` is that edit where it removed text that comes back with its authors.
 * @typedef {{changes: ChangeSet, of: Token | null, given: readonly Run[] | null}} Inverse
 *
 * What one Ctrl+Z takes back, first edit first, and where the selection was before.
 * @typedef {{inverses: readonly Inverse[], selection: EditorSelection, at: number, userEvent: string}} Step
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
      return tr.changes.empty ? history : { done: recorded(history.done, tr, inverseOf(tr)), undone: [] };
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

/** @param {Transaction} tr @returns {Inverse} */
function inverseOf(tr) {
  const removed = removedBy(tr.startState.field(sidesField).screen, tr.changes);
  const who = tr.state.facet(me);
  const ofOthers = removed?.runs.some((run) => !isOwnPlain(run, who));
  return {
    changes: tr.changes.invert(tr.startState.doc),
    of: ofOthers ? tr.annotation(tokenOf) ?? null : null,
    given: ofOthers && removed ? removed.runs : null,
  };
}

/** @param {Run} run @param {Me} who */
function isOwnPlain(run, who) {
  return run.author === who.person && run.organisation === who.organisation && run.insertion === null && !run.strikes.length;
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
    for (let i = inverses.length - 1; i >= 0; i--) {
      const { changes } = inverses[i];
      inverses[i] = { ...inverses[i], changes: changes.map(over) };
      over = over.map(changes, true);
    }
    rest = [...followed(rest, over)];
    if (inverses.some(({ changes }) => !changes.empty)) {
      return { step: { ...entry, inverses, selection: entry.selection.map(over) }, rest };
    }
    over = null;
  }
  return { step: null, rest: [] };
}

/** @param {readonly Entry[]} side @param {Transaction} tr @param {Inverse} inverse @returns {readonly Entry[]} */
function recorded(side, tr, inverse) {
  const { step, rest } = settled(side);
  const at = tr.annotation(Transaction.time) ?? 0;
  const userEvent = tr.annotation(Transaction.userEvent) ?? "";
  if (step && belongs(step, tr, at, userEvent)) {
    return [...rest, { ...step, inverses: withInverse(step.inverses, inverse), at, userEvent }];
  }
  const fresh = { inverses: [inverse], selection: tr.startState.selection, at, userEvent };
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
  const before = editsOf(step.inverses[step.inverses.length - 1].changes);
  return editsOf(tr.changes).every(({ from, to }) => before.some((edit) => from <= edit.to && to >= edit.from));
}

/** @param {readonly Inverse[]} inverses @param {Inverse} inverse @returns {readonly Inverse[]} */
function withInverse(inverses, inverse) {
  const last = inverses[inverses.length - 1];
  if (last.of || inverse.of) return [...inverses, inverse];
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
    : { inverses: [inverse], selection: tr.startState.selection, at: 0, userEvent: "" };
  return side === "done" ? { done: rest, undone: [...below, next] } : { undone: rest, done: [...below, next] };
}

/** @param {"done" | "undone"} side @returns {(holder: Holder) => boolean} */
function stepper(side) {
  return (holder) => {
    const { step, rest } = settled(holder.state.field(historyField)[side]);
    if (!step || holder.state.readOnly) return false;
    const { edits, left } = prepared(step, rest);
    /** @type {Transaction[]} */
    const transactions = [];
    let { state } = holder;
    for (const { changes, of, given } of edits) {
      const kind = of ? { of, given: of.removed?.runs ?? given ?? undefined } : {};
      const tr = state.update({
        changes,
        annotations: [stepping.of({ side, rest: left, first: !transactions.length }), kindOf.of(kind)],
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
 * @param {Step} step @param {readonly Entry[]} rest @returns {{edits: Inverse[], left: readonly Entry[]}}
 */
function prepared(step, rest) {
  /** @type {ChangeSet | null} */
  let over = null;
  /** @type {Inverse[]} */
  const edits = [];
  for (const { changes, of, given } of [...step.inverses].reverse()) {
    /** @type {ChangeSet} */
    const mapped = over ? changes.map(over) : changes;
    over = over ? over.map(changes, true) : null;
    /** @type {ReturnType<typeof fitted>} */
    const fit = of && of.revision !== null ? fitted(mapped, of.removed?.text ?? "") : { changes: mapped, delta: null };
    over = composed(over, fit?.delta ?? null);
    const isGiven = fit && of && (of.revision === null || of.removed);
    const edit = { changes: fit ? fit.changes : mapped, of: isGiven ? of : null, given };
    if (!edit.changes.empty) edits.push(edit);
  }
  return { edits, left: over ? followed(rest, over) : rest };
}

/**
 * Returns a change that inserts `text` instead of a longer text that it is a part of, and what that is less.
 * @param {ChangeSet} changes @param {string} text @returns {{changes: ChangeSet, delta: ChangeSet | null} | null}
 */
export function fitted(changes, text) {
  const edits = editsOf(changes);
  if (edits.map((edit) => edit.text).join("") === text) return { changes, delta: null };
  const less = [];
  let used = 0;
  for (const edit of edits) {
    for (let i = 0; i < edit.text.length; i++) {
      if (edit.text[i] === text[used]) used++;
      else less.push({ from: edit.at + i, to: edit.at + i + 1 });
    }
  }
  if (used < text.length) return null;
  const delta = ChangeSet.of(less, changes.newLength);
  return { changes: changes.compose(delta), delta };
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
