// Suggesting: each edit made here becomes a suggestion before it is made. New text is pending, deleted text stays and is
// struck; what one did by one key or one button is one suggestion, and goes on with one's own that it touches.
import {
  ChangeSet, EditorState, EditorView, EditorSelection, Prec, StateEffect, Transaction, findClusterBreak,
} from "../../vendor/codemirror.js";
import { adjoining } from "./adjoining.js";
import { randomId } from "./batch.js";
import { later } from "./inverse.js";
import { kindOf, me, sidesField, strikeEffect, suggests } from "./queue.js";
import { editsOf, stretches } from "./runs.js";
import { struckInstead } from "./striking.js";
import { suggested as takenBack } from "./taking_back.js";

/** @import { Extension, Text, TransactionSpec } from "@codemirror/state" */
/** @import { Tracked } from "./tracking.js" */

later.suggested = takenBack;

/** What changes the look of words or lines: a suggestion of its own, and only what differs in it. */
const FORMAT = /^(?:input|delete)\.(?:format|heading|list|quote|structure|table|link)/;

/**
 * A step by key over text that is struck already: past it, to the next character of the same line. Null: it is no such
 * step.
 * @param {Transaction} tr @param {Tracked} screen @returns {{changes: ChangeSet, caret: number} | null}
 */
function pastStruck(tr, screen) {
  const isForward = tr.isUserEvent("delete.forward");
  if (!isForward && !tr.isUserEvent("delete.backward")) return null;
  const { main } = tr.startState.selection;
  const [edit, ...more] = editsOf(tr.changes);
  if (!main.empty || !edit || more.length || edit.text) return null;
  if (!stretches(screen.runs, edit.from, edit.to).every(({ run }) => run.strikes.length)) return null;
  const { doc } = screen;
  const line = doc.lineAt(isForward ? edit.to : edit.from);
  const end = isForward ? line.to : line.from;
  const pos = isForward ? struckUpTo(screen, edit.to, end) : struckFrom(screen, edit.from, end);
  const next = pos === end ? pos : line.from + findClusterBreak(line.text, pos - line.from, isForward);
  const [from, to] = isForward ? [pos, next] : [next, pos];
  const isText = from < to && !isPrefix(line.text.slice(0, to - line.from));
  const changes = ChangeSet.of(isText ? { from, to } : [], doc.length);
  return { changes, caret: isText ? from : pos };
}

/** Whether all of this stands before a line's own text. @param {string} text */
function isPrefix(text) {
  return /^[ \t]*(?:(?:#{1,6}|[-*+]|\d{1,9}[.)]|>)[ \t]*|\|[ \t]*|\[\^[^\]\s]+\]:[ \t]*)+$/.test(text);
}

/** @param {Tracked} screen @param {number} from @param {number} end */
function struckUpTo(screen, from, end) {
  for (const stretch of stretches(screen.runs, from, end)) if (!stretch.run.strikes.length) return stretch.from;
  return end;
}

/** @param {Tracked} screen @param {number} to @param {number} start */
function struckFrom(screen, to, start) {
  for (const stretch of stretches(screen.runs, start, to).reverse()) if (!stretch.run.strikes.length) return stretch.to;
  return start;
}

/** Leaves out of a change what it would write as it was. @param {Text} doc @param {ChangeSet} changes */
function onlyDifferences(doc, changes) {
  return ChangeSet.of(editsOf(changes).map(({ from, to, text }) => {
    const old = doc.sliceString(from, to, "\n");
    const most = Math.min(old.length, text.length);
    let start = 0;
    while (start < most && old[start] === text[start]) start++;
    let end = 0;
    while (end < most - start && old[old.length - 1 - end] === text[text.length - 1 - end]) end++;
    if (/[\ud800-\udbff]$/.test(old.slice(0, start))) start--;
    if (/^[\udc00-\udfff]/.test(old.slice(old.length - end)) && end) end--;
    return { from: from + start, to: to - end, insert: text.slice(start, text.length - end) };
  }), doc.length, "\n");
}

/** @param {Transaction} tr @param {ChangeSet | null} delta leads from the text as meant to the text as it will be */
function selectionOver(tr, delta) {
  if (!delta || !tr.selection) return tr.selection;
  // After Backspace before the struck text, after Delete behind it; a line's new look keeps the caret in its text.
  const side = tr.isUserEvent("delete.forward") || FORMAT.test(tr.annotation(Transaction.userEvent) ?? "") ? 1 : -1;
  return EditorSelection.create(tr.selection.ranges.map(({ anchor, head }) =>
    EditorSelection.range(delta.mapPos(anchor, side), delta.mapPos(head, side))), tr.selection.mainIndex);
}

/** @param {Transaction} tr @param {() => string} newId @returns {TransactionSpec} */
function suggested(tr, newId) {
  const { screen } = tr.startState.field(sidesField);
  const who = tr.startState.facet(me);
  const userEvent = tr.annotation(Transaction.userEvent) ?? "input";
  const isFormat = FORMAT.test(userEvent);
  const past = pastStruck(tr, screen);
  const meant = past ? past.changes : isFormat ? onlyDifferences(screen.doc, tr.changes) : tr.changes;
  const { changes, strike, delta } = struckInstead(screen, meant, who);
  const selection = past ? EditorSelection.cursor(delta && tr.isUserEvent("delete.forward") ? delta.mapPos(past.caret, 1) : past.caret)
    : selectionOver(tr, delta);
  const rest = { selection, scrollIntoView: tr.scrollIntoView };
  if (changes.empty && !strike.length) return { ...rest, userEvent: "select" };
  const suggestion = adjoining(screen, changes, strike, who, isFormat) ?? newId();
  return {
    ...rest, changes, userEvent,
    effects: [...(delta ? StateEffect.mapEffects(tr.effects, delta) : tr.effects), ...(strike.length ? [strikeEffect.of(strike)] : [])],
    annotations: kindOf.of({ suggestion }),
  };
}

/**
 * An input method that composes over a selection would have the browser take the selected text away: it is struck before.
 * @param {EditorView} view
 */
function strikeSelection(view) {
  const { main } = view.state.selection;
  if (main.empty || view.state.readOnly) return false;
  // As by Delete, which leaves the caret behind what is struck: there goes what is composed.
  view.dispatch({ changes: { from: main.from, to: main.to }, selection: EditorSelection.cursor(main.from), userEvent: "delete.forward" });
  return false;
}

/**
 * Makes suggestions of all edits. Of the filters this has to be the last one that runs: that is the first one there is.
 * @param {() => string} [newId] @returns {Extension}
 */
export function suggesting(newId = randomId) {
  return [
    suggests.of(true),
    Prec.highest(EditorState.transactionFilter.of((tr) => {
      const isOurs = tr.docChanged && !tr.annotation(Transaction.remote) && !tr.annotation(kindOf);
      return isOurs ? suggested(tr, newId) : tr;
    })),
    Prec.highest(EditorView.domEventHandlers({
      keydown: (event, view) => event.keyCode === 229 && strikeSelection(view),
      compositionstart: (_event, view) => strikeSelection(view),
    })),
  ];
}
