// Reading Markdown as if some of the text were not there: what is proposed to be deleted must not break the headings,
// lists and tables around it. The text without those stretches is parsed in one piece, and its tree moved back to where
// everything really stands. (The parser's own `ranges` fail where a gap reaches a line's end.)
import { TreeFragment } from "../../vendor/codemirror.js";
import { parser } from "./grammar.js";

/** @import { Text } from "@codemirror/state" */
/** @import { Input, Tree } from "@lezer/common" */

/** Stretches of the text, sorted and separate. @typedef {readonly (readonly [number, number])[]} Gaps */

/** A text in one string, as the parser wants to read it. @implements {Input} */
class StringInput {
  lineChunks = false;

  /** @param {string} text */
  constructor(text) {
    this.text = text;
    this.length = text.length;
  }

  /** @param {number} from */
  chunk(from) {
    return this.text.slice(from);
  }

  /** @param {number} from @param {number} to */
  read(from, to) {
    return this.text.slice(from, to);
  }
}

/** @param {string} text @param {Gaps} gaps */
function without(text, gaps) {
  let out = "";
  let at = 0;
  for (const [from, to] of gaps) {
    out += text.slice(at, from);
    at = to;
  }
  return out + text.slice(at);
}

/** What has changed from one text to another, as one stretch. @param {string} a @param {string} b */
function changedRange(a, b) {
  const most = Math.min(a.length, b.length);
  let start = 0;
  while (start < most && a.charCodeAt(start) === b.charCodeAt(start)) start++;
  let end = 0;
  while (end < most - start && a.charCodeAt(a.length - 1 - end) === b.charCodeAt(b.length - 1 - end)) end++;
  return { fromA: start, toA: a.length - end, fromB: start, toB: b.length - end };
}

/** Where positions of the text without the gaps lie in the whole text. */
class Places {
  /** @param {Gaps} gaps @param {any} made the class of trees, which the bundle does not name */
  constructor(gaps, made) {
    this.made = made;
    /** Where each gap is in the text without them. @type {number[]} */
    this.at = [];
    /** How much is left out up to and with each. @type {number[]} */
    this.sum = [];
    let sum = 0;
    for (const [from, to] of gaps) {
      this.at.push(from - sum);
      sum += to - from;
      this.sum.push(sum);
    }
  }

  /** How many gaps lie before a position; with side 1, those at it too. @param {number} pos @param {1 | -1} side */
  before(pos, side) {
    let low = 0;
    let high = this.at.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const at = this.at[middle] ?? 0;
      if (side > 0 ? at <= pos : at < pos) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** @param {number} pos @param {1 | -1} side */
  whole(pos, side) {
    return pos + (this.sum[this.before(pos, side) - 1] ?? 0);
  }

  /** The gaps strictly within a stretch, in words: empty if there are none. @param {number} from @param {number} to */
  within(from, to) {
    const first = this.before(from, 1);
    const last = this.before(to, -1);
    let key = "";
    for (let i = first; i < last; i++) key += `${(this.at[i] ?? 0) - from}+${(this.sum[i] ?? 0) - (this.sum[i - 1] ?? 0)} `;
    return key;
  }
}

/** What blocks that did not change became the last time. @type {WeakMap<Tree, {key: string, tree: Tree}>} */
const moved = new WeakMap();

/**
 * Moves a tree of the text without the gaps to where its nodes lie in the whole text. What has no gap in it is shared.
 * @param {Tree} tree @param {Gaps} gaps @param {number} length of the whole text @returns {Tree}
 */
function movedBack(tree, gaps, length) {
  const places = new Places(gaps, tree.constructor);
  const { children, positions } = movedChildren(tree, 0, 0, places);
  return new places.made(tree.type, children, positions, length);
}

/**
 * @param {Tree} tree @param {number} at where it begins in the text without gaps @param {number} start and in the whole
 * @param {Places} places
 */
function movedChildren(tree, at, start, places) {
  /** @type {any[]} */
  const children = [];
  /** @type {number[]} */
  const positions = [];
  tree.children.forEach((child, i) => {
    const from = at + (tree.positions[i] ?? 0);
    if (places.within(from, from + child.length) === "") {
      children.push(child);
      positions.push(places.whole(from, 1) - start);
    } else if ("buffer" in child) movedBuffer(child, from, 0, child.buffer.length, start, places, children, positions);
    else {
      children.push(movedTree(child, from, places));
      positions.push(places.whole(from, 1) - start);
    }
  });
  return { children, positions };
}

/** @param {Tree} tree @param {number} at @param {Places} places @returns {Tree} */
function movedTree(tree, at, places) {
  const key = places.within(at, at + tree.length);
  const known = moved.get(tree);
  if (known?.key === key) return known.tree;
  const start = places.whole(at, 1);
  const { children, positions } = movedChildren(tree, at, start, places);
  const length = Math.max(0, places.whole(at + tree.length, -1) - start);
  const fresh = new places.made(tree.type, children, positions, length);
  moved.set(tree, { key, tree: fresh });
  return fresh;
}

/**
 * Small nodes lie packed in a buffer: four numbers each, its children right behind it.
 * @param {import("@lezer/common").TreeBuffer} buffer @param {number} at where the buffer begins
 * @param {number} index @param {number} end @param {number} start of the parent, in the whole text @param {Places} places
 * @param {any[]} children @param {number[]} positions
 */
function movedBuffer(buffer, at, index, end, start, places, children, positions) {
  const numbers = buffer.buffer;
  while (index < end) {
    const [type = 0, first = 0, last = 0, next = end] = numbers.subarray(index, index + 4);
    const from = places.whole(at + first, 1);
    /** @type {any[]} */
    const inside = [];
    /** @type {number[]} */
    const where = [];
    movedBuffer(buffer, at, index + 4, next, from, places, inside, where);
    const length = Math.max(0, places.whole(at + last, -1) - from);
    children.push(new places.made(buffer.set.types[type], inside, where, length));
    positions.push(from - start);
    index = next;
  }
}

/**
 * Parses a text without the gaps, going on from what was read before.
 * @param {Text} text @param {Gaps} gaps @param {readonly TreeFragment[]} fragments @param {string | null} before what the
 * fragments are of @returns {import("./syntax.js").Parsed}
 */
export function parseWithout(text, gaps, fragments, before) {
  const read = without(text.toString(), gaps);
  const kept = before === null ? [] : TreeFragment.applyChanges(fragments, [changedRange(before, read)]);
  const tree = parser.parse(new StringInput(read), kept);
  return { tree: movedBack(tree, gaps, text.length), fragments: TreeFragment.addTree(tree, kept), gaps, read };
}
