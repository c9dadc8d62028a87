// Find and replace in the section: a plain panel in the page's language.
import { StateEffect } from "../../vendor/codemirror.js";
import {
  SearchQuery, closeSearchPanel, findNext, findPrevious, getSearchQuery, openSearchPanel, replaceAll, replaceNext, search,
  setSearchQuery,
} from "../../vendor/search.js";
import { icon } from "./icons.js";
import { wordsFacet } from "./language.js";
import { announce } from "./messages.js";

/** @import { EditorView, Panel } from "@codemirror/view" */

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

/** @param {EditorView} view @returns {Panel} */
function createPanel(view) {
  const words = view.state.facet(wordsFacet);
  const find = field(words.find, "search");
  find.setAttribute("main-field", "true");
  const replace = field(words.replaceWith, "replace");
  const found = document.createElement("span");
  found.className = "cm-find-count";
  const query = () => new SearchQuery({ search: find.value, replace: replace.value, literal: true });
  const report = (/** @type {boolean} */ aloud) => {
    const { total, current } = countMatches(view, query());
    found.textContent = find.value ? words.matches(current, total) : "";
    if (aloud && find.value) announce(view, words.matches(current, total));
  };
  const commit = () => {
    if (!query().eq(getSearchQuery(view.state))) view.dispatch({ effects: setSearchQuery.of(query()) });
    report(false);
  };
  const run = (/** @type {(view: EditorView) => boolean} */ command) => () => {
    commit();
    command(view);
    report(true);
  };
  const close = () => {
    closeSearchPanel(view);
    view.focus();
  };
  const replaceRow = document.createElement("div");
  replaceRow.className = "cm-find-row";
  replaceRow.append(replace, button("replace-one", words.replaceOne, run(replaceNext)), button("replace-all", words.replaceAll, run(replaceAll)));
  const findRow = document.createElement("div");
  findRow.className = "cm-find-row";
  findRow.append(find, found, button("previous", words.findPrevious, run(findPrevious), "chevron-up"),
    button("next", words.findNext, run(findNext), "chevron-down"), button("close", words.close, close, "x"));
  const dom = document.createElement("div");
  dom.className = "cm-find";
  dom.setAttribute("role", "search");
  dom.setAttribute("aria-label", words.findInSection);
  dom.append(findRow);
  if (!view.state.readOnly) dom.append(replaceRow);
  find.addEventListener("input", commit);
  replace.addEventListener("input", commit);
  dom.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    else if (event.key === "Enter" && event.target === find) run(event.shiftKey ? findPrevious : findNext)();
    else if (event.key === "Enter" && event.target === replace) run(replaceNext)();
    else return;
    event.preventDefault();
  });
  return {
    dom,
    top: true,
    mount() {
      const known = getSearchQuery(view.state);
      find.value = known.search;
      replace.value = known.replace;
      find.select();
      report(false);
    },
    update(update) {
      if (update.docChanged) report(false);
    },
  };
}

const find = search({ top: true, literal: true, createPanel });
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
