// Footnotes: their numbers, which follow the order of the references as in print, and the way there and back.
import { EditorSelection, EditorView, StateField } from "../../vendor/codemirror.js";
import { enclosing, syntaxTree } from "./syntax.js";

/** @import { EditorState, Text, Transaction } from "@codemirror/state" */
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

/** A label that two people who insert a note at the same moment will not both choose. */
function newLabel() {
  const letters = crypto.getRandomValues(new Uint8Array(5));
  return Array.from(letters, (byte) => "abcdefghijkmnpqrstuvwxyz"[byte % 24]).join("");
}

/** Moves the caret to the text of a note. @param {EditorView} view @param {string} label */
export function goToDefinition(view, label) {
  const at = view.state.field(notes).definitions.get(label);
  if (at === undefined) return false;
  const end = enclosing(view.state, at, "FootnoteDefinition", 1)?.to ?? at;
  view.dispatch({ selection: EditorSelection.cursor(end), scrollIntoView: true, userEvent: "select" });
  view.focus();
  return true;
}

/** Moves the caret behind the first reference to a note. @param {EditorView} view @param {string} label */
export function goToReference(view, label) {
  const at = view.state.field(notes).references.get(label);
  if (at === undefined) return false;
  view.dispatch({
    selection: EditorSelection.cursor(at + label.length + 3),
    scrollIntoView: true,
    userEvent: "select",
  });
  view.focus();
  return true;
}

/**
 * Where the definition of a note referred to at `pos` belongs, so that definitions keep the order of references.
 * @param {EditorState} state @param {number} pos
 * @returns {{place: number, gap: string}}
 */
function placeForDefinition(state, pos) {
  const { references, definitions } = state.field(notes);
  let nearest = -1;
  let place = -1;
  for (const [label, at] of references) {
    const definition = definitions.get(label);
    if (definition === undefined || at >= pos || at < nearest) continue;
    nearest = at;
    place = enclosing(state, definition, "FootnoteDefinition", 1)?.to ?? -1;
  }
  if (place >= 0) return { place, gap: "\n" };
  const last = state.doc.lineAt(state.doc.length);
  const isClosed = last.text === "" && pos < last.from;
  return { place: state.doc.length, gap: isClosed ? "" : "\n\n" };
}

/**
 * Inserts a note at the caret and goes to its text; in a note's text, goes back to the reference;
 * beside a reference, goes to its text.
 * @param {EditorView} view
 */
export function footnote(view) {
  const { state } = view;
  const { to } = state.selection.main;
  const definition = enclosing(state, to, "FootnoteDefinition", -1) ?? enclosing(state, to, "FootnoteDefinition", 1);
  if (definition) return goToReference(view, labelOf(state, definition));
  const reference = enclosing(state, to, "FootnoteReference", -1) ?? enclosing(state, to, "FootnoteReference", 1);
  if (reference && goToDefinition(view, labelOf(state, reference))) return true;
  if (state.readOnly || enclosing(state, to, ["FencedCode", "CodeBlock", "InlineCode"])) return false;
  const label = newLabel();
  const { place, gap } = placeForDefinition(state, to);
  const definitionText = `${gap}[^${label}]: `;
  const changes = state.changes([{ from: to, insert: `[^${label}]` }, { from: place, insert: definitionText }]);
  view.dispatch({
    changes,
    selection: EditorSelection.cursor(changes.mapPos(place, 1)),
    scrollIntoView: true,
    userEvent: "input.footnote",
  });
  view.focus();
  return true;
}

