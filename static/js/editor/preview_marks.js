// Marks within lines: bold, italic, code, links, note references. Their Markdown shows only where the caret touches them.
import { Decoration } from "../../vendor/codemirror.js";
import { labelOf, notes } from "./footnotes.js";
import { wordsFacet } from "./language.js";
import { atom } from "./layout.js";
import { hidden } from "./preview_lines.js";
import { unfinished } from "./pending.js";
import { syntaxTree } from "./syntax.js";
import { NoteReference } from "./widgets.js";

/** @import { EditorState } from "@codemirror/state" */
/** @import { SyntaxNode } from "@lezer/common" */
/** @import { Drawing } from "./preview.js" */

/** @type {Record<string, Decoration>} */
const styles = {
  Emphasis: Decoration.mark({ class: "cm-italic" }),
  StrongEmphasis: Decoration.mark({ class: "cm-bold" }),
  InlineCode: Decoration.mark({ class: "cm-inline-code" }),
};
const quietMark = Decoration.mark({ class: "cm-quiet" });

const SAFE_ADDRESS = /^(https?:|mailto:|tel:|#)/i;

/** @param {EditorState} state @param {number} from @param {number} to */
const touched = (state, from, to) => state.selection.ranges.some((range) => range.from <= to && range.to >= from);

/** @param {string} address */
function linkDecoration(address) {
  const href = SAFE_ADDRESS.test(address) ? address : null;
  return Decoration.mark({
    tagName: "a",
    class: "cm-link",
    attributes: href ? { href, title: href, rel: "noopener noreferrer", target: "_blank" } : {},
  });
}

/**
 * @param {EditorState} state @param {number} from @param {number} to @param {Drawing} drawing @param {boolean} mayReveal
 */
export function drawMarks(state, from, to, drawing, mayReveal) {
  const reveals = (/** @type {{from: number, to: number}} */ node) => mayReveal && touched(state, node.from, node.to);
  const hide = (/** @type {number} */ a, /** @type {number} */ b) => {
    // A replacement may not hold a line's end.
    if (b <= a || state.doc.lineAt(a).to < b) return;
    drawing.marks.push(hidden.range(a, b));
    drawing.atoms.push(atom.range(a, b));
  };
  syntaxTree(state).iterate({
    from,
    to,
    enter(ref) {
      const style = styles[ref.name];
      if (style) {
        drawing.marks.push(style.range(ref.from, ref.to));
        const isShown = reveals(ref);
        for (const mark of marksOf(ref.node)) {
          if (isShown) drawing.marks.push(quietMark.range(mark.from, mark.to));
          else hide(mark.from, mark.to);
        }
      } else if (ref.name === "Escape") {
        if (!reveals(ref)) hide(ref.from, ref.from + 1);
      } else if (ref.name === "HardBreak") {
        if (state.doc.lineAt(ref.from).to < ref.to) hide(ref.from, ref.to - 1);
      } else if (ref.name === "Link" || ref.name === "Autolink") {
        drawLink(state, ref.node, drawing, hide);
      } else if (ref.name === "FootnoteReference") {
        drawReference(state, ref.node, drawing);
      } else if (ref.name === "LinkReference") {
        drawing.marks.push(quietMark.range(ref.from, ref.to));
        return false;
      }
      return true;
    },
  });
}

/** Draws styled text that ends with a space for the moment. @param {EditorState} state @param {Drawing} drawing */
export function drawUnfinished(state, drawing) {
  const one = unfinished(state);
  const style = one && styles[one.mark === "**" ? "StrongEmphasis" : "Emphasis"];
  if (!one || !style) return;
  drawing.marks.push(style.range(one.from, one.to));
  drawing.marks.push(quietMark.range(one.from, one.from + one.mark.length), quietMark.range(one.head, one.to));
}

/** @param {SyntaxNode} node @returns {{from: number, to: number}[]} */
function marksOf(node) {
  const marks = [node.firstChild, node.lastChild].filter((mark) => mark && /Mark$/.test(mark.name));
  return marks.map((mark) => ({ from: mark?.from ?? 0, to: mark?.to ?? 0 }));
}

/** @param {EditorState} state @param {SyntaxNode} node @param {Drawing} drawing @param {(a: number, b: number) => void} hide */
function drawLink(state, node, drawing, hide) {
  const url = node.getChild("URL");
  const marks = node.getChildren("LinkMark");
  const opening = marks[0];
  const closing = marks[1];
  // Without an address it is only text in brackets.
  if (!url || !opening || !closing || closing.from <= opening.to) return;
  hide(opening.from, opening.to);
  drawing.outer.push(linkDecoration(state.sliceDoc(url.from, url.to)).range(opening.to, closing.from));
  hide(closing.from, node.to);
}

/** @param {EditorState} state @param {SyntaxNode} node @param {Drawing} drawing */
function drawReference(state, node, drawing) {
  const label = labelOf(state, node);
  const number = state.field(notes).numbers.get(label);
  const name = state.facet(wordsFacet).noteReference(number);
  drawing.marks.push(Decoration.replace({ widget: new NoteReference(number, label, name) }).range(node.from, node.to));
  drawing.atoms.push(atom.range(node.from, node.to));
}
