// Suggestions in the text: what is pending underlined, what is struck struck through, each in its organisation's colour
// and with its acronym, and which of them the person is at. Loaded where there are any.
import {
  Decoration, EditorState, EditorView, Prec, RangeSet, StateEffect, StateField, ViewPlugin, WidgetType,
} from "../../vendor/codemirror.js";
import { isMarkdownShown, struckRanges } from "../editor/index.js";
import { parseWithout } from "../editor/projection.js";
import { isOwnEdit, sidesField } from "./queue.js";
import { cut } from "./runs.js";

/** @import { Extension, Line, Range as Placed, StateEffectType } from "@codemirror/state" */
/** @import { DecorationSet, ViewUpdate } from "@codemirror/view" */
/** @import { Words } from "./frame.js" */
/** @import { Names } from "./names.js" */
/** @import { Range, Run } from "./runs.js" */
/** @import { Tracked } from "./tracking.js" */

/** @typedef {"all" | "simple"} MarksView */

/** Makes a suggestion the current one, or none. @type {StateEffectType<string | null>} */
export const chooseSuggestion = StateEffect.define();
/** @type {StateEffectType<MarksView>} */
const showAs = StateEffect.define();

/** The suggestion that a place lies in or touches. @param {Tracked} screen @param {number} at @returns {string | null} */
export function suggestionAt({ runs, doc }, at) {
  const after = at < doc.length ? cut(runs, at, at + 1)[0] : undefined;
  const before = at > 0 ? cut(runs, at - 1, at)[0] : undefined;
  const of = (/** @type {Run | undefined} */ run) => run ? [...run.strikes, ...(run.insertion === null ? [] : [run.insertion])] : [];
  const both = of(before).find((id) => of(after).includes(id));
  return both ?? of(before).at(-1) ?? of(after).at(-1) ?? null;
}

/** The open suggestion that the person is at. @type {StateField<string | null>} */
export const currentSuggestion = StateField.define({
  create: () => /** @type {string | null} */ (null),
  update(id, tr) {
    const { screen } = tr.state.field(sidesField);
    let now = id;
    if (tr.selection || (tr.docChanged && isOwnEdit(tr))) now = suggestionAt(screen, tr.state.selection.main.head);
    for (const effect of tr.effects) if (effect.is(chooseSuggestion)) now = effect.value;
    return now !== null && screen.suggestions.get(now)?.outcome === null ? now : null;
  },
});

/** @type {StateField<MarksView>} */
const marksView = StateField.define({
  create: () => /** @type {MarksView} */ ("all"),
  update: (shown, tr) => tr.effects.reduce((now, effect) => effect.is(showAs) ? effect.value : now, shown),
  provide: (field) => EditorView.editorAttributes.from(field, (shown) => ({ class: `live-marks-${shown}` })),
});

/** Shows all marks, or only that something is changed in a line. @param {EditorView} view @param {MarksView} shown */
export function setMarksView(view, shown) {
  view.dispatch({ effects: showAs.of(shown) });
}

/** A line's end that is struck, or that is new. */
class Break extends WidgetType {
  /** @param {"ins" | "del"} tag @param {string} className @param {string} title */
  constructor(tag, className, title) {
    super();
    this.tag = tag;
    this.className = className;
    this.title = title;
  }

  /** @param {Break} other */
  eq(other) {
    return other.tag === this.tag && other.className === this.className && other.title === this.title;
  }

  toDOM() {
    const dom = document.createElement(this.tag);
    dom.className = `${this.className} live-break`;
    dom.title = this.title;
    dom.textContent = "¶";
    return dom;
  }
}

