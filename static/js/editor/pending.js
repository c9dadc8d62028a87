// Bold and italic that are still being typed: an empty pair of marks, and text that ends with a space for the moment.
// Markdown knows neither, so both are drawn as what they are about to be, and tidied when the caret leaves them.
import { EditorSelection, EditorView, StateEffect, StateField } from "../../vendor/codemirror.js";
import { markdownShown } from "./syntax.js";

/** @import { EditorState } from "@codemirror/state" */

/**
 * Styled text before the caret that ends with spaces, its closing mark right after the caret.
 * @typedef {{mark: string, from: number, spaces: number, head: number, to: number}} Unfinished
 */

const UNFINISHED = /(\*\*|\*)(?=[^\s*])((?:(?!\1).)*[^\s*\\])([ \u00a0]+)$/;

/** @param {EditorState} state @param {number} [head] @returns {Unfinished | null} */
export function unfinished(state, head = state.selection.main.head) {
  const line = state.doc.lineAt(head);
  if (line.text[head - line.from] !== "*") return null;
  const match = UNFINISHED.exec(line.text.slice(0, head - line.from));
  const mark = match?.[1] ?? "";
  if (!match || !line.text.startsWith(mark, head - line.from)) return null;
  return { mark, from: line.from + match.index, spaces: head - (match[3]?.length ?? 0), head, to: head + mark.length };
}

/** Moves the spaces behind the closing mark. @param {EditorState} state @param {Unfinished} one */
const finishing = (state, one) => ({
  from: one.spaces, to: one.to, insert: one.mark + state.sliceDoc(one.spaces, one.head),
});

/** Ends unfinished text and puts the caret behind it. @param {EditorView} view @param {Unfinished} one */
export function finish(view, one) {
  view.dispatch({
    changes: finishing(view.state, one),
    selection: EditorSelection.cursor(one.to),
    userEvent: "input.format",
  });
  return true;
}

/** @typedef {{pos: number, mark: string}} Pair an empty pair of marks; `pos` is between them */
export const openPair = StateEffect.define({
  /** @param {Pair} pair @param {import("@codemirror/state").ChangeDesc} changes */
  map: (pair, changes) => ({ ...pair, pos: changes.mapPos(pair.pos) }),
});

/** @param {EditorState} state @param {Pair} pair */
const isEmptyPair = (state, { pos, mark }) =>
  state.sliceDoc(pos - mark.length, pos) === mark && state.sliceDoc(pos, pos + mark.length) === mark;

const pairField = StateField.define({
  create: () => /** @type {Pair | null} */ (null),
  update(pair, tr) {
    for (const effect of tr.effects) if (effect.is(openPair)) return effect.value;
    const moved = pair && tr.docChanged ? { ...pair, pos: tr.changes.mapPos(pair.pos, 1) } : pair;
    return moved && isEmptyPair(tr.state, moved) ? moved : null;
  },
});

/** @param {EditorView} view @param {Pair | null} pair @param {number | null} left where unfinished text was left */
function tidy(view, pair, left) {
  const { state } = view;
  if (state.readOnly || state.facet(markdownShown)) return;
  const one = left === null ? null : unfinished(state, left);
  const changes = [];
  if (pair && isEmptyPair(state, pair)) changes.push({ from: pair.pos - pair.mark.length, to: pair.pos + pair.mark.length });
  if (one) changes.push(finishing(state, one));
  if (changes.length) view.dispatch({ changes, userEvent: "delete.format" });
}

export const pending = [
  pairField,
  EditorView.updateListener.of((update) => {
    if (!update.selectionSet && !update.docChanged) return;
    const { head } = update.state.selection.main;
    const pair = update.state.field(pairField);
    const before = unfinished(update.startState);
    const place = before ? update.changes.mapPos(before.head, 1) : null;
    const leavesPair = pair && head !== pair.pos;
    const leavesText = place !== null && head !== place && !update.view.composing;
    // An update may not begin another one.
    if (leavesPair || leavesText) setTimeout(() => tidy(update.view, leavesPair ? pair : null, leavesText ? place : null));
  }),
];
