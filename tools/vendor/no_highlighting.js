// Stands in for @lezer/highlight, with which @lezer/markdown says how it would colour Markdown: the editor draws pages.
import { NodeProp } from "@lezer/common";

const colour = new NodeProp();

export class Tag {}
export const tags = { special: () => undefined };
export const styleTags = () => colour.add(() => undefined);
// What @codemirror/language would import if it went into the bundle.
export const highlightTree = undefined;
export const tagHighlighter = undefined;
