// Plays random histories of several browsers on one section, with latency, lost connections, late copies, undo and redo,
// against a small authority that checks as the server does. Prints one JSON object for each: what is wrong, and the log.
// With "suggesting" the second person may only suggest, the third now may write and now only suggest, and suggestions are
// accepted and rejected.
// Usage: node histories.mjs SEED COUNT [suggesting]
import { EditorSelection } from "../../../static/vendor/codemirror.js";
import { check, mapUpdates } from "../../../static/js/live/check.js";
import { runToJson } from "../../../static/js/live/runs.js";
import { Sheet } from "../../../static/js/live/sheet.js";
import { sidesField, suggestingPart, suggests } from "../../../static/js/live/queue.js";
import { recordOf } from "../../../static/js/live/record.js";
import { putBack } from "../../../static/js/live/recovery.js";
import { repaired } from "../../../static/js/live/repair.js";
import { suggesting } from "../../../static/js/live/suggesting.js";
import { Sync } from "../../../static/js/live/sync.js";
import { digestOf, fold, rowFromJson, trackedFromJson, trackedToJson, updateFromJson } from "../../../static/js/live/tracking.js";
import { redo, undo } from "../../../static/js/live/undo.js";
import { decision } from "./decisions.mjs";

const [seed, count] = process.argv.slice(2, 4).map(Number);
const isTracked = process.argv[4] === "suggesting";
// What everybody types: marks and line breaks.
const SIGNS = ["*", "#", "-", " ", "\n"];
// Each browser types its own letters only, so that every character tells who must be its author.
const LETTERS = [["a", "é", "â", "\n", "😀"], ["b", "œ", "ç", "’"], ["c", "ù", "ê", "·", "«"]];
let state = seed >>> 0;

