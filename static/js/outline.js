/** The outline folds by itself where it would push the text off a small screen. */

const SMALL = "(max-width: 60rem)";

/** Fold the outline on a small screen. */
export function mountOutline() {
  const outline = document.querySelector(".outline details");
  if (outline instanceof HTMLDetailsElement && window.matchMedia(SMALL).matches) outline.open = false;
}

mountOutline();
