// The cards of a section in its margin, or one at a time at the bottom of a phone. Only those near the screen exist.
import { Card } from "./card.js";
import { GAP, placesOf } from "./card_places.js";
import { element } from "./frame.js";

/** @import { EditorView } from "@codemirror/view" */
/** @import { About, Hands } from "./card.js" */
/** @import { Proposal } from "./proposals.js" */
/** @import { Words } from "./proposal_words.js" */

/** @typedef {{id: string, proposal: Proposal, about: About}} Shown */

/** How far beyond the screen cards exist already. */
const AHEAD_PX = 500;
const GUESS_PX = 118;
const GUESS_CROWDED_PX = 56;
/** From so many on, cards that would be much longer than the text are two lines each. */
const MANY = 12;
const BOTTOM = "(max-width: 60rem)";

export class Cards {
  /** @param {EditorView} view @param {HTMLElement} column @param {string} label @param {Words} words @param {Hands} hands */
  constructor(view, column, label, words, hands) {
    this.view = view;
    this.column = column;
    this.words = words;
    this.hands = hands;
    this.list = element("ul", "cards-list");
    this.list.setAttribute("aria-label", label);
    /** @type {Map<string, Card>} */
    this.cards = new Map();
    /** @type {Map<string, number>} */
    this.heights = new Map();
    /** @type {Map<string, number>} */
    this.tops = new Map();
    /** @type {readonly Shown[]} */
    this.shown = [];
    this.current = "";
    this.isCrowded = false;
    this.narrow = window.matchMedia(BOTTOM);
    // A discussion comes, a reason is asked for: no card may lie over the next one.
    this.sizes = new ResizeObserver(() => this.resized());
    /** Whether cards have another height than those by which they were placed. */
    this.isBehind = false;
    column.append(this.list);
  }

  /** Whether the reader is at the cards: then none of them moves by itself. */
  get isHeld() {
    const isPointed = window.matchMedia("(hover: hover)").matches && this.column.matches(":hover");
    return isPointed || this.column.contains(document.activeElement);
  }

  /** Whether cards come one at a time at the bottom. */
  get isSheet() {
    return this.narrow.matches;
  }

  /** The suggestions whose cards the reader is at: by the pointer, by the keyboard, or on a phone, where there is one. */
  get attended() {
    const at = this.list.querySelectorAll(this.isSheet ? ".card" : ".card:hover, .card:focus-within");
    return [...at].map((card) => /** @type {HTMLElement} */ (card).dataset.suggestion ?? "");
  }

  /** @param {readonly Shown[]} shown @param {string} current @param {boolean} mayMove */
  show(shown, current, mayMove) {
    this.shown = shown;
    this.current = current;
    if (this.isSheet) return this.showSheet();
    if (mayMove || !this.tops.size) {
      this.isCrowded = shown.length > MANY && shown.length * (GUESS_PX + 8) > 1.5 * this.view.contentHeight;
      this.column.classList.toggle("cards-crowded", this.isCrowded);
      this.place();
    }
    this.draw();
    this.measure();
    if (this.isBehind && mayMove) {
      this.place();
      this.draw();
    }
    return undefined;
  }

  /** A card has become higher or lower by itself. */
  resized() {
    this.measure();
    if (!this.isBehind || this.isSheet) return;
    if (this.isHeld) this.push();
    else this.place();
    this.draw();
  }

  /** Moves what a higher card lies over further down, and nothing else: the reader is there. */
  push() {
    let free = 0;
    for (const { id } of this.shown) {
      const top = Math.max(this.tops.get(id) ?? 0, free);
      this.tops.set(id, top);
      free = top + this.heightOf(id) + GAP;
    }
    this.end(free - GAP);
  }

  /** @param {number} end where the last card ends */
  end(end) {
    this.list.style.height = `${Math.max(0, Math.ceil(end))}px`;
    this.isBehind = false;
  }

  showSheet() {
    const one = this.shown.find(({ id }) => id === this.current) ?? this.shown[0];
    this.tops.clear();
    this.list.style.height = "";
    this.keepOnly(new Set(one ? [one.id] : []));
    if (one) {
      const card = this.cardOf(one);
      card.item.style.transform = "";
    }
  }

