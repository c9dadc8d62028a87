// What every local change must keep: whole characters, whole tables, and paragraphs that stay paragraphs.
import { EditorSelection, EditorState, Transaction } from "../../vendor/codemirror.js";
import { isStructure, shownLine } from "./layout.js";
import { markdownShown } from "./syntax.js";

/** @import { ChangeSpec, Text } from "@codemirror/state" */

/** @param {Text} doc @param {number} pos */
function splitsCharacter(doc, pos) {
  if (pos <= 0 || pos >= doc.length) return false;
  return /^[\ud800-\udbff][\udc00-\udfff]$/.test(doc.sliceString(pos - 1, pos + 1));
}

const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Widens changes so that a character of two units is never cut in half. */
const wholeCharacters = EditorState.transactionFilter.of((tr) => {
  if (!tr.docChanged || tr.annotation(Transaction.remote)) return tr;
  const { doc } = tr.startState;
  let isWhole = true;
  /** @type {ChangeSpec[]} */
  const changes = [];
  tr.changes.iterChanges((fromA, toA, _fromB, _toB, inserted) => {
    const insert = inserted.toString();
    const clean = insert.replace(LONE, "");
    const from = splitsCharacter(doc, fromA) ? fromA + (fromA === toA ? 1 : -1) : fromA;
    const to = fromA === toA ? from : splitsCharacter(doc, toA) ? toA + 1 : toA;
    if (from !== fromA || to !== toA || clean !== insert) isWhole = false;
    changes.push({ from, to, insert: clean });
  }, true);
  if (isWhole) return tr;
  return { changes, effects: tr.effects, scrollIntoView: tr.scrollIntoView, userEvent: tr.annotation(Transaction.userEvent) ?? "input" };
});

/** What may be typed into a cell: one line, its pipes escaped. @param {string} text */
const cellSafe = (text) => text.replace(/\s*\n\s*/g, " ").replace(/(?<!\\)\|/g, "\\|");

/**
 * Clips what a person deletes or types over to the text of cells, so that a row keeps its cells.
 * A selection that takes in a whole table still removes it.
 */
const wholeTables = EditorState.transactionFilter.of((tr) => {
  const state = tr.startState;
  if (!tr.docChanged || tr.annotation(Transaction.remote) || state.facet(markdownShown)) return tr;
  if (!(tr.isUserEvent("input") || tr.isUserEvent("delete") || tr.isUserEvent("move")) || tr.isUserEvent("input.table") ||
      tr.isUserEvent("delete.table") || tr.isUserEvent("input.format") || tr.isUserEvent("delete.format")) return tr;
  let isSafe = true;
  /** @type {ChangeSpec[]} */
  const changes = [];
  let caret = -1;
  tr.changes.iterChanges((fromA, toA, _fromB, _toB, inserted) => {
    const insert = inserted.toString();
    const pieces = clip(state, fromA, toA);
    if (!pieces) {
      changes.push({ from: fromA, to: toA, insert });
      return;
    }
    const first = pieces[0];
    const text = shownLine(state, first?.from ?? fromA).cells.length ? cellSafe(insert) : insert;
    if (pieces.length === 1 && first?.from === fromA && first.to === toA && text === insert) {
      changes.push({ from: fromA, to: toA, insert });
      return;
    }
    isSafe = false;
    if (first && caret < 0) caret = first.from + text.length;
    pieces.forEach((piece, i) => changes.push({ ...piece, insert: i ? "" : text }));
  }, true);
  if (isSafe) return tr;
  return {
    changes,
    ...(caret >= 0 ? { selection: EditorSelection.cursor(caret) } : {}),
    effects: tr.effects,
    scrollIntoView: true,
    userEvent: tr.annotation(Transaction.userEvent) ?? "input",
  };
});

/**
 * The parts of a range that lie in cells' text or outside tables; nothing when the range touches no table or only
 * whole ones.
 * @param {EditorState} state @param {number} from @param {number} to @returns {{from: number, to: number}[] | null}
 */
function clip(state, from, to) {
  const first = state.doc.lineAt(from);
  const last = state.doc.lineAt(to);
  const begins = shownLine(state, from);
  const ends = first.number === last.number ? begins : shownLine(state, to);
  // Only the ends matter: a table wholly between them goes as a whole.
  const cutsFirst = begins.row !== null && !(from <= begins.line.from && isHead(state, begins));
  const cutsLast = ends.row !== null && !(to >= ends.line.to && isTail(state, ends)) && to > ends.line.from;
  if (!cutsFirst && !cutsLast) return null;
  /** @type {{from: number, to: number}[]} */
  const pieces = [];
  for (let number = first.number; number <= last.number; number++) {
    const shown = shownLine(state, state.doc.line(number).from);
    if (shown.cells.length) {
      for (const cell of shown.cells) {
        const a = Math.max(from, cell.start);
        const b = to > cell.to ? cell.end : to;
        if (b > a || (a === b && from === to && a >= cell.from && a <= cell.to)) pieces.push({ from: a, to: b });
      }
    } else if (!isStructure(shown)) {
      const a = Math.max(from, shown.start);
      const b = Math.min(to, shown.line.to);
      if (b > a) pieces.push({ from: a, to: b });
    }
  }
  return pieces;
}

/** @param {EditorState} state @param {{line: import("@codemirror/state").Line}} shown */
const isHead = (state, { line }) => line.number === 1 || !shownLine(state, state.doc.line(line.number - 1).from).row;
/** @param {EditorState} state @param {{line: import("@codemirror/state").Line}} shown */
const isTail = (state, { line }) => line.number === state.doc.lines || !shownLine(state, state.doc.line(line.number + 1).from).row;

/**
 * Spaces typed at the beginning of a paragraph would make it code, and text typed on an empty line right beside
 * another block would join it.
 */
const plainParagraphs = EditorState.transactionFilter.of((tr) => {
  const state = tr.startState;
  if (!tr.docChanged || !tr.isUserEvent("input.type") || tr.isUserEvent("input.type.compose") || state.facet(markdownShown)) return tr;
  const { main } = state.selection;
  if (!main.empty) return tr;
  let typed = "";
  let count = 0;
  tr.changes.iterChanges((fromA, toA, _fromB, _toB, inserted) => {
    count++;
    if (fromA === main.head && toA === main.head) typed = inserted.toString();
  });
  if (count !== 1 || !typed) return tr;
  const shown = shownLine(state, main.head);
  if (shown.isCode || shown.row || main.head > shown.start) return tr;
  if (/^\s+$/.test(typed)) return [];
  if (shown.line.length || shown.items.length || shown.definition) return tr;
  const above = shown.line.number > 1 && state.doc.line(shown.line.number - 1).text.trim() !== "";
  const below = shown.line.number < state.doc.lines && state.doc.line(shown.line.number + 1).text.trim() !== "";
  if (!above && !below) return tr;
  const before = above ? "\n" : "";
  return {
    changes: { from: main.head, insert: before + typed + (below ? "\n" : "") },
    selection: EditorSelection.cursor(main.head + before.length + typed.length),
    effects: tr.effects,
    scrollIntoView: true,
    userEvent: "input.type",
  };
});

// Filters run last-registered first: characters are made whole after everything else.
export const filters = [wholeCharacters, wholeTables, plainParagraphs];
