// Words to the reader: announced politely outside the text, and shown when the host gives no place of its own.
import { Facet } from "../../vendor/codemirror.js";

/** @import { EditorView } from "@codemirror/view" */

/** @typedef {(message: string, kind: "info" | "warning") => void} Messenger */

/** Where messages go. @type {Facet<Messenger, Messenger | null>} */
export const messenger = Facet.define({ combine: (values) => values[0] ?? null });

/** @type {WeakMap<EditorView, HTMLElement>} */
const regions = new WeakMap();

/** Makes the polite live region of an editor, beside it. @param {EditorView} view @param {HTMLElement} parent */
export function addRegion(view, parent) {
  const region = document.createElement("div");
  region.className = "editor-announcer";
  region.setAttribute("role", "status");
  region.setAttribute("aria-live", "polite");
  parent.append(region);
  regions.set(view, region);
  return region;
}

/** Says something to screen readers without moving the focus. @param {EditorView} view @param {string} text */
export function announce(view, text) {
  const region = regions.get(view);
  if (region) region.textContent = text;
}

/** Tells the reader something that they must notice. @param {EditorView} view @param {string} text @param {"info" | "warning"} [kind] */
export function tell(view, text, kind = "info") {
  announce(view, text);
  view.state.facet(messenger)?.(text, kind);
}
