// The visual editor of one section: a page as in a word processor over Markdown.
import { EditorState, EditorView, dropCursor, keymap, Prec } from "../../vendor/codemirror.js";
import { clipboard } from "./clipboard.js";
import { filters } from "./filters.js";
import { keys } from "./keys.js";
import { wordsFacet, wordsFor } from "./language.js";
import { counter, fetchAhead } from "./later.js";
import { addRegion, messenger } from "./messages.js";
import { preview } from "./preview.js";
import { switches } from "./switches.js";
import { undoing } from "./undo.js";

/** @import { Extension } from "@codemirror/state" */
/** @import { Count, Limit } from "./count.js" */
/** @import { Messenger } from "./messages.js" */
/** @import { Toolbar } from "./toolbar.js" */
/** @import { History } from "./undo.js" */

export { loadWords } from "./language.js";
export { announce, tell } from "./messages.js";
export { redraw } from "./preview.js";
export { isMarkdownShown, isReadOnly, setReadOnly, showMarkdown } from "./switches.js";
export { struckRanges, syntaxTree } from "./syntax.js";
export { mountToolbar } from "./toolbar.js";

/**
 * @typedef {object} Options
 * @property {HTMLElement} parent
 * @property {string} doc Markdown
 * @property {string} language of the tool's words ("fr", "en"), which `loadWords` has fetched
 * @property {string} [textLanguage] of the text, for spelling and reading aloud; as `language` when missing
 * @property {string} [label] names the text for screen readers: the section's title
 * @property {Extension} [extensions] the host's: collaboration, presence, authorship
 * @property {boolean} [readOnly]
 * @property {boolean} [markdown] shows Markdown at first
 * @property {Toolbar} [toolbar] follows the focus
 * @property {Limit | null} [limit] the recipient's
 * @property {(count: Count) => void} [onCount] as typing pauses
 * @property {Messenger} [onMessage] shows messages; without it they are shown under the text
 * @property {History} [history] the host's undo and redo; CodeMirror's own when missing
 * @property {string} [nonce] of the page's Content-Security-Policy; the page's own script's when missing
 */

/** What stands under the text. */
function makeFoot() {
  const dom = document.createElement("div");
  dom.className = "editor-foot";
  const message = document.createElement("p");
  message.className = "editor-message";
  const count = document.createElement("p");
  count.className = "editor-count";
  dom.append(message, count);
  /** @param {string} text @param {boolean} isOver */
  const show = (text, isOver) => {
    count.textContent = text;
    count.classList.toggle("editor-count-over", isOver);
  };
  /** @type {Messenger} */
  const tell = (text, kind) => {
    message.textContent = text;
    message.classList.toggle("editor-message-warning", kind === "warning");
  };
  return { dom, show, tell };
}

/** @param {Options} options @param {string} helpId @returns {Extension} */
function contentAttributes({ label, language, textLanguage }, helpId) {
  const words = wordsFor(language);
  return EditorView.contentAttributes.of({
    "aria-label": label ?? words.editor,
    "aria-describedby": helpId,
    "aria-multiline": "true",
    lang: textLanguage ?? language,
    spellcheck: "true",
    autocorrect: "on",
    autocapitalize: "sentences",
  });
}

/** @param {Toolbar | undefined} toolbar @returns {Extension} */
const toolbarLink = (toolbar) => (toolbar ? [
  EditorView.updateListener.of((update) => {
    if (update.focusChanged && update.view.hasFocus) toolbar.attach(update.view);
    else if (toolbar.view === update.view) toolbar.refresh();
  }),
  Prec.highest(keymap.of([{ key: "Alt-F10", run: () => (toolbar.focus(), true), preventDefault: true }])),
] : []);

let mounted = 0;

/**
 * Makes the editor of one section. Several may stand on one page and share a toolbar.
 * @param {Options} options
 * @returns {EditorView}
 */
export function mountEditor(options) {
  const { parent, doc, language, limit = null, toolbar } = options;
  const words = wordsFor(language);
  const helpId = `editor-help-${++mounted}`;
  const foot = makeFoot();
  const wrapper = document.createElement("div");
  wrapper.className = "editor";
  parent.append(wrapper);
  const nonce = options.nonce ?? /** @type {HTMLScriptElement | null} */ (document.querySelector("script[nonce]"))?.nonce ?? "";
  const view = new EditorView({
    parent: wrapper,
    state: EditorState.create({
      doc,
      extensions: [
        options.extensions ?? [],
        EditorState.lineSeparator.of("\n"),
        nonce ? EditorView.cspNonce.of(nonce) : [],
        EditorView.lineWrapping,
        wordsFacet.of(words),
        messenger.of(options.onMessage ?? foot.tell),
        switches({ isReadOnly: options.readOnly ?? false, isMarkdown: options.markdown ?? false }),
        contentAttributes(options, helpId),
        toolbarLink(toolbar),
        keys,
        undoing(options.history),
        preview,
        filters,
        clipboard,
        dropCursor(),
        counter(limit, language, (count, text, isOver) => {
          foot.show(text, isOver);
          options.onCount?.(count);
        }),
      ],
    }),
  });
  const help = document.createElement("p");
  help.id = helpId;
  help.className = "editor-help";
  help.textContent = words.keyboardHelp;
  wrapper.append(foot.dom, help);
  addRegion(view, wrapper);
  if (toolbar && !toolbar.view) toolbar.attach(view);
  fetchAhead();
  return view;
}
