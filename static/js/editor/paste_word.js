// Word's clipboard: list items are paragraphs that only say "mso-list", footnotes and comments are marked by style.

/** @param {Element} node */
export const styleOf = (node) => node.getAttribute("data-style") ?? node.getAttribute("style") ?? "";

/** @param {Element} root what Word adds and no reader should see */
export function dropWordExtras(root) {
  for (const node of root.querySelectorAll("*")) {
    const style = styleOf(node);
    const isComment = /mso-element:\s*comment-list|mso-comment-reference/.test(style) ||
      node.classList.contains("msocomanchor") || node.classList.contains("MsoCommentReference");
    if (isComment || /mso-hide:\s*all|display:\s*none/.test(style)) node.remove();
    else if (/mso-element:\s*footnote-list|mso-element:\s*endnote-list/.test(style)) {
      for (const child of [...node.children]) if (/^(HR|BR)$/.test(child.tagName)) child.remove();
    }
  }
}

/** Word's own styles that HTML has an element for. @param {Element} root */
export function nameWordStyles(root) {
  for (const [style, tag] of [["MsoTitle", "h1"], ["MsoSubtitle", "h2"], ["MsoQuote", "blockquote"], ["MsoIntenseQuote", "blockquote"]]) {
    for (const node of [...root.querySelectorAll(`p.${style}`)]) {
      const named = root.ownerDocument.createElement(tag ?? "p");
      named.append(...node.childNodes);
      node.replaceWith(named);
    }
  }
}

/** @param {Element} paragraph @returns {{level: number, isOrdered: boolean, list: string} | null} */
function listPlace(paragraph) {
  const match = /mso-list:\s*(l\d+)\s+level(\d+)/.exec(styleOf(paragraph));
  if (!match) return null;
  const mark = [...paragraph.querySelectorAll("*")].find((node) => /mso-list:\s*Ignore/i.test(styleOf(node)));
  const text = mark?.textContent?.trim() ?? "";
  mark?.remove();
  return { level: Number(match[2]), isOrdered: /^[(]?([0-9]+|[a-zA-Z]{1,4})[.)]/.test(text), list: match[1] ?? "" };
}

/** Makes real lists of Word's list paragraphs. @param {Element} root */
export function makeWordLists(root) {
  const document = root.ownerDocument;
  /** @type {{list: Element, level: number}[]} */
  let open = [];
  /** @type {Element | null} */
  let last = null;
  for (const paragraph of [...root.querySelectorAll("p, h1, h2, h3, h4, h5, h6")]) {
    const place = listPlace(paragraph);
    // A numbered heading stays a heading.
    if (!place || paragraph.tagName !== "P") continue;
    if (!last || paragraph.previousElementSibling !== last) open = [];
    while (open.length && (open.at(-1)?.level ?? 0) > place.level) open.pop();
    let current = open.at(-1);
    const tag = place.isOrdered ? "OL" : "UL";
    if (!current || current.level < place.level || current.list.tagName !== tag) {
      const list = document.createElement(tag);
      const parent = current && current.level < place.level ? current.list.lastElementChild : null;
      if (current && current.level === place.level) open.pop();
      if (parent) parent.append(list);
      else paragraph.before(list);
      current = { list, level: place.level };
      open.push(current);
      if (!parent) last = list;
    }
    const item = document.createElement("li");
    item.append(...paragraph.childNodes);
    current.list.append(item);
    paragraph.remove();
  }
}
