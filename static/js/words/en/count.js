// Words of counting.

/** @param {number} number */
const english = (number) => number.toLocaleString("en-GB");

/** @type {typeof import("../fr/count.js").words} */
export const words = {
  count: (words, characters) => `${english(words)} ${words === 1 ? "word" : "words"} · ${english(characters)} ${characters === 1 ? "character" : "characters"}`,
  withoutSuggestions: "without the suggestions",
  countOfLimit: (unit, used, max) => `${english(used)} / ${english(max)} ${unit}`,
  limitLeft: (unit, left) => (left < 0 ? `${english(-left)} too many` : `${english(left)} left`),
  limitAloud: (unit, left) => (left < 0
    ? `Over the limit by ${english(-left)} ${unit}.`
    : `${english(left)} ${unit} left before the limit.`),
};
