// Words and characters as the reader will see them, against the recipient's limit.
import { ViewPlugin } from "../../vendor/codemirror.js";
import { parser } from "./grammar.js";
import { wordsFacet } from "./language.js";
import { announce } from "./messages.js";
import { syntaxTree } from "./syntax.js";

/** @import { EditorState } from "@codemirror/state" */
/** @import { EditorView, ViewUpdate } from "@codemirror/view" */
/** @import { Tree } from "@lezer/common" */

/** @typedef {{words: number, characters: number}} Count */
/** @typedef {{unit: "words" | "characters", max: number}} Limit */

/** Nodes that the rendered page does not show. */
const UNSEEN = new Set([
  "HeaderMark", "QuoteMark", "ListMark", "EmphasisMark", "CodeMark", "CodeInfo", "LinkMark", "LinkTitle", "LinkLabel",
  "TableDelimiter", "FootnoteReference", "FootnoteLabel", "HorizontalRule", "LinkReference",
]);
// An elided word and its noun are two words; forms such as travailleurs·ses or vis-à-vis are one.
const WORD = /[\p{L}\p{N}]+(?:[·.,‑-][\p{L}\p{N}]+)*/gu;

/**
 * The text without Markdown's marks; a space keeps cells apart.
 * @param {string} source @param {Tree} tree
 */
export function renderedText(source, tree) {
  let text = "";
  let at = 0;
  /** @param {number} from @param {number} to @param {string} [instead] */
  const skip = (from, to, instead = "") => {
    if (from < at) return;
    text += source.slice(at, from) + instead;
    at = to;
  };
  tree.iterate({
    enter(ref) {
      if (UNSEEN.has(ref.name)) {
        skip(ref.from, ref.to, ref.name === "TableDelimiter" ? " " : "");
        return false;
      }
      if (ref.name === "URL" && ref.node.parent?.name === "Link") {
        skip(ref.from, ref.to);
        return false;
      }
      if (ref.name === "Escape") skip(ref.from, ref.from + 1);
      if (ref.name === "HardBreak") skip(ref.from, ref.to - 1);
      return true;
    },
  });
  return text + source.slice(at);
}

/** @param {string} text rendered @returns {Count} */
export function countText(text) {
  const lines = text.split("\n").map((line) => line.trim().replace(/\s+/g, " ")).filter(Boolean);
  // A line break is one character, as in a word processor's "with spaces" count without paragraph marks it is none.
  const characters = lines.reduce((sum, line) => sum + Array.from(line).length, 0);
  return { words: text.match(WORD)?.length ?? 0, characters };
}

/** @param {string} source Markdown @returns {Count} */
export const countMarkdown = (source) => countText(renderedText(source, parser.parse(source)));

/** @param {EditorState} state @returns {Count} */
export const countState = (state) => countText(renderedText(state.doc.toString(), syntaxTree(state)));

const DELAY_MS = 400;
/** How near the limit the announcer begins to speak. */
const NEAR = 0.9;

/**
 * Counts when typing pauses and hands the result to `show`; says aloud when the limit comes near or is passed.
 * @param {Limit | null} limit @param {(count: Count) => void} show
 */
export const counter = (limit, show) => ViewPlugin.fromClass(class {
  /** @param {EditorView} view */
  constructor(view) {
    this.view = view;
    this.timer = 0;
    this.stage = -1;
    this.count();
  }

  count() {
    const count = countState(this.view.state);
    show(count);
    if (!limit) return;
    const used = count[limit.unit];
    const stage = used > limit.max ? 2 : used >= limit.max * NEAR ? 1 : 0;
    if (this.stage >= 0 && stage > 0 && stage !== this.stage) {
      announce(this.view, this.view.state.facet(wordsFacet).limitAloud(limit.unit, limit.max - used));
    }
    this.stage = stage;
  }

  /** @param {ViewUpdate} update */
  update(update) {
    if (!update.docChanged) return;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.count(), DELAY_MS);
  }

  destroy() {
    clearTimeout(this.timer);
  }
});
