// Footnotes: their numbers, which follow the order of the references as in print. What makes them, and leads there and
// back, is fetched later (note_making.js).
import { StateField } from "../../vendor/codemirror.js";
import { later, noting } from "./later.js";
import { syntaxTree } from "./syntax.js";

/** @import { EditorState, Text, Transaction } from "@codemirror/state" */
/** @import { EditorView } from "@codemirror/view" */
/** @import { SyntaxNode } from "@lezer/common" */

/**
 * @typedef {object} Notes
 * @property {Map<string, number>} numbers label to number
 * @property {Map<string, number>} references label to the place of its first reference
 * @property {Map<string, number>} definitions label to the place of its definition
 */

const MENTION = /\[\^([^\s[\]]+)\]/g;

/** @param {EditorState} state @returns {Notes} */
function gather(state) {
  /** @type {Notes} */
  const notes = { numbers: new Map(), references: new Map(), definitions: new Map() };
  const tree = syntaxTree(state);
  let at = 0;
  for (let lines = state.doc.iterLines(); !lines.next().done; at += lines.value.length + 1) {
    if (!lines.value.includes("[^")) continue;
    for (const match of lines.value.matchAll(MENTION)) {
      const pos = at + match.index;
      const label = match[1] ?? "";
      const name = tree.resolveInner(pos, 1).name;
      if (name === "FootnoteLabel" && !notes.definitions.has(label)) notes.definitions.set(label, pos);
      else if (name === "FootnoteReference" && !notes.references.has(label)) notes.references.set(label, pos);
    }
  }
  for (const label of notes.references.keys()) {
    if (notes.definitions.has(label)) notes.numbers.set(label, notes.numbers.size + 1);
  }
  return notes;
}

/** @param {Text} doc @param {number} from @param {number} to */
const mentions = (doc, from, to) => doc.sliceString(doc.lineAt(from).from, doc.lineAt(to).to).includes("[^");

/** @param {Transaction} tr */
function touchesNotes(tr) {
  let touches = false;
  tr.changes.iterChangedRanges((fromA, toA, fromB, toB) => {
    touches ||= mentions(tr.startState.doc, fromA, toA) || mentions(tr.newDoc, fromB, toB);
  });
  return touches;
}

/** Holds the notes; gathered anew only when a line with a reference or a definition changes. */
export const notes = StateField.define({
  create: gather,
  update(value, tr) {
    if (!tr.docChanged) return value;
    if (touchesNotes(tr)) return gather(tr.state);
    const move = (/** @type {Map<string, number>} */ places) =>
      new Map([...places].map(([label, pos]) => [label, tr.changes.mapPos(pos, 1)]));
    return value.references.size + value.definitions.size === 0 ? value
      : { numbers: value.numbers, references: move(value.references), definitions: move(value.definitions) };
  },
});

/** @param {EditorState} state @param {SyntaxNode} node */
export const labelOf = (state, node) => /\[\^([^\]]+)/.exec(state.sliceDoc(node.from, node.to))?.[1] ?? "";

/** Moves the caret to the text of a note. @param {EditorView} view @param {string} label */
export const goToDefinition = (view, label) => later(noting, (module) => () => module.goToDefinition(view, label))(view);
/** Moves the caret behind the first reference to a note. @param {EditorView} view @param {string} label */
export const goToReference = (view, label) => later(noting, (module) => () => module.goToReference(view, label))(view);
/** Inserts a note, or goes between it and its text. */
export const footnote = later(noting, (module) => module.footnote);
