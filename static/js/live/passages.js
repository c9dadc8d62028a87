// Passages by their letters and digits, as drafting/domain/passages.py has them: where they stand on the page.

/** What is on the page but not in the text: numbers of notes, arrows back, words for screen readers. */
const NOT_TEXT = ".note-call, .note-back, .visually-hidden";
const BEFORE = 40;
const LETTER = /[\p{L}\p{N}]/u;

/** @typedef {{letters: string, nodes: Text[], places: {node: number, offset: number}[]}} Index */
/** @typedef {{node: Text, start: number, end: number}} Segment */

/** The letters and digits of some text. @param {string} text */
export function lettersOf(text) {
  return [...Array(text.length).keys()].map((at) => text[at]).filter((unit) => LETTER.test(unit)).join("");
}

/** The letters that a reader sees in an element, and where each stands. @param {Element} root @returns {Index} */
export function lettersIn(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  /** @type {Text[]} */
  const nodes = [];
  const places = [];
  let letters = "";
  while (walker.nextNode()) {
    const node = /** @type {Text} */ (walker.currentNode);
    if (node.parentElement?.closest(NOT_TEXT)) continue;
    nodes.push(node);
    for (let offset = 0; offset < node.data.length; offset++) {
      if (!LETTER.test(node.data[offset])) continue;
      letters += node.data[offset];
      places.push({ node: nodes.length - 1, offset });
    }
  }
  return { letters, nodes, places };
}

/**
 * Where a passage stands; of several alike, the one that the letters before fit best.
 * @param {Index} index @param {string} words @param {string} before @returns {Segment[]}
 */
export function find({ letters, nodes, places }, words, before) {
  let [found, best] = [-1, -1];
  for (let at = words ? letters.indexOf(words) : -1; at >= 0; at = letters.indexOf(words, at + 1)) {
    let fit = 0;
    while (fit < before.length && fit < at && letters[at - 1 - fit] === before[before.length - 1 - fit]) fit++;
    if (fit > best) [found, best] = [at, fit];
  }
  if (found < 0) return [];
  const [first, last] = [places[found], places[found + words.length - 1]];
  return nodes.slice(first.node, last.node + 1).map((node, i) => ({
    node,
    start: i === 0 ? first.offset : 0,
    end: first.node + i === last.node ? last.offset + 1 : node.data.length,
  })).filter(({ node, start, end }) => node.data.slice(start, end).trim());
}

/**
 * Marks passages in a reading text, in the order of their threads.
 * @param {Element} root @param {readonly {key: string, words: string, before: string}[]} passages @param {string} className
 */
export function mark(root, passages, className) {
  unmark(root, className);
  if (!passages.length) return;
  const index = lettersIn(root);
  /** @type {Map<Text, {start: number, end: number, key: string}[]>} */
  const marked = new Map();
  for (const { key, words, before } of passages) {
    for (const { node, start, end } of find(index, words, before)) marked.set(node, [...(marked.get(node) ?? []), { start, end, key }]);
  }
  for (const [node, spans] of marked) node.replaceWith(...pieces(node.data, spans, className));
}

/** @param {string} text @param {{start: number, end: number, key: string}[]} spans @param {string} className */
function pieces(text, spans, className) {
  const cuts = [...new Set([0, text.length, ...spans.flatMap(({ start, end }) => [start, end])])].sort((a, b) => a - b);
  return cuts.slice(1).map((end, i) => {
    const keys = spans.filter((span) => span.start <= cuts[i] && span.end >= end).map(({ key }) => key);
    const piece = text.slice(cuts[i], end);
    if (!keys.length) return piece;
    const made = document.createElement("mark");
    made.className = className;
    made.dataset.threads = keys.join(" ");
    made.textContent = piece;
    return made;
  });
}

/** @param {Element} root @param {string} className */
export function unmark(root, className) {
  for (const made of root.querySelectorAll(`mark.${className}`)) {
    const parent = made.parentNode;
    made.replaceWith(...made.childNodes);
    parent?.normalize();
  }
}

/** What is selected in a reading text, as the server finds it again. @param {Element} root */
export function selectedIn(root) {
  const selection = window.getSelection();
  if (!selection?.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  if (!root.contains(range.startContainer) || !root.contains(range.endContainer)) return null;
  const quotation = selection.toString().replace(/\s+/g, " ").trim();
  const selected = lettersOf(textOf(range));
  if (!selected) return null;
  const upTo = document.createRange();
  upTo.setStart(root, 0);
  upTo.setEnd(range.startContainer, range.startOffset);
  return { selected, before: lettersOf(textOf(upTo)).slice(-BEFORE), quotation };
}

/** @param {Range} range */
function textOf(range) {
  const part = range.cloneContents();
  for (const other of part.querySelectorAll(NOT_TEXT)) other.remove();
  return part.textContent ?? "";
}