function random() { // mulberry32
  state = (state + 0x6d2b79f5) >>> 0;
  let t = state;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
const below = (n) => Math.floor(random() * n);
const pick = (list) => list[below(list.length)];

class Authority {
  constructor() {
    this.start = { revision: 0, text: "", runs: [], suggestions: {}, returned: [], undone: [] };
    this.tracked = trackedFromJson(this.start);
    this.log = [];
    this.decided = new Map();
    this.refusals = [];
    this.sockets = new Set();
    this.rights = { 1: "write", 2: isTracked ? "suggest" : "write", 3: "write" };
  }

  /** Changes the right of the third person. */
  turn() {
    this.rights[3] = this.rights[3] === "write" ? "suggest" : "write";
    for (const socket of this.sockets) {
      if (socket.isOpen && socket.person === 3) socket.down.push({ type: "may", may: this.rights[3], stage: "open" });
    }
  }

  /** Accepts or rejects a suggestion. */
  decide() {
    const open = [...this.tracked.suggestions].filter(([, { outcome }]) => outcome === null);
    if (!open.length) return;
    const [id] = pick(open);
    const row = decision(this.tracked, { author: 1, organisation: 10 }, pick(["accept", "reject"]), id);
    this.append([{ ...rowToJson({ ...row, given: [] }), client: "decider", n: this.log.length, i: 0 }]);
  }

  take(message, socket) {
    if (message.type === "open") this.open(message, socket);
    else if (message.type === "updates") this.submit(message, socket);
  }

  open({ revision }, socket) {
    const rest = { may: this.rights[socket.person], stage: "open", digest: digestOf(this.tracked) };
    socket.isOpen = true;
    if (revision === null) return socket.down.push({ type: "state", ...trackedToJson(this.tracked), ...rest });
    const rows = this.log.slice(revision);
    if (rows.length) socket.down.push({ type: "rows", rows, head: this.log.length });
    return socket.down.push({ type: "opened", revision: this.log.length, ...rest });
  }

  submit({ base, client, n, updates }, socket) {
    const known = this.decided.get(`${client} ${n}`);
    if (known) return socket.down.push({ ...known, head: this.log.length });
    let batch = updates.map(updateFromJson);
    for (const row of this.log.slice(base)) batch = mapUpdates(batch, rowFromJson(row).changes);
    const hand = { author: socket.person, organisation: 10 * socket.person, right: this.rights[socket.person] };
    let tracked = this.tracked;
    const rows = [];
    for (const [i, update] of batch.entries()) {
      const verdict = check(tracked, update, hand, { base, log: (revision) => rowFromJson([...this.log, ...rows][revision - 1]) });
      if (verdict.refused) {
        this.refusals.push(`${socket.person} ${verdict.refused}`);
        if (process.env.DEBUG) console.error(JSON.stringify({ update: updates[i], revision: tracked.revision, base, doc: tracked.doc.toString(), of: update.of && this.log[update.of - 1] }));
        const refusal = { type: "refused", client, refused: n, why: verdict.refused };
        this.decided.set(`${client} ${n}`, refusal);
        return socket.down.push({ ...refusal, head: this.log.length });
      }
      const row = { ...rowToJson(verdict.row), client, n, i };
      tracked = fold(tracked, rowFromJson(row));
      rows.push(row);
    }
    this.decided.set(`${client} ${n}`, { type: "applied", client, n });
    return this.append(rows);
  }

  append(rows) {
    this.log.push(...rows);
    const tracked = rows.reduce((before, row) => fold(before, rowFromJson(row)), this.tracked);
    this.tracked = tracked;
    const message = { type: "rows", rows, head: this.log.length, ...(random() < 0.3 ? { digest: digestOf(tracked) } : {}) };
    for (const one of this.sockets) if (one.isOpen) one.down.push(message);
    return undefined;
  }
}

function rowToJson({ revision, author, organisation, changes, removed, given, of, suggestion, strike, restore, decide, ids, marks }) {
  return {
    revision, author, organisation, changes: changes.toJSON(), of, suggestion, strike, restore, decide, ids, marks,
    removed: removed && [removed.text, removed.runs.map(runToJson)], given: given.map(runToJson),
  };
}

/** One person's page. A lost connection loses what is under way, but what the server has in hand may still be taken. */
class Page {
  constructor(person, authority) {
    this.authority = authority;
    this.person = person;
    this.trouble = [];
    this.load(authority.start, `client-${person}-${seed}`, 0, null);
  }

  load(tracked, client, n, inFlight) {
    this.sheet = new Sheet(trackedFromJson(tracked), client, { person: this.person, organisation: 10 * this.person });
    const update = this.sheet.update.bind(this.sheet);
    this.sheet.update = (transactions) => { // As an editor does, whose listener asks to send.
      update(transactions);
      this.sync?.pump();
    };
    this.sync = new Sync({
      key: "s", holder: this.sheet, n, inFlight, later: () => {}, now: () => 1e12 + 1000 * clock++, newId: () => `x${below(1e9)}`, repaired,
      listener: { mayChanged: () => this.turn(), differs: (detail) => this.trouble.push(detail), kept: (items, why) => this.trouble.push(`kept: ${why}`) },
    });
  }

  /** Suggests from now on, or writes: who may only suggest has no choice. */
  turn() {
    if (!isTracked) return;
    const isForced = this.sync.may === "suggest" || this.person === 2;
    const isOn = isForced || (this.person === 3 && random() < 0.5);
    this.sheet.dispatch({ effects: suggestingPart.reconfigure(isOn ? suggesting(() => `s${below(1e9)}`) : []) });
  }

  connect() {
    this.socket = { person: this.person, up: [], down: [], isOpen: false };
    this.authority.sockets.add(this.socket);
    const { socket } = this;
    this.sync.connect((message) => socket.up.push(structuredClone(message)));
    socket.up.push({ type: "open", revision: this.sync.wanted });
  }

  cut() {
    if (!this.socket) return;
    this.authority.sockets.delete(this.socket);
    late.push(...this.socket.up.filter(() => random() < 0.6).map((message) => ({ message, socket: this.socket })));
    this.socket = null;
    this.sync.disconnect();
  }

  /** Loads the page anew from what the browser kept, as unsaved.js does. */
  reload() {
    this.cut();
    const { confirmed, client, n, inFlight, items } = JSON.parse(JSON.stringify(recordOf(this.sync)));
    this.load(confirmed, client, n, inFlight);
    putBack(this.sheet, items);
    this.turn();
  }

  step() {
    const { doc } = this.sheet.state;
    const choice = random();
    const at = whole(doc, below(doc.length + 1));
    if (choice < 0.005) this.edit({ from: at, insert: pick(LETTERS[this.person - 1]).repeat(12_100) }, "input.paste");
    else if (isTracked && choice < 0.15) this.mark(at);
    else if (isTracked && choice < 0.3) this.key(at);
    else if (choice < 0.5) this.edit({ from: at, insert: word(this.person) }, "input.type");
    else if (choice < 0.75) this.edit({ from: at, to: whole(doc, Math.min(doc.length, at + below(6))), insert: random() < 0.3 ? word(this.person) : "" }, "delete");
    else if (choice < 0.92) undo(this.sheet);
    else redo(this.sheet);
    this.sync.pump();
  }

  /** Puts marks around some words, or before them. */
  mark(at) {
    const { doc } = this.sheet.state;
    const to = whole(doc, Math.min(doc.length, at + below(5)));
    const line = doc.lineAt(at);
    const choice = below(3);
    if (choice === 0) this.edit([{ from: at, insert: "**" }, { from: to, insert: "**" }], "input.format");
    else if (choice === 1) this.edit({ from: line.from, to: line.from + /^[#-]* ?/.exec(line.text)[0].length, insert: pick(["# ", "- ", ""]) }, "input.list");
    else this.edit({ from: at, insert: "\n\n" }, "input");
  }

  /** Backspace, Delete, or a letter, several times at the caret. */
  key(at) {
    this.sheet.dispatch({ selection: EditorSelection.cursor(at) });
    const choice = below(3);
    for (let times = 1 + below(3); times; times--) {
      const { doc, selection: { main: { head } } } = this.sheet.state;
      const next = choice === 0 ? whole(doc, Math.max(0, head - 1)) : whole(doc, Math.min(doc.length, head + 1));
      const end = next === head && choice === 1 ? Math.min(doc.length, head + 2) : next;
      const spec = choice === 2 ? { changes: { from: head, insert: word(this.person) }, userEvent: "input.type" }
        : { changes: { from: Math.min(head, end), to: Math.max(head, end) }, userEvent: choice ? "delete.forward" : "delete.backward", selection: EditorSelection.cursor(Math.min(head, end)) };
      this.sheet.dispatch(spec);
    }
  }

  edit(change, userEvent) {
    this.sheet.dispatch({ changes: change, userEvent, selection: EditorSelection.cursor(0) });
  }

  deliver() {
    if (!this.socket) return;
    if (random() < 0.5 && this.socket.up.length) this.authority.take(this.socket.up.shift(), this.socket);
    else if (this.socket.down.length) this.sync.take(structuredClone(this.socket.down.shift()));
    this.sync.pump();
  }
}

let clock = 0;
let late = [];
const word = (person) => Array.from({ length: 1 + below(3) }, () => pick(LETTERS[person - 1])).join("");

function whole(doc, at) {
  const unit = doc.sliceString(at, at + 1).charCodeAt(0);
  return unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at;
}

function play() {
  late = [];
  const authority = new Authority();
  const pages = [1, 2, 3].map((person) => new Page(person, authority));
  pages.forEach((page) => page.connect());
  for (let step = 0; step < 120; step++) {
    if (isTracked && random() < 0.06) authority.decide();
    if (isTracked && random() < 0.02) authority.turn();
    const page = pick(pages);
    if (random() < 0.02) page.turn();
    const choice = random();
    if (choice < 0.3) page.step();
    else if (choice < 0.93) page.deliver();
    else if (choice < 0.96) page.cut();
    else if (choice < 0.975) page.reload();
    else if (!page.socket) page.connect();
    if (late.length && random() < 0.1) take(late.shift(), authority);
  }
  for (const page of pages) if (!page.socket) page.connect();
  while (late.length) take(late.shift(), authority);
  for (let quiet = 0; quiet < 30; quiet++) {
    for (const page of pages) {
      if (page.socket.up.length || page.socket.down.length) quiet = 0;
      page.deliver();
    }
  }
  return verdict(authority, pages);
}

/** A batch of a connection that is gone; its answer goes nowhere. */
function take({ message, socket }, authority) {
  if (message.type === "updates") authority.take(message, { ...socket, down: [] });
}

function verdict(authority, pages) {
  const wrong = pages.flatMap((page) => page.trouble);
  const text = authority.tracked.doc.toString();
  for (const { sheet, sync, person } of pages) {
    const { screen } = sheet.state.field(sidesField);
    if (sync.unconfirmed || sync.inFlight) wrong.push(`page ${person} is not saved`);
    if (sheet.state.doc.toString() !== text) wrong.push(`page ${person} shows another text`);
    if (digestOf(screen) !== digestOf(authority.tracked)) wrong.push(`page ${person} shows other authors`);
  }
  let at = 0;
  for (const run of authority.tracked.runs) {
    const piece = text.slice(at, (at += run.length));
    const foreign = Array.from(piece).filter((letter) => ![...LETTERS[run.author - 1], ...(isTracked ? SIGNS : [])].includes(letter));
    if (foreign.length) wrong.push(`${JSON.stringify(foreign.join(""))} is not by ${run.author}`);
  }
  return { wrong, refusals: authority.refusals, log: authority.log, digest: digestOf(authority.tracked), text };
}

for (let i = 0; i < count; i++) {
  try {
    console.log(JSON.stringify(play()));
  } catch (error) {
    console.log(JSON.stringify({ wrong: [String(error.stack)], refusals: [], log: [], digest: "", text: "" }));
  }
}
