// Links: one small dialog for text and address.
import { EditorSelection } from "../../vendor/codemirror.js";
import { wordsFacet } from "./language.js";
import { linkAt } from "./link_place.js";
import { enclosing } from "./syntax.js";

/** @import { EditorView } from "@codemirror/view" */
/** @import { Words } from "./language.js" */
/** @import { LinkPlace } from "./link_place.js" */

/** An address as Markdown can hold it, or null when it is none that may be linked to. @param {string} typed */
export function addressFrom(typed) {
  let address = typed.trim();
  if (/^[^\s@:/]+@[^\s@/]+\.[^\s@/]+$/.test(address)) address = `mailto:${address}`;
  else if (!/^[a-z][a-z0-9+.-]*:/i.test(address) && /^[^\s/]+\.[^\s/]+(\/.*)?$/.test(address)) address = `https://${address}`;
  if (!/^(https?:\/\/[^\s/]|mailto:\S|tel:\S)/i.test(address)) return null;
  return address.replace(/[\s()<>\\]/g, (sign) => encodeURIComponent(sign).replace("(", "%28").replace(")", "%29"));
}

/** @param {string} label @param {string} name @param {string} value @param {string} mode */
function labelled(label, name, value, mode) {
  const wrapper = document.createElement("label");
  wrapper.className = "editor-field";
  wrapper.append(label);
  const input = document.createElement("input");
  Object.assign(input, { name, value, type: "text", inputMode: mode, autocomplete: "off" });
  wrapper.append(input);
  return { wrapper, input };
}

/** @param {string} text @param {string} className */
function dialogButton(text, className) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = className;
  button.textContent = text;
  return button;
}

/** @param {EditorView} view @param {LinkPlace} place @param {string} insert @param {string} userEvent */
function replaceLink(view, place, insert, userEvent) {
  view.dispatch({
    changes: { from: place.from, to: place.to, insert },
    selection: EditorSelection.cursor(place.from + insert.length),
    scrollIntoView: true,
    userEvent,
  });
}

/** The form of the dialog. @param {LinkPlace} place @param {Words} words */
function linkForm(place, words) {
  const form = document.createElement("form");
  form.method = "dialog";
  const text = labelled(words.linkText, "text", place.text, "text");
  const address = labelled(words.linkAddress, "address", place.address, "url");
  const problem = document.createElement("p");
  problem.className = "editor-problem";
  problem.setAttribute("role", "alert");
  const save = dialogButton(words.save, "editor-primary");
  save.type = "submit";
  const cancel = dialogButton(words.cancel, "editor-secondary");
  const remove = dialogButton(words.removeLink, "editor-secondary");
  remove.hidden = !place.exists;
  const actions = document.createElement("div");
  actions.className = "editor-actions";
  actions.append(save, cancel, remove);
  form.append(address.wrapper, text.wrapper, problem, actions);
  const refuse = () => {
    problem.textContent = words.badAddress;
    address.input.setAttribute("aria-invalid", "true");
    address.input.focus();
  };
  return { form, text: text.input, address: address.input, cancel, remove, refuse };
}

/** @param {string} text @param {string} target */
function linkMarkdown(text, target) {
  const safe = text.replace(/\n/g, " ").replace(/(?<!\\)[[\]]/g, "\\$&");
  return `[${safe}](${target})`;
}

/** Asks for a link's text and address. @param {EditorView} view */
export function editLink(view) {
  const { state } = view;
  if (state.readOnly || enclosing(state, state.selection.main.head, ["FencedCode", "CodeBlock", "InlineCode"])) return false;
  const words = state.facet(wordsFacet);
  const place = linkAt(state);
  const parts = linkForm(place, words);
  const dialog = document.createElement("dialog");
  dialog.className = "editor-dialog";
  dialog.setAttribute("aria-label", words.link);
  dialog.append(parts.form);
  // Others may write meanwhile: then the link goes where the caret has moved to.
  const now = () => (view.state.doc.eq(state.doc) ? place : linkAt(view.state));
  parts.form.addEventListener("submit", (event) => {
    event.preventDefault();
    const target = addressFrom(parts.address.value);
    if (!target) return parts.refuse();
    dialog.close();
    return replaceLink(view, now(), linkMarkdown(parts.text.value.trim() || parts.address.value.trim(), target), "input.link");
  });
  parts.remove.addEventListener("click", () => {
    dialog.close();
    const link = now();
    if (link.exists) replaceLink(view, link, link.text, "delete.link");
  });
  parts.cancel.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    dialog.remove();
    view.focus();
  });
  (view.dom.parentElement ?? view.dom).append(dialog);
  dialog.showModal();
  parts.address.focus();
  return true;
}
