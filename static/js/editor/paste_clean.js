// Makes the same plain HTML of what Word, LibreOffice, Google Docs and browsers put on the clipboard.
import { dropWordExtras, makeWordLists, nameWordStyles, styleOf } from "./paste_word.js";

const DROPPED = "script, style, meta, link, title, xml, noscript, template, iframe, object, embed, canvas, audio, video, " +
  "button, input, select, textarea, del, rt";
const IMAGES = "img, picture, svg, image";
const BLOCKS = "p, div, ul, ol, li, table, h1, h2, h3, h4, h5, h6, blockquote, pre, hr";

/** Reads HTML without running or loading anything: the document is inert. @param {string} html */
function parse(html) {
  const source = html
    .replace(/<style[\s\S]*?<\/style\s*>/gi, "")
    .replace(/<script[\s\S]*?<\/script\s*>/gi, "")
    // Nothing runs in an inert document, but under the page's policy the browser would report each style and handler.
    .replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/([\s"'/])(style|on[a-z]+)(\s*=)/gi, "$1data-$2$3"));
  return new DOMParser().parseFromString(source, "text/html").body;
}

/** @param {Element} node */
function unwrap(node) {
  node.replaceWith(...node.childNodes);
}

/** @param {Element} node @param {string} tag */
function rename(node, tag) {
  const renamed = node.ownerDocument.createElement(tag);
  renamed.append(...node.childNodes);
  node.replaceWith(renamed);
  return renamed;
}

/** Turns styled spans into strong and em, and drops bold that is not. @param {Element} root */
function nameStyles(root) {
  for (const node of [...root.querySelectorAll("b, strong, i, em, span:not([data-note]), font")]) {
    const style = styleOf(node);
    const weight = /(?:^|;)\s*font-weight:\s*([a-z0-9]+)/.exec(style)?.[1];
    const slant = /(?:^|;)\s*font-style:\s*([a-z]+)/.exec(style)?.[1];
    const isBold = weight ? weight === "bold" || weight === "bolder" || Number(weight) >= 600 : /^(B|STRONG)$/.test(node.tagName);
    const isItalic = slant ? slant === "italic" || slant === "oblique" : /^(I|EM)$/.test(node.tagName);
    const hasBlocks = node.querySelector(BLOCKS) !== null;
    const inner = rename(node, "span");
    if (hasBlocks) {
      unwrap(inner);
      continue;
    }
    if (isItalic) inner.replaceChildren(wrapAll(inner, "em"));
    if (isBold) inner.replaceChildren(wrapAll(inner, "strong"));
    unwrap(inner);
  }
  // What a style already says is not said again.
  for (const node of root.querySelectorAll("strong strong, em em, h1 strong, h2 strong, h3 strong, h4 strong, h5 strong, h6 strong, th strong")) unwrap(node);
  for (const tag of ["strong", "em"]) mergeNeighbours(root, tag);
}

/** @param {Element} node @param {string} tag */
function wrapAll(node, tag) {
  const wrapper = node.ownerDocument.createElement(tag);
  wrapper.append(...node.childNodes);
  return wrapper;
}

/** Word and Writer cut one bold passage into several. @param {Element} root @param {string} tag */
function mergeNeighbours(root, tag) {
  root.normalize();
  for (const node of [...root.querySelectorAll(tag)]) {
    const next = node.nextSibling;
    if (!node.textContent) node.remove();
    else if (next instanceof Element && next.tagName === node.tagName) {
      next.prepend(...node.childNodes);
      node.remove();
    }
  }
}

/** Keeps only links that may be followed. @param {Element} root */
function keepLinks(root) {
  for (const node of [...root.querySelectorAll("a")]) {
    const href = node.getAttribute("href")?.trim() ?? "";
    if (!/^(https?:|mailto:|tel:)/i.test(href) || !node.textContent?.trim()) unwrap(node);
    else node.setAttribute("href", href.replace(/[\s()<>]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`));
  }
}

/** Lists beside their items go into them; an item's own text is no paragraph. @param {Element} root */
function nestLists(root) {
  for (const list of [...root.querySelectorAll("ul > ul, ul > ol, ol > ul, ol > ol")]) {
    const before = list.previousElementSibling;
    if (before?.tagName === "LI") before.append(list);
    else {
      const item = list.ownerDocument.createElement("li");
      list.before(item);
      item.append(list);
    }
  }
  for (const item of root.querySelectorAll("li")) {
    for (const child of [...item.children]) {
      if (child.tagName === "P" && [...item.children].filter((one) => one.tagName === "P").length === 1) unwrap(child);
    }
  }
}

/** Makes every table a plain grid of one-line cells. @param {Element} root */
function flattenTables(root) {
  const document = root.ownerDocument;
  for (const inner of [...root.querySelectorAll("table table")]) unwrapRows(inner);
  for (const table of [...root.querySelectorAll("table")]) {
    /** @type {Element[][]} */
    const grid = [];
    const rows = [...table.rows];
    rows.forEach((row, y) => {
      grid[y] ??= [];
      let x = 0;
      for (const cell of [...row.cells]) {
        while (grid[y]?.[x]) x++;
        const width = Math.min(Math.max(cell.colSpan, 1), 30);
        const height = Math.min(Math.max(cell.rowSpan, 1), rows.length - y);
        for (let dy = 0; dy < height; dy++) {
          for (let dx = 0; dx < width; dx++) {
            const place = document.createElement("td");
            if (!dx && !dy) place.append(...oneLine(cell));
            (grid[y + dy] ??= [])[x + dx] = place;
          }
        }
        x += width;
      }
    });
    const columns = Math.max(0, ...grid.map((row) => row.length));
    const plain = document.createElement("table");
    for (const cells of grid) {
      const row = document.createElement("tr");
      for (let x = 0; x < columns; x++) row.append(cells[x] ?? document.createElement("td"));
      if (row.textContent?.trim()) plain.append(row);
    }
    if (plain.rows[0]) for (const strong of [...plain.rows[0].querySelectorAll("strong")]) unwrap(strong);
    table.replaceWith(plain);
  }
}

/** @param {Element} table */
function unwrapRows(table) {
  const text = table.ownerDocument.createElement("p");
  text.textContent = [...table.querySelectorAll("td, th")].map((cell) => cell.textContent?.trim()).filter(Boolean).join(" ; ");
  table.replaceWith(text);
}

/** A cell's content without blocks: what stood on lines of its own is set apart by a space. @param {Element} cell @returns {Node[]} */
function oneLine(cell) {
  for (const node of [...cell.querySelectorAll(BLOCKS)].reverse()) {
    node.before(" ");
    node.after(" ");
    unwrap(node);
  }
  for (const node of [...cell.querySelectorAll("br")]) node.replaceWith(" ");
  return [...cell.childNodes];
}

/**
 * Takes the notes out: references become `span[data-note]`, the definitions are returned by number.
 * A reference leads to a place that leads back to it; every program marks notes so, each with its own names.
 * @param {Element} root @returns {Map<string, Element>}
 */
function takeNotes(root) {
  /** @type {Map<string, Element>} */
  const definitions = new Map();
  const document = root.ownerDocument;
  const find = (/** @type {string} */ name) =>
    [...root.querySelectorAll("[id], a[name]")].find((node) => node.id === name || node.getAttribute("name") === name);
  for (const reference of [...root.querySelectorAll('a[href^="#"]')]) {
    if (!root.contains(reference)) continue;
    const target = find(decodeURIComponent(reference.getAttribute("href")?.slice(1) ?? ""));
    const holder = target && (target.closest('[id^="ftn"]:not(a), [id^="edn"]:not(a), [id^="sdfootnote"]:not(a), [id^="sdendnote"]:not(a)')
      ?? target.closest("li, p"));
    if (!target || !holder || holder.contains(reference) || holder === root) continue;
    const names = [reference.id, reference.getAttribute("name"), ...[...reference.querySelectorAll("[id]")].map((node) => node.id)].filter(Boolean);
    const back = [...holder.querySelectorAll('a[href^="#"]')].find((node) => names.includes(node.getAttribute("href")?.slice(1) ?? ""));
    if (!back || !(reference.compareDocumentPosition(holder) & Node.DOCUMENT_POSITION_FOLLOWING)) continue;
    const number = String(definitions.size + 1);
    back.remove();
    holder.remove();
    definitions.set(number, holder);
    const mark = document.createElement("span");
    mark.setAttribute("data-note", number);
    mark.textContent = number;
    const raised = reference.closest("sup");
    (raised && raised.textContent?.trim() === reference.textContent?.trim() ? raised : reference).replaceWith(mark);
  }
  if (definitions.size) {
    // The rule that stood above the notes.
    for (const rule of root.querySelectorAll("hr")) if (!rule.nextElementSibling?.textContent?.trim()) rule.remove();
  }
  return definitions;
}

/** @param {Element} root */
function dropEmpty(root) {
  for (const node of [...root.querySelectorAll("p, div, h1, h2, h3, h4, h5, h6, li, span:not([data-note])")].reverse()) {
    if (!node.textContent?.replace(/\u00a0/g, " ").trim() && !node.querySelector("br, hr, table, [data-note]")) node.remove();
  }
}

/** Runs of no-break spaces are only layout. @param {Element} root */
function calmSpaces(root) {
  const walker = root.ownerDocument.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    node.nodeValue = (node.nodeValue ?? "").replace(/[\u200b\ufeff\u00ad]/g, "").replace(/[ \u00a0\n\t]{2,}/g, " ").replace(/[\n\t]/g, " ");
  }
}

/**
 * @typedef {{body: Element, notes: Map<string, Element>, images: number}} Cleaned
 * @param {string} html @returns {Cleaned}
 */
export function clean(html) {
  const body = parse(html);
  dropWordExtras(body);
  const images = body.querySelectorAll(IMAGES).length;
  for (const node of [...body.querySelectorAll(`${DROPPED}, ${IMAGES}`)]) node.remove();
  for (const node of [...body.querySelectorAll("*")]) if (node.tagName.includes(":")) unwrap(node);
  nameWordStyles(body);
  makeWordLists(body);
  const notes = takeNotes(body);
  for (const part of [body, ...notes.values()]) {
    nameStyles(part);
    keepLinks(part);
    calmSpaces(part);
    nestLists(part);
    flattenTables(part);
    dropEmpty(part);
  }
  return { body, notes, images };
}
