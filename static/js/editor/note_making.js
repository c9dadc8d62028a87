// Footnotes made, and the way from a reference to its text and back.
import { EditorSelection } from "../../vendor/codemirror.js";
import { labelOf, notes } from "./footnotes.js";
import { enclosing } from "./syntax.js";

/** @import { EditorState } from "@codemirror/state" */
/** @import { EditorView } from "@codemirror/view" */

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

