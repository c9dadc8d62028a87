// Cards in a margin: each as near to its words as the others allow, the chosen one nearest.

const GAP_PX = 10;

/**
 * Where each card begins, from top to bottom without overlap.
 * @param {readonly {at: number, height: number}[]} cards in order @param {number} chosen its place among them, or -1
 */
export function stacked(cards, chosen) {
  /** @type {number[]} */
  const tops = [];
  let bottom = 0;
  const put = (/** @type {number} */ i, /** @type {number} */ least) => {
    tops[i] = Math.max(cards[i].at, least);
    bottom = tops[i] + cards[i].height + GAP_PX;
  };
  for (let i = 0; i < cards.length; i++) put(i, bottom);
  if (chosen < 0) return tops;
  const above = cards.slice(0, chosen).reduce((sum, { height }) => sum + height + GAP_PX, 0);
  put(chosen, above);
  for (let i = chosen + 1; i < cards.length; i++) put(i, bottom);
  for (let i = chosen - 1; i >= 0; i--) tops[i] = Math.min(tops[i], tops[i + 1] - cards[i].height - GAP_PX);
  return tops;
}
