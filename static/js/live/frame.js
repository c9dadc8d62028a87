// What the live page adds to the server's HTML: around each section, and above the document.

/** @import { Names } from "./names.js" */
/** @import { Presents } from "./presence.js" */
/** @typedef {typeof import("../words/fr/live.js").words} Words */

/** @template {keyof HTMLElementTagNameMap} T @param {T} tag @param {string} className @returns {HTMLElementTagNameMap[T]} */
export function element(tag, className) {
  const made = document.createElement(tag);
  made.className = className;
  return made;
}

/** @param {string} label @param {string} className */
export function button(label, className) {
  const made = element("button", className);
  made.type = "button";
  made.textContent = label;
  return made;
}

/**
 * Adds to a section's article who is here, how far it is saved, and the buttons to write and to finish.
 * @param {HTMLElement} article @param {HTMLElement} reading @param {Words} words @param {string} title
 */
export function sectionFrame(article, reading, words, title) {
  const here = element("ul", "live-here");
  here.setAttribute("aria-label", words.here);
  const saving = element("span", "live-saving");
  const write = button(words.write, "button button-small live-write");
  write.setAttribute("aria-label", words.writeIn(title));
  const finish = button(words.finish, "button button-small live-finish");
  finish.setAttribute("aria-label", words.finishIn(title));
  const notice = element("p", "live-notice");
  const place = element("div", "live-place");
  here.hidden = saving.hidden = finish.hidden = notice.hidden = true;
  article.querySelector(".part-tools")?.prepend(saving, write, finish);
  article.querySelector(".part-tools")?.before(here); // Who comes and goes must not move the buttons.
  reading.before(notice, place);
  return { here, saving, write, finish, notice, place };
}

/** Adds who is here and the bar above the document, and the region in which things are said. @param {HTMLElement} root @param {Words} words */
export function pageFrame(root, words) {
  const here = element("ul", "live-here live-here-all");
  here.setAttribute("aria-label", words.hereAll);
  here.hidden = true;
  const bar = element("div", "live-bar");
  const status = element("div", "live-status");
  const tools = element("div", "live-tools");
  const legend = element("div", "live-legend");
  status.hidden = tools.hidden = legend.hidden = true;
  bar.append(status, tools, legend);
  const region = element("p", "visually-hidden");
  region.setAttribute("role", "status");
  root.prepend(here, bar);
  root.append(region);
  return { here, bar, status, tools, legend, region };
}

/** @param {{acronym: string, colour: string}} organisation */
export function orgMark({ acronym, colour }) {
  const mark = element("span", `org-mark org-${colour}`);
  mark.textContent = acronym;
  return mark;
}

/** Shows who is here: acronym and name to see, a sentence to hear. @param {HTMLElement} list @param {Presents[]} here @param {Names} names @param {Words} words */
export function showHere(list, here, names, words) {
  list.hidden = !here.length;
  list.replaceChildren(...here.map(({ person, organisation, isWriting }) => {
    const body = names.organisation(organisation);
    const name = names.person(person);
    const item = element("li", isWriting ? "live-here-writing" : "");
    const seen = element("span", "");
    seen.setAttribute("aria-hidden", "true");
    seen.append(orgMark(body), ` ${name}${isWriting ? " ✎" : ""}`);
    const said = element("span", "visually-hidden");
    said.textContent = (isWriting ? words.writing : words.reading)(name, body.acronym);
    item.append(seen, said);
    return item;
  }));
}

/** Some text around a click, to find the place again in the source. @param {MouseEvent} event @param {HTMLElement} inside */
export function textNear(event, inside) {
  const range = document.caretRangeFromPoint?.(event.clientX, event.clientY);
  const node = range?.startContainer;
  if (!range || !node || node.nodeType !== Node.TEXT_NODE || !inside.contains(node)) return null;
  const all = node.textContent ?? "";
  const from = Math.max(0, range.startOffset - 20);
  return { text: all.slice(from, range.startOffset + 20), offset: range.startOffset - from };
}
