// Text that could not be saved: shown to the person, with a button to copy it, until they delete it. Loaded when needed.
import { button, element } from "./frame.js";

/** @import { Unsaved } from "./unsaved.js" */
/** @import { Words } from "./frame.js" */

/**
 * @param {Unsaved & {kind: "kept"}} kept @param {Words} words @param {() => void} discard @returns {HTMLElement}
 */
export function keptPanel(kept, words, discard) {
  const panel = element("section", "live-kept notice notice-warn");
  const title = document.createElement("h3");
  title.textContent = words.keptTitle;
  title.id = `kept-${kept.id.replace(/[^\w-]/g, "-")}`;
  panel.setAttribute("aria-labelledby", title.id);
  const why = document.createElement("p");
  why.textContent = `${words.keptWhy[/** @type {keyof Words["keptWhy"]} */ (kept.why)] ?? words.keptWhy.other} ${words.keptHelp}`;
  const actions = element("p", "actions");
  const away = button(words.discard, "button button-small");
  away.addEventListener("click", () => {
    if (!window.confirm(words.discardSure)) return;
    panel.remove();
    discard();
  });
  actions.append(away);
  const fields = [field(words.keptPassages, kept.passages, words, `${title.id}-passages`), field(words.keptWhole, kept.whole, words, `${title.id}-whole`)];
  panel.append(title, why, ...fields, actions);
  return panel;
}

/** @param {string} label @param {string} text @param {Words} words @param {string} id */
function field(label, text, words, id) {
  const wrapper = element("div", "field");
  const name = document.createElement("label");
  const title = document.createElement("span");
  title.id = id;
  title.textContent = label;
  name.append(title);
  const area = document.createElement("textarea");
  area.readOnly = true;
  area.rows = Math.min(8, text.split("\n").length + 1);
  area.value = text;
  name.append(area);
  const copy = button(words.copy, "button button-small");
  copy.id = `${id}-copy`;
  copy.setAttribute("aria-labelledby", `${copy.id} ${id}`);
  copy.addEventListener("click", async () => {
    area.select();
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      document.execCommand("copy"); // Without https there is no clipboard; the selection can be copied all the same.
    }
    copy.textContent = words.copied;
  });
  wrapper.append(name, copy);
  return wrapper;
}
