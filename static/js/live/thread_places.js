// Cards in a margin: each as near to its words as the others allow, the chosen one nearest.

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
