// Draws the visible part of a section as a page: structure from preview_lines, marks within lines from preview_marks.
import { BlockWrapper, Decoration, EditorView, Prec, RangeSet, StateEffect, ViewPlugin } from "../../vendor/codemirror.js";
import { wordsFacet } from "./language.js";
import { drawLines } from "./preview_lines.js";
import { drawMarks, drawUnfinished } from "./preview_marks.js";
import { markdownShown, syntax, syntaxTree } from "./syntax.js";
import { notes } from "./footnotes.js";
import { pending } from "./pending.js";
import { layout } from "./layout.js";

/** @import { Range } from "@codemirror/state" */
/** @import { DecorationSet, ViewUpdate } from "@codemirror/view" */

/** Asks for the page to be drawn anew (after composition, after the mouse button is released). */
export const redraw = StateEffect.define();

/**
 * @typedef {object} Drawing
 * @property {Range<Decoration>[]} marks
 * @property {Range<Decoration>[]} outer cells and links, which stay in one piece around other marks
 * @property {Range<any>[]} atoms
 * @property {Range<BlockWrapper>[]} wrappers
 */

/** What is in the page: the part in view, and the caret's line wherever it is. @param {EditorView} view */
function shownRanges(view) {
  const { head } = view.state.selection.main;
  const isInView = view.visibleRanges.some(({ from, to }) => head >= from && head <= to);
  const line = view.state.doc.lineAt(head);
  return isInView ? view.visibleRanges : [...view.visibleRanges, { from: line.from, to: line.to }];
}

/** @param {EditorView} view @param {boolean} mayReveal @returns {Drawing} */
function draw(view, mayReveal) {
  /** @type {Drawing} */
  const drawing = { marks: [], outer: [], atoms: [], wrappers: [] };
  if (view.state.facet(markdownShown)) return drawing;
  const words = view.state.facet(wordsFacet);
  const reveals = mayReveal && view.hasFocus && !view.state.readOnly;
  for (const { from, to } of shownRanges(view)) {
    drawLines(view.state, from, to, drawing, words);
    drawMarks(view.state, from, to, drawing, reveals);
  }
  if (reveals) drawUnfinished(view.state, drawing);
  return drawing;
}

class Preview {
  /** @param {EditorView} view */
  constructor(view) {
    this.pointerDown = false;
    /** @type {DecorationSet} */
    this.marks = Decoration.none;
    /** @type {DecorationSet} */
    this.outer = Decoration.none;
    /** @type {RangeSet<any>} */
    this.atoms = RangeSet.empty;
    /** @type {RangeSet<BlockWrapper>} */
    this.wrappers = RangeSet.empty;
    this.set(draw(view, true));
    this.release = () => {
      if (!this.pointerDown) return;
      this.pointerDown = false;
      view.dispatch({ effects: redraw.of(null) });
    };
    this.document = view.dom.ownerDocument;
    this.document.addEventListener("mouseup", this.release);
  }

  destroy() {
    this.document.removeEventListener("mouseup", this.release);
  }

  /** @param {Drawing} drawing */
  set({ marks, outer, atoms, wrappers }) {
    this.marks = Decoration.set(marks, true);
    this.outer = Decoration.set(outer, true);
    this.atoms = RangeSet.of(atoms, true);
    this.wrappers = BlockWrapper.set(wrappers, true);
  }

  /** @param {ViewUpdate} update */
  update(update) {
    const asked = update.transactions.some((tr) => tr.effects.some((effect) => effect.is(redraw)));
    if (update.view.composing && !asked) {
      // An input method owns the text around the caret: what is drawn moves along, but does not change.
      this.marks = this.marks.map(update.changes);
      this.outer = this.outer.map(update.changes);
      this.atoms = this.atoms.map(update.changes);
      this.wrappers = this.wrappers.map(update.changes);
      return;
    }
    if (asked || update.docChanged || update.viewportChanged || update.selectionSet || update.focusChanged ||
        syntaxTree(update.state) !== syntaxTree(update.startState) ||
        update.state.facet(markdownShown) !== update.startState.facet(markdownShown) ||
        update.state.readOnly !== update.startState.readOnly) {
      // While the mouse is held, showing marks would move the text under it.
      this.set(draw(update.view, !this.pointerDown));
    }
  }
}

const plugin = ViewPlugin.fromClass(Preview, {
  eventHandlers: {
    mousedown() {
      this.pointerDown = true;
    },
    click(event) {
      const link = event.target instanceof Element && (event.ctrlKey || event.metaKey) && event.target.closest("a.cm-link");
      if (!link || !link.hasAttribute("href")) return;
      window.open(link.getAttribute("href") ?? "", "_blank", "noopener,noreferrer");
      event.preventDefault();
    },
    compositionend(_event, view) {
      // CodeMirror reads the composed text first.
      setTimeout(() => {
        if (!view.composing) view.dispatch({ effects: redraw.of(null) });
      }, 60);
    },
  },
});

/** @param {"marks" | "outer" | "atoms" | "wrappers"} part @returns {(view: EditorView) => any} */
const drawn = (part) => (view) => view.plugin(plugin)?.[part] ?? RangeSet.empty;

/** The page as people see it. */
export const preview = [
  syntax,
  notes,
  layout,
  pending,
  plugin,
  Prec.low(EditorView.decorations.of(drawn("marks"))),
  EditorView.outerDecorations.of(drawn("outer")),
  EditorView.atomicRanges.of(drawn("atoms")),
  EditorView.blockWrappers.of(drawn("wrappers")),
];
