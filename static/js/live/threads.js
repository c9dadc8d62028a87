// Comments on the page of a contribution. Loaded once the page is calm.
import { button } from "./frame.js";
import { selectedIn } from "./passages.js";
import { Margin } from "./thread_margin.js";

/** @import { Page } from "./page.js" */
/** @import { Section } from "./section.js" */
/** @import { About } from "./thread_new.js" */
/** @typedef {typeof import("../words/fr/threads.js").words} Words */

const NEAR_PX = 800;
const SELECTED_MS = 150;

export class Threads {
  /** @param {Page} page @param {Words} words */
  constructor(page, words) {
    this.page = page;
    this.words = words;
    this.margins = new Map([...page.sections.values()].map((section) => [section.key, new Margin(this, section)]));
    /** @type {Map<string, HTMLButtonElement>} */
    this.buttons = new Map();
    this.here = button(words.comment, "button button-primary button-small thread-here");
    this.here.setAttribute("aria-label", words.commentPassage);
    this.here.setAttribute("aria-keyshortcuts", "Control+Alt+M");
    this.here.title = "Ctrl+Alt+M";
    this.here.hidden = true;
    this.timer = 0;
    page.root.append(this.here);
    this.here.addEventListener("pointerdown", (event) => event.preventDefault()); // The selection stays.
    this.here.addEventListener("click", () => this.beginHere());
    document.addEventListener("selectionchange", () => {
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => this.selectionIs(), SELECTED_MS);
    });
    window.addEventListener("scroll", () => this.selectionIs(), { passive: true });
    document.addEventListener("keydown", (event) => this.pressed(event));
    document.addEventListener("suggestioncard", (event) => this.suggestionShown(/** @type {CustomEvent} */ (event)));
    window.addEventListener("hashchange", () => void this.follow());
    const near = new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        near.unobserve(target);
        void this.margins.get(/** @type {HTMLElement} */ (target).dataset.section ?? "")?.load();
      }
    }, { rootMargin: `${NEAR_PX}px` });
    for (const { article } of page.sections.values()) near.observe(article);
    void this.follow();
  }

  /** A thread of a section changed. @param {string} key */
  changed(key) {
    this.margins.get(key)?.loadSoon();
  }

  /** The connection is back: something may have changed meanwhile. */
  refresh() {
    for (const margin of this.margins.values()) if (margin.isLoaded) margin.loadSoon();
  }

  /** Goes to the thread that the address names. */
  async follow() {
    const key = /^#card-(\w+)$/.exec(location.hash)?.[1];
    if (!key) return;
    for (const margin of this.margins.values()) {
      if (!margin.isLoaded) await margin.load();
      if (margin.choose(key, true)) return;
    }
  }

  /** @param {Section} section @param {boolean} may */
  mayComment(section, may) {
    let own = this.buttons.get(section.key);
    if (!own) {
      own = button(this.words.comment, "button button-small thread-comment");
      own.setAttribute("aria-label", this.words.commentIn(section.title));
      own.addEventListener("pointerdown", (event) => event.preventDefault());
      own.addEventListener("click", () => this.margins.get(section.key)?.fresh.begin(this.selectedIn(section) ?? {}));
      section.article.querySelector(".part-tools > a")?.before(own);
      this.buttons.set(section.key, own);
    }
    own.hidden = !may;
  }

  /** @param {Section} section */
  buttonOf(section) {
    return this.buttons.get(section.key);
  }

  // --- What is selected ---

  /** @param {Section} section @returns {About | null} */
  selectedIn(section) {
    if (section.view) return this.margins.get(section.key)?.fresh.selected() ?? null;
    return selectedIn(section.reading.element);
  }

  /** The section in which something is selected and may be commented. */
  get selected() {
    const selection = window.getSelection();
    const node = selection && !selection.isCollapsed ? selection.anchorNode : null;
    const article = (node instanceof Element ? node : node?.parentElement)?.closest("[data-section]");
    const section = this.page.sections.get(/** @type {HTMLElement} */ (article)?.dataset?.section ?? "");
    if (!section || !this.margins.get(section.key)?.formHtml) return null;
    return this.selectedIn(section) ? section : null;
  }

  /** Shows the button beside what is selected. */
  selectionIs() {
    const section = this.selected;
    this.here.hidden = !section;
    const rects = section ? window.getSelection()?.getRangeAt(0).getClientRects() : null;
    const last = rects?.[rects.length - 1];
    if (!section || !last) return;
    const width = this.here.offsetWidth;
    this.here.style.left = `${Math.max(8, Math.min(last.right - width / 2, window.innerWidth - width - 8))}px`;
    this.here.style.top = `${last.bottom + 8}px`;
  }

  beginHere() {
    const section = this.selected;
    const about = section ? this.selectedIn(section) : null;
    if (!section || !about) return false;
    this.here.hidden = true;
    this.margins.get(section.key)?.fresh.begin(about);
    return true;
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (!event.ctrlKey || !event.altKey || !["m", "µ"].includes(event.key.toLowerCase())) return;
    event.preventDefault();
    if (this.beginHere()) return;
    const article = document.activeElement?.closest("[data-section]");
    if (article instanceof HTMLElement) this.margins.get(article.dataset.section ?? "")?.fresh.begin({});
  }

  /** A suggestion's card is there: its threads stand on it. @param {CustomEvent} event */
  suggestionShown({ target, detail }) {
    if (!(target instanceof HTMLElement)) return;
    const margin = this.margins.get(/** @type {HTMLElement | null} */ (target.closest("[data-section]"))?.dataset.section ?? "");
    if (!margin?.formHtml) return;
    const reply = button(this.words.comment, "link-button thread-on-suggestion");
    reply.setAttribute("aria-label", this.words.commentSuggestion);
    reply.addEventListener("click", () => margin.fresh.begin({ suggestion: detail.suggestion }));
    target.append(reply);
    for (const { thread, card } of margin.cards.values()) if (thread.suggestion === detail.suggestion && !thread.is_resolved) target.append(card);
    if (margin.fresh.form && margin.fresh.about.suggestion === detail.suggestion) target.prepend(margin.fresh.form);
  }
}

/** Fetches the words, and begins. @param {Page} page */
export async function mountThreads(page) {
  const own = page.language === "en" ? import("../words/en/threads.js") : import("../words/fr/threads.js");
  return new Threads(page, (await own).words);
}
