// Cards in a margin: each as near to its words as the others allow, the chosen one nearest.
import { marksField } from "./thread_marks.js";

/** @import { Margin } from "./thread_margin.js" */

const GAP_PX = 10;

/** @template {{at: number, height: number}} Card @typedef {{placed: (Card & {top: number})[], bottom: number}} Stack */

/**
 * Stacks cards without overlap, in the order of their words; returns where each begins, and where the last one ends.
 * `mayJump`: the chosen one stands exactly beside its words, and those that have no room above it come after it.
 * @template {{at: number, height: number}} Card
 * @param {readonly Card[]} cards @param {Card | undefined} chosen @param {boolean} mayJump @returns {Stack<Card>}
 */
export function stacked(cards, chosen, mayJump) {
  const inOrder = [...cards].sort((a, b) => a.at - b.at);
  if (!chosen) return below(inOrder, 0);
  const place = inOrder.indexOf(chosen);
  const [before, after] = [inOrder.slice(0, place), inOrder.slice(place + 1)];
  /** @type {Card[]} */
  const above = [];
  let used = 0;
  for (const card of before) {
    if (mayJump && used + card.height + GAP_PX > chosen.at) break;
    used += card.height + GAP_PX;
    above.push(card);
  }
  const top = Math.max(chosen.at, used);
  const high = below(above, 0).placed;
  let limit = top;
  for (const card of [...high].reverse()) {
    card.top = Math.min(card.top, limit - card.height - GAP_PX);
    limit = card.top;
  }
  const rest = below([...before.slice(above.length), ...after], top + chosen.height + GAP_PX);
  return { placed: [...high, { ...chosen, top }, ...rest.placed], bottom: rest.placed.length ? rest.bottom : top + chosen.height };
}

/** @template {{at: number, height: number}} Card @param {readonly Card[]} cards @param {number} from @returns {Stack<Card>} */
function below(cards, from) {
  let bottom = from;
  const placed = cards.map((card) => {
    const top = Math.max(card.at, bottom);
    bottom = top + card.height + GAP_PX;
    return { ...card, top };
  });
  return { placed, bottom: bottom - (cards.length ? GAP_PX : 0) };
}

/** Places a section's cards beside their words, or, where there is no room, below the text. @param {Margin} margin @param {boolean} isBeside */
export function layOut(margin, isBeside) {
  const { list, fresh: { form }, section: { article } } = margin;
  const cards = /** @type {HTMLElement[]} */ ([...list.children]);
  const isUsed = Boolean(cards.length || !margin.settled.hidden);
  margin.element.hidden = !isUsed;
  article.classList.toggle("has-threads", isUsed);
  if (!isBeside || !isUsed) {
    article.style.minHeight = list.style.height = "";
    for (const card of cards) card.style.top = "";
    return;
  }
  const origin = list.getBoundingClientRect().top;
  const wanted = cards.map((card) => ({ card, at: topOf(margin, card, origin) - origin, height: card.offsetHeight }));
  const isAtForm = form?.parentElement === list;
  const chosen = wanted.find(({ card }) => (isAtForm ? card === form : card.dataset.thread === margin.chosen));
  const { placed, bottom } = stacked(wanted, chosen, isAtForm);
  for (const [i, { card, top }] of placed.entries()) {
    card.style.top = `${Math.round(top)}px`;
    if (list.children[i] !== card && !card.contains(document.activeElement)) list.insertBefore(card, list.children[i]);
  }
  list.style.height = `${Math.ceil(bottom)}px`;
  article.style.minHeight = `${margin.element.offsetTop + margin.element.offsetHeight}px`;
}

/** Where on the screen a card's passage begins. @param {Margin} margin @param {HTMLElement} card @param {number} start the section's own */
function topOf({ view, fresh, section }, card, start) {
  const key = card === fresh.form ? "" : card.dataset.thread ?? "";
  if (view) {
    const at = view.state.field(marksField, false)?.marks.find((one) => one.key === key && one.from < one.to);
    if (!at) return start;
    return view.coordsAtPos(at.from)?.top ?? view.lineBlockAt(at.from).top + view.documentTop;
  }
  const marked = section.reading.element.querySelector(`mark[data-threads~="${key || "new"}"]`);
  return marked?.getBoundingClientRect().top ?? start;
}