const hidden = Decoration.replace({});
const changedLine = Decoration.line({ class: "live-changed" });
/** Markdown's own marks, which nobody has to see: within a line, and before its text. */
const INLINE = /^(?:\*\*|__|\*|_|`|\[|\]\([^)\n]*\))$/;
const PREFIX = /^(?:[ \t]*(?:#{1,6}|[-*+]|\d{1,9}[.)]|>)[ \t])+[ \t]*/;

/** Draws the marks of what is in view. */
class Drawing {
  /** @param {EditorView} view @param {Names} names @param {Words} words */
  constructor(view, names, words) {
    this.view = view;
    this.names = names;
    this.words = words;
    this.screen = view.state.field(sidesField).screen;
    this.current = view.state.field(currentSuggestion);
    this.isSimple = view.state.field(marksView) === "simple";
    this.isMarkdown = isMarkdownShown(view.state);
    /** @type {Placed<Decoration>[]} */
    this.marks = [];
    /** @type {Placed<Decoration>[]} */
    this.hidden = [];
    /** Suggestions whose acronym is shown. @type {Set<string>} */
    this.begun = new Set();
    this.lastLine = -1;
    /** Where the last Markdown mark of a line ended, and whose it is. @type {{id: string, to: number} | null} */
    this.opening = null;
    this.draw();
  }

  draw() {
    const { visibleRanges } = this.view;
    let at = 0;
    for (const run of this.screen.runs) {
      const from = at;
      at += run.length;
      if (run.insertion === null && !run.strikes.length) continue;
      if (visibleRanges.some((range) => from <= range.to && at >= range.from)) this.drawRun(run, from, at);
      else for (const id of [...run.strikes, ...(run.insertion === null ? [] : [run.insertion])]) this.begun.add(id);
    }
  }

  /** @param {Run} run @param {number} from @param {number} to */
  drawRun(run, from, to) {
    const { doc } = this.screen;
    const window = this.view.viewport;
    for (let at = Math.max(from, window.from); at < Math.min(to, window.to);) {
      const line = doc.lineAt(at);
      const end = Math.min(to, line.to);
      this.drawLine(line);
      if (end > at) this.drawPiece(run, at, end, line);
      if (to > line.to) this.drawBreak(run, line, from, to);
      at = line.to + 1;
    }
  }

  /** @param {Line} line */
  drawLine(line) {
    if (line.from <= this.lastLine) return;
    this.lastLine = line.from;
    this.marks.push(changedLine.range(line.from));
  }

  /** @param {Run} run @param {number} from @param {number} to @param {Line} line */
  drawPiece(run, from, to, line) {
    const text = line.text.slice(from - line.from, to - line.from);
    const prefix = !this.isMarkdown && from === line.from ? PREFIX.exec(text)?.[0].length ?? 0 : 0;
    const isMark = prefix === text.length || (!this.isMarkdown && INLINE.test(text));
    if (isMark && !this.isSimple) this.drawFormat(run.strikes[0] ?? run.insertion ?? "", from, to, line, prefix > 0);
    if (run.strikes.length && (this.isSimple || isMark)) {
      this.hidden.push(hidden.range(from, to));
      return;
    }
    if (this.isSimple) return;
    if (run.insertion !== null) this.marks.push(this.mark("ins", run.insertion, !isMark).range(from, to));
    if (run.strikes.length && prefix) this.hidden.push(hidden.range(from, from + prefix));
    for (const id of run.strikes) this.marks.push(this.mark("del", id).range(from + prefix, to));
  }

  /**
   * Words whose look is proposed to change lie between two marks of a line, or behind its prefix.
   * @param {string} id @param {number} from @param {number} to @param {Line} line @param {boolean} isPrefix
   */
  drawFormat(id, from, to, line, isPrefix) {
    const { opening } = this;
    const isClosing = opening?.id === id && opening.to >= line.from && opening.to < from;
    const [start, end] = isPrefix ? [to, line.to] : isClosing ? [opening.to, from] : [0, 0];
    if (start < end) this.marks.push(this.mark("format", id).range(start, end));
    this.opening = isPrefix || isClosing ? null : { id, to };
  }

  /** @param {Run} run @param {Line} line @param {number} from @param {number} to */
  drawBreak(run, line, from, to) {
    const isSecond = line.from > from && /^[\s>]*$/.test(line.text);
    const isSplit = /^[\s>]*$/.test(this.screen.doc.sliceString(line.to, to, "\n"));
    if (this.isSimple || isSecond || (!run.strikes.length && !isSplit)) return;
    for (const id of run.strikes.length ? run.strikes : [run.insertion ?? ""]) {
      const tag = run.strikes.length ? "del" : "ins";
      const { className, title } = this.look(tag, id);
      this.marks.push(Decoration.widget({ widget: new Break(tag, className, title), side: 1 }).range(line.to));
    }
  }

  /** @param {"ins" | "del" | "format"} tag @param {string} id */
  look(tag, id) {
    const one = this.screen.suggestions.get(id);
    const { acronym, colour } = this.names.organisation(one?.organisation ?? null);
    const said = { ins: this.words.inserted, del: this.words.struck, format: this.words.reshaped }[tag];
    return {
      acronym, title: said(this.names.person(one?.author ?? 0), acronym),
      className: `live-${tag} org-${colour}${id === this.current ? " live-current" : ""}`,
    };
  }

  /** @param {"ins" | "del" | "format"} tag @param {string} id @param {boolean} [isShown] whether it is not a mark that nobody sees */
  mark(tag, id, isShown = true) {
    const { acronym, title, className } = this.look(tag, id);
    const isFirst = isShown && !this.begun.has(id);
    if (isShown) this.begun.add(id);
    const attributes = { title, "data-suggestion": id, ...(isFirst ? { "data-acronym": acronym } : {}) };
    return Decoration.mark({ tagName: tag === "format" ? "span" : tag, class: className, attributes });
  }
}

/** @param {Names} names @param {Words} words */
function drawer(names, words) {
  return ViewPlugin.fromClass(class {
    /** @param {EditorView} view */
    constructor(view) {
      /** @type {DecorationSet} */
      this.marks = Decoration.none;
      /** @type {DecorationSet} */
      this.hidden = Decoration.none;
      this.isBehind = false;
      this.draw(view);
    }

    /** @param {EditorView} view */
    draw(view) {
      const { marks, hidden: gone } = new Drawing(view, names, words);
      this.marks = Decoration.set(marks, true);
      this.hidden = Decoration.set(gone, true);
      this.isBehind = false;
    }

    /** @param {ViewUpdate} update */
    update(update) {
      const { state, startState, view, changes } = update;
      const isChanged = [sidesField, currentSuggestion, marksView].some((field) =>
        state.field(/** @type {StateField<any>} */ (field)) !== startState.field(/** @type {StateField<any>} */ (field), false));
      if (!isChanged && !update.viewportChanged && !this.isBehind && isMarkdownShown(state) === isMarkdownShown(startState)) return;
      if (!view.composing) {
        this.draw(view);
        return;
      }
      // An input method owns the text around the caret: what is drawn moves along, but does not change.
      this.marks = this.marks.map(changes);
      this.hidden = this.hidden.map(changes);
      this.isBehind = true;
    }
  }, {
    provide: (plugin) => [
      EditorView.decorations.of((view) => view.plugin(plugin)?.marks ?? Decoration.none),
      Prec.high(EditorView.decorations.of((view) => view.plugin(plugin)?.hidden ?? Decoration.none)),
      EditorView.atomicRanges.of((view) => view.plugin(plugin)?.hidden ?? RangeSet.empty),
    ],
  });
}

/** @type {WeakMap<readonly Run[], readonly Range[]>} */
const knownStruck = new WeakMap();

/** Where text is struck, by whomever. @param {readonly Run[]} runs @returns {readonly Range[]} */
function struckOf(runs) {
  const known = knownStruck.get(runs);
  if (known) return known;
  /** @type {[number, number][]} */
  const out = [];
  let at = 0;
  for (const { length, strikes } of runs) {
    const last = out[out.length - 1];
    if (strikes.length && last?.[1] === at) last[1] += length;
    else if (strikes.length) out.push([at, at + length]);
    at += length;
  }
  knownStruck.set(runs, out);
  return out;
}

/** The text without what is pending; null where nothing is pending or struck. @param {EditorState} state */
function baseOf(state) {
  const { runs, doc } = state.field(sidesField).screen;
  if (!runs.some(({ insertion, strikes }) => insertion !== null || strikes.length)) return null;
  let at = 0;
  return runs.map(({ length, insertion }) => doc.sliceString(at, (at += length), "\n").slice(0, insertion === null ? length : 0)).join("");
}

/** Headings, lists and tables are read as if what is struck were gone; what is suggested is not counted. */
const reading = struckRanges.of({
  gaps: (state) => struckOf(state.field(sidesField).screen.runs), parse: parseWithout, base: baseOf,
  known: (state) => state.field(sidesField).screen.runs,
});

/** What draws suggestions in an editor: the content of `marksPart`. @param {Names} names @param {Words} words @returns {Extension} */
export function marks(names, words) {
  return [reading, currentSuggestion, marksView, drawer(names, words)];
}