  /** Says where each card stands. */
  place() {
    const { view } = this;
    const origin = this.list.getBoundingClientRect().top;
    const { from, to } = view.viewport;
    const last = view.contentHeight + view.documentTop - origin;
    const wanted = this.shown.map(({ proposal: { start, kind } }) => {
      if (kind === "empty" || start > view.state.doc.length) return last;
      const rect = start >= from && start <= to ? view.coordsAtPos(start) : null;
      return (rect ? rect.top : view.lineBlockAt(start).top + view.documentTop) - origin - 12;
    });
    const heights = this.shown.map(({ id }) => this.heightOf(id));
    const tops = placesOf(wanted, heights, this.shown.findIndex(({ id }) => id === this.current));
    this.tops = new Map(this.shown.map(({ id }, i) => [id, tops[i]]));
    this.end(tops.length ? tops[tops.length - 1] + heights[heights.length - 1] : 0);
  }

  /** @param {string} id */
  heightOf(id) {
    return this.heights.get(id) ?? (this.isCrowded && id !== this.current ? GUESS_CROWDED_PX : GUESS_PX);
  }

  /** Makes the cards near the screen, and takes the others away. */
  draw() {
    const top = this.list.getBoundingClientRect().top;
    const near = this.shown.filter(({ id }) => {
      const at = top + (this.tops.get(id) ?? 0);
      return at < window.innerHeight + AHEAD_PX && at + this.heightOf(id) > -AHEAD_PX;
    });
    const focused = this.shown.filter(({ id }) => id === this.current || this.cards.get(id)?.item.contains(document.activeElement));
    const wanted = new Set([...near, ...focused].map(({ id }) => id));
    this.keepOnly(wanted);
    /** @type {Element | null} */
    let before = null;
    for (const one of this.shown) {
      if (!wanted.has(one.id)) continue;
      const { item } = this.cardOf(one);
      item.style.transform = `translateY(${Math.round(this.tops.get(one.id) ?? 0)}px)`;
      /** @type {Element | null} */
      const place = before ? before.nextElementSibling : this.list.firstElementChild;
      if (place !== item) this.list.insertBefore(item, place);
      before = item;
    }
  }

  /** @param {ReadonlySet<string>} wanted */
  keepOnly(wanted) {
    for (const [id, card] of this.cards) {
      if (wanted.has(id)) continue;
      if (card.reason.value.trim()) this.hands.reasons.set(id, card.reason.value);
      else this.hands.reasons.delete(id);
      this.sizes.unobserve(card.item);
      card.item.remove();
      this.cards.delete(id);
      const isGone = !this.shown.some((one) => one.id === id);
      if (isGone) this.column.dispatchEvent(new CustomEvent("suggestiongone", { bubbles: true, detail: { suggestion: id } }));
    }
  }

  /** Takes all cards away, for good. */
  destroy() {
    this.shown = [];
    this.keepOnly(new Set());
    this.sizes.disconnect();
  }

  /** The card of a suggestion, up to date and on the page. @param {Shown} shown */
  cardOf({ id, proposal, about }) {
    let card = this.cards.get(id);
    if (!card) {
      card = new Card(id, this.words, this.hands);
      this.cards.set(id, card);
      this.list.append(card.item);
      this.sizes.observe(card.item);
      card.thread.dispatchEvent(new CustomEvent("suggestioncard", { bubbles: true, detail: { suggestion: id } }));
    }
    card.show(proposal, about);
    return card;
  }

  /** Learns how high the cards are. */
  measure() {
    for (const [id, card] of this.cards) {
      const height = card.item.offsetHeight;
      if (height && this.heightOf(id) !== height) this.isBehind = true;
      if (height) this.heights.set(id, height);
    }
  }

  /** Puts the focus on a card. @param {string} id */
  focus(id) {
    const card = this.cards.get(id);
    card?.focus();
    card?.item.scrollIntoView({ block: "nearest" });
  }
}
