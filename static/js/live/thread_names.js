// Whom one can tell with an @: their names under the text field while one types, to choose from.
import { button, element } from "./frame.js";

/** @import { Words } from "./threads.js" */

const MOST = 6;
const TYPED = /(?:^|[^\p{L}\p{N}_])@([\p{L}\p{N}][\p{L}\p{N} .’'-]{0,30}|)$/u;

/** @param {string} text */
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/**
 * The names that what is typed behind an @ may become.
 * @param {readonly [string, string][]} names @param {string} before the text up to the caret
 */
export function suggested(names, before) {
  const typed = TYPED.exec(before)?.[1];
  if (typed === undefined) return { typed: "", found: [] };
  const wanted = plain(typed);
  const found = names.filter(([name]) => plain(name) !== wanted.trimEnd() && (plain(name).startsWith(wanted) || plain(name).includes(` ${wanted}`)));
  return { typed, found: found.slice(0, MOST) };
}

/**
 * Offers names in the text fields inside an element.
 * @param {HTMLElement} within @param {() => readonly [string, string][]} names @param {Words} words @param {() => void} resized
 */
export function offerNames(within, names, words, resized) {
  const list = element("ul", "thread-offers");
  list.setAttribute("aria-label", words.people);
  const close = () => {
    if (!list.isConnected) return;
    list.remove();
    resized();
  };
  /** @param {HTMLTextAreaElement} area @param {string} typed @param {string} name */
  const take = (area, typed, name) => {
    const at = area.selectionStart;
    area.setRangeText(`${name} `, at - typed.length, at, "end");
    area.focus();
    close();
    area.dispatchEvent(new Event("input", { bubbles: true }));
  };
  within.addEventListener("input", ({ target }) => {
    if (!(target instanceof HTMLTextAreaElement) || !target.closest("[data-thread-form]")) return;
    const { typed, found } = suggested(names(), target.value.slice(0, target.selectionStart));
    if (!found.length) {
      close();
      return;
    }
    list.replaceChildren(...found.map(([name, about]) => {
      const item = element("li", "");
      const one = button(`@${name}`, "thread-offer");
      const more = element("span", "quiet");
      more.textContent = ` ${about}`;
      one.append(more);
      one.addEventListener("pointerdown", (event) => event.preventDefault());
      one.addEventListener("click", () => take(target, typed, name));
      item.append(one);
      return item;
    }));
    target.after(list);
    resized();
  });
  within.addEventListener("keydown", (event) => {
    if (!list.isConnected) return;
    const all = [...list.querySelectorAll("button")];
    const area = list.previousElementSibling;
    const at = all.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    if (event.key === "Escape") {
      if (area instanceof HTMLElement) area.focus();
      close();
    } else if (event.key === "ArrowDown") all[Math.min(at + 1, all.length - 1)].focus();
    else if (event.key === "ArrowUp" && at >= 0) /** @type {HTMLElement} */ (at ? all[at - 1] : area).focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  within.addEventListener("focusout", ({ relatedTarget }) => {
    const isNear = relatedTarget instanceof Node && (list.contains(relatedTarget) || relatedTarget === list.previousElementSibling);
    if (!isNear) close();
  });
}
