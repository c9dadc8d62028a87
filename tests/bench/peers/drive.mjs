// Drives typing clients against one of the two servers and prints what it took from a key to another client.
//
// A client holds the document as its own browser code would: ours in CodeMirror's collab, the peer's in Yjs.
// Each edit inserts a mark `<client.edit>` somewhere; whoever receives it notes the time since it was typed.
import { collab, getSyncedVersion, receiveUpdates, sendableUpdates } from "@codemirror/collab";
import { ChangeSet, EditorState } from "@codemirror/state";
import { HocuspocusProvider, HocuspocusProviderWebsocket } from "@hocuspocus/provider";
import WebSocket from "ws";
import * as Y from "yjs";

const load = JSON.parse(process.argv[2]);
const MARK = /<(\d+\.\d+)>/g;
const typed = new Map();
const latencies = [];
let recording = false;

function received(text) {
  const at = performance.now();
  for (const [, id] of text.matchAll(MARK)) {
    const since = typed.get(id);
    if (recording && since !== undefined) latencies.push(at - since);
  }
}

class Ours {
  constructor(number, section) {
    this.name = `${Math.random().toString(36).slice(2, 10)}-${String(number).padStart(4, "0")}`;
    this.section = load.sections[section];
    this.n = 0;
    this.inFlight = false;
    this.socket = new WebSocket(load.url, {
      headers: { Cookie: load.cookies[number], Origin: load.origin }, perMessageDeflate: false,
    });
    this.ready = new Promise((resolve, reject) => {
      this.socket.on("open", () => {
        this.send({ type: "hello", protocol: 1 });
        this.send({ type: "open", section: this.section, revision: null });
      });
      this.socket.on("message", (data) => this.take(JSON.parse(String(data)), resolve));
      this.socket.on("error", reject);
      this.socket.on("close", () => this.closed || fail(`${this.name} was cut off`));
    });
  }

  send(message) {
    this.socket.send(JSON.stringify(message));
  }

  take(message, resolve) {
    if (message.type === "state") {
      this.state = EditorState.create({
        doc: message.text, extensions: [collab({ startVersion: message.revision, clientID: this.name })],
      });
      resolve();
    } else if (message.type === "rows") {
      for (const row of message.rows) {
        const update = { changes: ChangeSet.fromJSON(row.changes), clientID: row.client };
        this.state = receiveUpdates(this.state, [update]).state;
        if (row.client === this.name) this.inFlight = false;
        else for (const part of row.changes) if (Array.isArray(part) && part[1]) received(part[1]);
      }
      this.push();
    } else if (message.type === "refused" || message.type === "applied" || message.type === "goodbye") {
      fail(JSON.stringify(message));
    }
  }

  get length() {
    return this.state.doc.length;
  }

  insert(at, text) {
    this.state = this.state.update({ changes: { from: at, insert: text } }).state;
    this.push();
  }

  push() {
    if (this.inFlight) return;
    const updates = sendableUpdates(this.state).map((one) => ({ changes: one.changes.toJSON() }));
    if (!updates.length) return;
    this.inFlight = true;
    this.n += 1;
    const base = getSyncedVersion(this.state);
    this.send({ type: "updates", section: this.section, base, client: this.name, n: this.n, updates });
  }

  get text() {
    return this.state.doc.toString();
  }

  close() {
    this.closed = true;
    this.socket.terminate();
  }
}

class Peer {
  constructor(number, section) {
    this.document = new Y.Doc();
    this.content = this.document.getText("text");
    this.link = new HocuspocusProviderWebsocket({ url: load.url, WebSocketPolyfill: WebSocket });
    this.provider = new HocuspocusProvider({
      websocketProvider: this.link, name: load.sections[section], document: this.document,
    });
    this.provider.attach();
    this.ready = new Promise((resolve) => this.provider.on("synced", resolve));
    this.content.observe((event, transaction) => {
      if (transaction.local) return;
      for (const part of event.changes.delta) if (typeof part.insert === "string") received(part.insert);
    });
  }

  get length() {
    return this.content.length;
  }

  insert(at, text) {
    this.content.insert(at, text);
  }

  get text() {
    return this.content.toString();
  }

  close() {
    this.provider.destroy();
    this.link.destroy();
  }
}

function fail(why) {
  console.error(why);
  process.exit(1);
}

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const Client = load.kind === "ours" ? Ours : Peer;
const clients = [];
for (let number = 0; number < load.clients; number++) {
  clients.push(new Client(number, Math.floor(number / load.size)));
  await clients.at(-1).ready;
}

// Each types five times a second; the phases are spread evenly, the same for both servers.
const period = 1000 / load.rate;
let edits = 0;
const timers = clients.map((client, number) => {
  let edit = 0;
  const type = () => {
    const id = `${number}.${edit++}`;
    typed.set(id, performance.now());
    client.insert(Math.floor((client.length * ((number * 37 + edit * 11) % 100)) / 100), `<${id}>`);
    edits += 1;
  };
  return setTimeout(() => {
    type();
    timers[number] = setInterval(type, period);
  }, (period * number) / clients.length);
});
await wait(load.warm_s * 1000);
recording = true;
await wait(load.seconds * 1000);
recording = false;
timers.forEach(clearInterval);

function areEqual() {
  for (let first = 0; first < clients.length; first += load.size) {
    const texts = new Set(clients.slice(first, first + load.size).map((one) => one.text));
    if (texts.size !== 1 || ![...texts][0].includes("<")) return false;
  }
  return true;
}

let equal = false;
for (let tries = 0; tries < 20 && !equal; tries++) {
  await wait(500);
  equal = areEqual();
}
if (!latencies.length) fail("nothing was delivered");
latencies.sort((a, b) => a - b);
const at = (share) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))];
console.log(JSON.stringify({ edits, deliveries: latencies.length, equal, p50: at(0.5), p95: at(0.95), p99: at(0.99) }));
clients.forEach((one) => one.close());
process.exit(0);
