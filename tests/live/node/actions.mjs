// Does single things in suggesting mode, each in a text with marks, and prints what stands there afterwards. A text is
// written with its marks: {+a|…+} is pending in suggestion a of this person, {-a|…-} struck by it; capital names are
// another person's. The caret or selection is given by [ and ].
// Usage: node actions.mjs < cases.json
import { readFileSync } from "node:fs";
import { EditorSelection } from "../../../static/vendor/codemirror.js";
import { sidesField, suggestingPart } from "../../../static/js/live/queue.js";
import { Sheet } from "../../../static/js/live/sheet.js";
import { suggesting } from "../../../static/js/live/suggesting.js";
import { trackedFromJson } from "../../../static/js/live/tracking.js";
import { undo } from "../../../static/js/live/undo.js";

const ME = { person: 2, organisation: 20 };
const person = (id) => (id === id.toUpperCase() ? 3 : 2);

/** Reads a text with marks. */
function read(marked) {
  const runs = [];
  const suggestions = {};
  let text = "";
  let [anchor, head] = [0, 0];
  for (const [, sign, id, inside, plain] of marked.matchAll(/\{([+-])(\w+)\|([^]*?)[+-]\}|([^{]+)/gu)) {
    const raw = inside ?? plain;
    const from = text.length;
    const open = raw.indexOf("[");
    const piece = raw.replace(/[[\]]/g, "");
    if (open >= 0) [anchor, head] = [from + open, from + open];
    const close = raw.replace("[", "").indexOf("]");
    if (close >= 0) head = from + close;
    text += piece;
    if (id) suggestions[id] = [person(id), 10 * person(id), 1];
    if (sign === "+") runs.push([piece.length, person(id), 10 * person(id), id]);
    else if (sign === "-") runs.push([piece.length, 1, 10, null, [id]]);
    else runs.push([piece.length, 1, 10]);
  }
  return { tracked: { revision: 1, text, runs, suggestions, returned: [], undone: [] }, anchor, head };
}

/** Writes a text with its marks, the caret as | where it is asked for. */
function written(sheet) {
  const { screen } = sheet.state.field(sidesField);
  let at = 0;
  let out = "";
  const caret = sheet.state.selection.main.head;
  for (const { length, insertion, strikes } of screen.runs) {
    const [from, to] = [at, (at += length)];
    let text = sheet.state.sliceDoc(from, to);
    if (caret >= from && (caret < to || (caret === to && to === sheet.state.doc.length))) text = `${text.slice(0, caret - from)}^${text.slice(caret - from)}`;
    for (const id of strikes) text = `{-${id}|${text}-}`;
    out += insertion === null ? text : `{+${insertion}|${text}+}`;
  }
  return out;
}

const DO = {
  type: (sheet, text) => replace(sheet, text, "input.type"),
  paste: (sheet, text) => replace(sheet, text, "input.paste"),
  delete: (sheet) => replace(sheet, "", "delete.selection"),
  backspace: (sheet) => step(sheet, -1, "delete.backward"),
  forward: (sheet) => step(sheet, 1, "delete.forward"),
  bold(sheet) {
    const { from, to } = sheet.state.selection.main;
    sheet.dispatch({ changes: [{ from, insert: "**" }, { from: to, insert: "**" }], userEvent: "input.format" });
  },
  prefix(sheet, text) {
    const line = sheet.state.doc.lineAt(sheet.state.selection.main.head);
    const [old] = /^(?:#+ |- |\d+\. )?/.exec(line.text);
    const changes = sheet.state.changes({ from: line.from, to: line.from + old.length, insert: text });
    sheet.dispatch({ changes, selection: EditorSelection.cursor(line.from + text.length), userEvent: text ? "input.list" : "delete.structure" });
  },
  move(sheet, to) {
    const { from, to: end } = sheet.state.selection.main;
    sheet.dispatch({ changes: [{ from, to: end }, { from: to, insert: sheet.state.sliceDoc(from, end) }], userEvent: "move.drop" });
  },
  undo: (sheet) => undo(sheet),
  caret: (sheet, at) => sheet.dispatch({ selection: EditorSelection.cursor(at) }),
};

function replace(sheet, text, userEvent) {
  sheet.dispatch({ ...sheet.state.replaceSelection(text), userEvent });
}

function step(sheet, by, userEvent) {
  const { head } = sheet.state.selection.main;
  const [from, to] = [Math.min(head, head + by), Math.max(head, head + by)];
  sheet.dispatch({ changes: { from, to }, selection: EditorSelection.cursor(from), userEvent });
}

const cases = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(cases.map(([text, actions]) => {
  const { tracked, anchor, head } = read(text);
  const sheet = new Sheet(trackedFromJson(tracked), "client", ME);
  let ids = 0;
  sheet.dispatch({ effects: suggestingPart.reconfigure(suggesting(() => `n${++ids}`)), selection: { anchor, head } });
  for (const [name, ...more] of actions) DO[name](sheet, ...more);
  return written(sheet);
})));
