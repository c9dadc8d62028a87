// Icons from the vendored sprite.
const SPRITE = new URL("../../icons/sprite.svg", import.meta.url).pathname;
const SVG = "http://www.w3.org/2000/svg";

/** @param {string} name a symbol of static/icons/sprite.svg */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${SPRITE}#${name}`);
  svg.append(use);
  return svg;
}
