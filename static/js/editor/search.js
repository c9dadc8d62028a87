// Find and replace in the section: a plain panel in the page's language.
import { StateEffect } from "../../vendor/codemirror.js";
import {
  SearchQuery, closeSearchPanel, findNext, findPrevious, getSearchQuery, openSearchPanel, replaceAll, replaceNext, search,
  setSearchQuery,
} from "../../vendor/search.js";
import { icon } from "./icons.js";
import { wordsFacet } from "./language.js";
import { announce } from "./messages.js";

/** @import { EditorView, ViewUpdate } from "@codemirror/view" */

const MOST_COUNTED = 1000;

/** @param {EditorView} view @param {SearchQuery} query */
function countMatches(view, query) {
  if (!query.valid || !query.search) return { total: 0, current: 0 };
  let total = 0;
  let current = 0;
  const { from, to } = view.state.selection.main;
  const cursor = query.getCursor(view.state.doc);
  for (let step = cursor.next(); !step.done && total < MOST_COUNTED; step = cursor.next()) {
    total++;
    if (step.value.from === from && step.value.to === to) current = total;
  }
  return { total, current };
}

/** @param {string} name @param {string} label @param {() => void} act @param {string} [picture] */
function button(name, label, act, picture) {
  const dom = document.createElement("button");
  dom.type = "button";
  dom.name = name;
  dom.className = picture ? "cm-find-icon" : "cm-find-button";
  if (picture) dom.append(icon(picture));
  else dom.textContent = label;
  dom.title = label;
  dom.setAttribute("aria-label", label);
  dom.addEventListener("click", act);
  return dom;
}

/** @param {string} label @param {string} name */
function field(label, name) {
  const input = document.createElement("input");
  input.type = "text";
  input.name = name;
  input.placeholder = label;
  input.setAttribute("aria-label", label);
  input.setAttribute("autocomplete", "off");
  return input;
}

/** The panel above the text. */
class FindPanel {
  /** @param {EditorView} view */
  constructor(view) {
    const words = view.state.facet(wordsFacet);
    this.view = view;
    this.words = words;
    this.top = true;
    this.find = field(words.find, "search");
    this.find.setAttribute("main-field", "true");
    this.replace = field(words.replaceWith, "replace");
    this.found = document.createElement("span");
    this.found.className = "cm-find-count";
    this.dom = document.createElement("div");
    this.dom.className = "cm-find";
    this.dom.setAttribute("role", "search");
    this.dom.setAttribute("aria-label", words.findInSection);
    this.dom.append(row(this.find, this.found,
      button("previous", words.findPrevious, () => this.run(findPrevious), "chevron-up"),
      button("next", words.findNext, () => this.run(findNext), "chevron-down"),
      button("close", words.close, () => this.close(), "x")));
    if (!view.state.readOnly) {
      this.dom.append(row(this.replace, button("replace-one", words.replaceOne, () => this.run(replaceNext)),
        button("replace-all", words.replaceAll, () => this.run(replaceAll))));
    }
    for (const input of [this.find, this.replace]) input.addEventListener("input", () => this.commit());
    this.dom.addEventListener("keydown", (event) => this.onKey(event));
  }

  get query() {
    return new SearchQuery({ search: this.find.value, replace: this.replace.value, literal: true });
  }

  commit() {
    if (!this.query.eq(getSearchQuery(this.view.state))) this.view.dispatch({ effects: setSearchQuery.of(this.query) });
    this.report();
  }

  report(isAloud = false) {
    const { total, current } = countMatches(this.view, this.query);
    this.found.textContent = this.find.value ? this.words.matches(current, total) : "";
    if (isAloud) announce(this.view, this.found.textContent);
  }

  /** @param {(view: EditorView) => boolean} command */
  run(command) {
    this.commit();
    command(this.view);
    this.report(true);
  }

  close() {
    closeSearchPanel(this.view);
    this.view.focus();
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && event.target === this.find) this.run(event.shiftKey ? findPrevious : findNext);
    else if (event.key === "Enter" && event.target === this.replace) this.run(replaceNext);
    else return;
    event.preventDefault();
  }

  mount() {
    const known = getSearchQuery(this.view.state);
    this.find.value = known.search;
    this.replace.value = known.replace;
    this.find.select();
    this.report();
  }

  /** @param {ViewUpdate} update */
  update(update) {
    if (update.docChanged) this.report();
  }
}

/** @param {HTMLElement[]} parts */
function row(...parts) {
  const dom = document.createElement("div");
  dom.className = "cm-find-row";
  dom.append(...parts);
  return dom;
}

const find = search({ top: true, literal: true, createPanel: (view) => new FindPanel(view) });
/** @type {WeakSet<EditorView>} */
const equipped = new WeakSet();

/** @param {EditorView} view */
export function openFind(view) {
  if (!equipped.has(view)) {
    equipped.add(view);
    view.dispatch({ effects: StateEffect.appendConfig.of(find) });
  }
  openSearchPanel(view);
  view.dom.querySelector(".cm-find input")?.dispatchEvent(new Event("input"));
  return true;
}
