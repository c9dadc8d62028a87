// Words and characters as the reader will see them, against the recipient's limit.
import { parser } from "./grammar.js";
import { announce } from "./messages.js";
import { struckRanges, syntaxTree } from "./syntax.js";

/** @import { EditorState } from "@codemirror/state" */
/** @import { EditorView } from "@codemirror/view" */
/** @import { Tree } from "@lezer/common" */

/** `isBase`: something is proposed, and not counted. @typedef {{words: number, characters: number, isBase?: boolean}} Count */
/** @typedef {{unit: "words" | "characters", max: number}} Limit */
/** @typedef {typeof import("../words/fr/count.js").words} Words */
/** What is shown: as numbers, in words, and whether it is too much. @typedef {(count: Count, text: string, isOver: boolean) => void} Show */

/** Nodes that the rendered page does not show. */
const UNSEEN = new Set([
  "HeaderMark", "QuoteMark", "ListMark", "EmphasisMark", "CodeMark", "CodeInfo", "LinkMark", "LinkTitle", "LinkLabel",
  "TableDelimiter", "FootnoteReference", "FootnoteLabel", "HorizontalRule", "LinkReference",
]);
// As the server counts (drafting/domain/blocks.py): what stands between spaces and holds a letter or a digit.
const WORD = /\S*[\p{L}\p{N}_]\S*/gu;

/**
 * The text without Markdown's marks, each cell on a line of its own.
 * @param {string} source @param {Tree} tree
 */
export function renderedText(source, tree) {
  /** @type {{from: number, to: number, instead: string}[]} */
  const unseen = [];
  /** @param {number} from @param {number} to @param {string} [instead] */
  const skip = (from, to, instead = "") => void unseen.push({ from, to, instead });
  tree.iterate({
    enter(ref) {
      if (UNSEEN.has(ref.name)) skip(ref.from, ref.to, ref.name === "TableDelimiter" ? "\n" : "");
      else if (ref.name === "URL" && ref.node.parent?.name === "Link") skip(ref.from, ref.to);
      else if (ref.name === "Escape") skip(ref.from, ref.from + 1);
      else if (ref.name === "HardBreak") skip(ref.from, ref.to, "\n");
      else if (ref.name === "Paragraph") {
        // A line's end within a paragraph, with what stands before the next line's text, is read as a space.
        for (const match of source.slice(ref.from, ref.to).matchAll(/\n[ \t>]*/g)) {
          skip(ref.from + match.index, ref.from + match.index + match[0].length, " ");
        }
      }
    },
  });
  let text = "";
  let at = 0;
  for (const { from, to, instead } of unseen.sort((a, b) => a.from - b.from || b.to - a.to)) {
    if (from < at) continue;
    text += source.slice(at, from) + instead;
    at = to;
  }
  return text + source.slice(at);
}

/** @param {string} text rendered @returns {Count} */
export function countText(text) {
  // Code points, spaces included, line ends not.
  const characters = text.split("\n").reduce((sum, line) => sum + Array.from(line.trim()).length, 0);
  return { words: text.match(WORD)?.length ?? 0, characters };
}

/** @param {string} source Markdown @returns {Count} */
export const countMarkdown = (source) => countText(renderedText(source, parser.parse(source)));

/** Counts as the recipient would: what is only suggested neither adds nor takes away. @param {EditorState} state @returns {Count} */
export function countState(state) {
  const base = state.facet(struckRanges)?.base(state) ?? null;
  return base === null ? countText(renderedText(state.doc.toString(), syntaxTree(state))) : { ...countMarkdown(base), isBase: true };
}

const DELAY_MS = 400;
/** How near the limit the announcer begins to speak. */
const NEAR = 0.9;

/** @param {EditorView} view @param {Limit | null} limit @param {string} language of the words @param {Show} show */
export async function startCounting(view, limit, language, show) {
  const { words } = await (language.startsWith("en") ? import("../words/en/count.js") : import("../words/fr/count.js"));
  return new Counter(view, limit, words, show);
}

/** Counts when typing pauses and hands the result on; says aloud when the limit comes near or is passed. */
export class Counter {
  /** @param {EditorView} view @param {Limit | null} limit @param {Words} words @param {Show} show */
  constructor(view, limit, words, show) {
    this.view = view;
    this.limit = limit;
    this.words = words;
    this.show = show;
    this.timer = 0;
    this.stage = -1;
    this.count();
  }

  count() {
    const { view, limit, words } = this;
    const count = countState(view.state);
    const left = limit ? limit.max - count[limit.unit] : 0;
    const text = limit ? `${words.countOfLimit(limit.unit, count[limit.unit], limit.max)} · ${words.limitLeft(limit.unit, left)}`
      : words.count(count.words, count.characters);
    this.show(count, count.isBase ? `${text} · ${words.withoutSuggestions}` : text, left < 0);
    if (!limit) return;
    const used = count[limit.unit];
    const stage = used > limit.max ? 2 : used >= limit.max * NEAR ? 1 : 0;
    if (this.stage >= 0 && stage > 0 && stage !== this.stage) {
      announce(view, words.limitAloud(limit.unit, left));
    }
    this.stage = stage;
  }

  changed() {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.count(), DELAY_MS);
  }

  end() {
    clearTimeout(this.timer);
  }
}
