// Plays random histories of several browsers on one section, with latency, lost connections, late copies, undo and redo,
// against a small authority that checks as the server does. Prints one JSON object for each: what is wrong, and the log.
// Usage: node histories.mjs SEED COUNT
import { EditorSelection } from "../../../static/vendor/codemirror.js";
import { check, mapUpdates } from "../../../static/js/live/check.js";
import { runToJson } from "../../../static/js/live/runs.js";
import { Sheet } from "../../../static/js/live/sheet.js";
import { sidesField } from "../../../static/js/live/queue.js";
import { putBack, recordOf } from "../../../static/js/live/record.js";
import { repaired } from "../../../static/js/live/repair.js";
import { Sync } from "../../../static/js/live/sync.js";
import { digestOf, fold, rowFromJson, trackedFromJson, trackedToJson, updateFromJson } from "../../../static/js/live/tracking.js";
import { redo, undo } from "../../../static/js/live/undo.js";

const [seed, count] = process.argv.slice(2).map(Number);
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
  }

  take(message, socket) {
    if (message.type === "open") this.open(message, socket);
    else if (message.type === "updates") this.submit(message, socket);
  }

  open({ revision }, socket) {
    const rest = { may: "write", stage: "open", digest: digestOf(this.tracked) };
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
    const hand = { author: socket.person, organisation: 10 * socket.person, right: "write" };
    let tracked = this.tracked;
    const rows = [];
    for (const [i, update] of batch.entries()) {
      const verdict = check(tracked, update, hand, { base, log: (revision) => rowFromJson([...this.log, ...rows][revision - 1]) });
      if (verdict.refused) {
        this.refusals.push(verdict.refused);
        if (process.env.DEBUG) console.error(JSON.stringify({ update: updates[i], revision: tracked.revision, base, doc: tracked.doc.toString(), of: update.of && this.log[update.of - 1] }));
        const refusal = { type: "refused", client, refused: n, why: verdict.refused };
        this.decided.set(`${client} ${n}`, refusal);
        return socket.down.push({ ...refusal, head: this.log.length });
      }
      const row = { ...rowToJson(verdict.row), client, n, i };
      tracked = fold(tracked, rowFromJson(row));
      rows.push(row);
    }
    this.tracked = tracked;
    this.log.push(...rows);
    this.decided.set(`${client} ${n}`, { type: "applied", client, n });
    const message = { type: "rows", rows, head: this.log.length, ...(random() < 0.3 ? { digest: digestOf(tracked) } : {}) };
    for (const one of this.sockets) if (one.isOpen) one.down.push(message);
    return undefined;
  }
}

function rowToJson({ revision, author, organisation, changes, removed, given, of }) {
  return {
    revision, author, organisation, changes: changes.toJSON(), of,
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
      listener: { differs: (detail) => this.trouble.push(detail), kept: (items, why) => this.trouble.push(`kept: ${why}`) },
    });
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
  }

  step() {
    const { doc } = this.sheet.state;
    const choice = random();
    const at = whole(doc, below(doc.length + 1));
    if (choice < 0.005) this.edit({ from: at, insert: pick(LETTERS[this.person - 1]).repeat(12_100) }, "input.paste");
    else if (choice < 0.5) this.edit({ from: at, insert: word(this.person) }, "input.type");
    else if (choice < 0.75) this.edit({ from: at, to: whole(doc, Math.min(doc.length, at + below(6))), insert: random() < 0.3 ? word(this.person) : "" }, "delete");
    else if (choice < 0.92) undo(this.sheet);
    else redo(this.sheet);
    this.sync.pump();
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
    const page = pick(pages);
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
    const foreign = Array.from(piece).filter((letter) => !LETTERS[run.author - 1].includes(letter));
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
