// Where cards stand in the margin: beside their text, pushed down where it is crowded, the current one exactly beside it.

/** Between two cards. */
export const GAP = 8;

/**
 * Returns the top of each card. `wanted` are the tops of their texts, in order; `current` is the index of the card that
 * must stand beside its text (-1: none), as far as those before it leave room.
 * @param {readonly number[]} wanted @param {readonly number[]} heights @param {number} current @returns {number[]}
 */
export function placesOf(wanted, heights, current) {
  /** @type {number[]} */
  const tops = [];
  let free = 0;
  for (const [i, top] of wanted.entries()) {
    tops.push(Math.max(top, free));
    free = tops[i] + heights[i] + GAP;
  }
  if (current < 0 || current >= tops.length) return tops;
  const room = heights.slice(0, current).reduce((sum, height) => sum + height + GAP, 0);
  tops[current] = Math.max(wanted[current], room);
  for (let i = current - 1; i >= 0; i--) tops[i] = Math.min(tops[i], tops[i + 1] - heights[i] - GAP);
  for (let i = current + 1; i < tops.length; i++) tops[i] = Math.max(wanted[i], tops[i - 1] + heights[i - 1] + GAP);
  return tops;
}
