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
    window.addEventListener("scroll", () => this.here.hidden || this.place(), { passive: true });
    document.addEventListener("keydown", (event) => this.pressed(event));
    document.addEventListener("suggestioncard", (event) => this.suggestionShown(/** @type {CustomEvent} */ (event)));
    document.addEventListener("suggestiongone", (event) => this.marginOf(event.target)?.takeBack(/** @type {CustomEvent} */ (event).detail.suggestion));
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
    this.here.hidden = !this.selected;
    if (!this.here.hidden) this.place();
  }

  /** Puts the button under the end of what is selected. */
  place() {
    const selection = window.getSelection();
    const rects = selection?.rangeCount ? selection.getRangeAt(0).getClientRects() : null;
    const last = rects?.[rects.length - 1];
    if (!last) return;
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

  /** The margin of the section that something is in. @param {EventTarget | null} target */
  marginOf(target) {
    const article = target instanceof Element ? target.closest("[data-section]") : null;
    return this.margins.get(/** @type {HTMLElement | null} */ (article)?.dataset.section ?? "");
  }

  /** A suggestion's card is there: its threads stand on it. @param {CustomEvent} event */
  suggestionShown({ target, detail }) {
    const margin = this.marginOf(target);
    if (margin && target instanceof HTMLElement) this.discuss(margin, target, detail.suggestion);
  }

  /** Lets a suggestion be discussed on its card. @param {Margin} margin @param {HTMLElement} place @param {string} suggestion */
  discuss(margin, place, suggestion) {
    if (margin.isLoaded) place.classList.remove("is-waiting");
    const own = place.querySelector(":scope > .thread-on-suggestion");
    if (!margin.formHtml) own?.remove();
    else if (!own) {
      const reply = button(this.words.comment, "link-button thread-on-suggestion");
      reply.setAttribute("aria-label", this.words.commentSuggestion);
      reply.addEventListener("click", () => margin.fresh.begin({ suggestion }));
      place.append(reply);
    }
    for (const { thread, card } of margin.cards.values()) {
      if (thread.suggestion === suggestion && !thread.is_resolved && card.parentElement !== place) place.append(card);
    }
    const { form, about } = margin.fresh;
    if (form && about.suggestion === suggestion && form.parentElement !== place) place.prepend(form);
  }
}

/** Fetches the words, and begins. @param {Page} page */
export async function mountThreads(page) {
  const own = page.language === "en" ? import("../words/en/threads.js") : import("../words/fr/threads.js");
  return new Threads(page, (await own).words);
}
