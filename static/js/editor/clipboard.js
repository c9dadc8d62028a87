// Paste and drop: formatted text becomes Markdown, images are refused aloud, and what was copied here comes back as it was.
import { EditorView } from "../../vendor/codemirror.js";
import { wordsFacet } from "./language.js";
import { copying, inserting, pasting } from "./later.js";
import { tell } from "./messages.js";
import { markdownShown } from "./syntax.js";

/** Marks text copied out of this editor; other programs ignore it. */
const OWN_TYPE = "text/x-section-markdown";

/** @param {EditorView} view @param {number} number */
function refuseImages(view, number) {
  if (number) tell(view, view.state.facet(wordsFacet).imagesRefused(number), "warning");
}

/** @param {EditorView} view @param {DataTransfer} data */
function refuseFiles(view, data) {
  if (imageFiles(data)) refuseImages(view, imageFiles(data));
  else if (data.files.length) tell(view, view.state.facet(wordsFacet).filesRefused, "warning");
}

/** @param {DataTransfer} data */
const imageFiles = (data) => [...data.files].filter((file) => file.type.startsWith("image/")).length;

/**
 * @param {EditorView} view @param {DataTransfer} data @returns {boolean} whether it is dealt with
 */
function take(view, data) {
  const own = data.getData(OWN_TYPE);
  const html = data.getData("text/html");
  const plain = data.getData("text/plain").replace(/\r\n?/g, "\n");
  if (view.state.facet(markdownShown)) {
    if (!plain) refuseFiles(view, data);
    return !plain;
  }
  const images = imageFiles(data);
  if (own || html || plain) void insert(view, { own, html, plain, images });
  else refuseFiles(view, data);
  return true;
}

/** @param {EditorView} view @param {{own: string, html: string, plain: string, images: number}} given */
async function insert(view, { own, html, plain, images }) {
  const { insertMarkdown, insertPlain } = inserting.module ?? await inserting.load();
  if (own) insertMarkdown(view, own);
  else if (!html) insertPlain(view, plain);
  else {
    try {
      const { fromHtml } = pasting.module ?? await pasting.load();
      const read = fromHtml(html);
      if (read.markdown.trim()) insertMarkdown(view, read.markdown);
      else if (plain && !read.images) insertPlain(view, plain);
      refuseImages(view, read.images || (read.markdown.trim() ? 0 : images));
    } catch (error) {
      if (plain) insertPlain(view, plain);
      tell(view, view.state.facet(wordsFacet).pasteFailed, "warning");
      console.error(error);
    }
  }
}

/** @param {EditorView} view @param {ClipboardEvent} event */
function copy(view, event) {
  const { state } = view;
  if (state.selection.main.empty || !event.clipboardData) return false;
  const text = state.selection.ranges.map((range) => state.sliceDoc(range.from, range.to)).join("\n");
  const formats = state.facet(markdownShown) ? null : copying.module;
  const html = formats?.toHtml(text) ?? "";
  event.clipboardData.setData("text/plain", formats ? formats.toPlain(html) : text);
  if (html) event.clipboardData.setData("text/html", html);
  event.clipboardData.setData(OWN_TYPE, text);
  event.preventDefault();
  if (event.type === "cut" && !state.readOnly) view.dispatch({ ...state.replaceSelection(""), userEvent: "delete.cut", scrollIntoView: true });
  return true;
}

export const clipboard = EditorView.domEventHandlers({
  paste(event, view) {
    if (view.state.readOnly || !event.clipboardData) return false;
    const taken = take(view, event.clipboardData);
    if (taken) event.preventDefault();
    return taken;
  },
  drop(event, view) {
    if (!event.dataTransfer?.files.length) return false;
    event.preventDefault();
    if (!view.state.readOnly) refuseFiles(view, event.dataTransfer);
    return true;
  },
  copy: (event, view) => copy(view, event),
  cut: (event, view) => copy(view, event),
});
