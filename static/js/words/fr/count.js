// Words of counting.

/** @param {number} number */
const french = (number) => number.toLocaleString("fr-FR");

export const words = {
  /** @param {number} words @param {number} characters */
  count: (words, characters) => `${french(words)} ${words < 2 ? "mot" : "mots"} · ${french(characters)} ${characters < 2 ? "caractère" : "caractères"}`,
  withoutSuggestions: "sans les suggestions",
  /** @param {"words" | "characters"} unit @param {number} used @param {number} max */
  countOfLimit: (unit, used, max) => `${french(used)} / ${french(max)} ${unit === "words" ? "mots" : "caractères"}`,
  /** @param {"words" | "characters"} unit @param {number} left */
  limitLeft: (unit, left) => (left < 0 ? `${french(-left)} de trop` : `reste ${french(left)}`),
  /** @param {"words" | "characters"} unit @param {number} left */
  limitAloud: (unit, left) => (left < 0
    ? `Limite dépassée de ${french(-left)} ${unit === "words" ? "mots" : "caractères"}.`
    : `Il reste ${french(left)} ${unit === "words" ? "mots" : "caractères"} avant la limite.`),
};
