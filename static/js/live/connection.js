// The one WebSocket of the page: keeps it open, notices when it is gone, and says plainly when it cannot be had.

/**
 * "open" talks; "waiting" will try again; "blocked" too, but the network lets no WebSocket through while pages come;
 * the rest is final: the page has to be loaded again.
 * @typedef {"connecting" | "open" | "waiting" | "blocked" | "signed_out" | "replaced" | "protocol"} ConnectionState
 * @typedef {{opened: (hello: any) => void, message: (message: any) => void, changed: (state: ConnectionState) => void}} ConnectionListener
 */

const PROTOCOL = 1;
const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 10_000;
const SILENCE_MS = 20_000;
const ANSWER_MS = 8_000;
/** While the browser says that there is no network, both are this short: a frame that was under way proves little. */
const OFFLINE_MS = 1_000;
const HELLO_MS = 15_000;
/** So many sockets must fail before a hello until the network is suspected. */
const FAILURES = 3;
const FINAL = new Set(["signed_out", "replaced", "protocol"]);

export class Connection {
  /** @param {string} url @param {ConnectionListener} listener */
  constructor(url, listener) {
    this.url = url;
    this.listener = listener;
    /** @type {ConnectionState} */
    this.state = "connecting";
    /** @type {WebSocket | null} */
    this.socket = null;
    this.failures = 0;
    this.wait = FIRST_WAIT_MS;
    this.retry = 0;
    this.beat = 0;
    this.doubt = 0;
    window.addEventListener("online", () => this.nudge());
    window.addEventListener("offline", () => this.check());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.nudge());
    window.addEventListener("pageshow", (event) => event.persisted && this.nudge());
  }

  get isOpen() {
    return this.state === "open";
  }

  start() {
    clearTimeout(this.retry);
    if (this.socket || FINAL.has(this.state)) return;
    const socket = new WebSocket(this.url);
    this.socket = socket;
    socket.addEventListener("open", () => socket.send(JSON.stringify({ type: "hello", protocol: PROTOCOL })));
    socket.addEventListener("message", (event) => socket === this.socket && this.take(JSON.parse(event.data)));
    socket.addEventListener("close", () => socket === this.socket && this.lost());
    this.doubt = window.setTimeout(() => this.lost(), HELLO_MS);
  }

  /** @param {object} message */
  send(message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  /** @param {any} message */
  take(message) {
    clearTimeout(this.doubt);
    clearTimeout(this.beat);
    this.beat = window.setTimeout(() => this.check(), navigator.onLine ? SILENCE_MS : OFFLINE_MS);
    if (message.type === "hello") {
      this.failures = 0;
      this.wait = FIRST_WAIT_MS;
      this.become("open");
      this.listener.opened(message);
    } else if (message.type === "goodbye") this.goodbye(message.why);
    else if (message.type !== "pong") this.listener.message(message);
  }

  /** @param {string} why */
  goodbye(why) {
    if (why === "signed_out" || why === "replaced" || why === "protocol") {
      this.drop();
      this.become(why);
    } else this.wait = Math.max(this.wait, 1_000);
  }

  /** Asks whether somebody is still there; gives the socket up where nobody answers. */
  check() {
    if (!this.socket || !this.isOpen) return;
    clearTimeout(this.doubt);
    this.send({ type: "ping" });
    this.doubt = window.setTimeout(() => this.lost(), navigator.onLine ? ANSWER_MS : OFFLINE_MS);
  }

  /** Something has changed for the better, perhaps: tries at once. */
  nudge() {
    if (this.isOpen) this.check();
    else if (!this.socket) {
      this.wait = FIRST_WAIT_MS;
      this.start();
    }
  }

  /** Forgets the socket. */
  drop() {
    const { socket } = this;
    this.socket = null;
    clearTimeout(this.beat);
    clearTimeout(this.doubt);
    socket?.close();
  }

  lost() {
    const wasOpen = this.isOpen;
    this.drop();
    if (FINAL.has(this.state)) return;
    if (!wasOpen) this.failures++;
    if (this.state !== "blocked") this.become("waiting");
    this.retry = window.setTimeout(() => this.start(), this.wait * (0.5 + Math.random()));
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS);
    if (this.failures >= FAILURES && navigator.onLine) void this.suspect();
  }

  /** Pages come but no WebSocket does: signed out, or a network that blocks them. */
  async suspect() {
    try {
      const answer = await fetch(location.href, { method: "HEAD", cache: "no-store" });
      if (this.isOpen) return;
      if (answer.redirected || answer.status === 401) {
        this.drop();
        clearTimeout(this.retry);
        this.become("signed_out");
      } else if (answer.ok) this.become("blocked");
    } catch {
      this.become("waiting"); // No pages either: simply offline.
    }
  }

  /** @param {ConnectionState} state */
  become(state) {
    if (this.state === state) return;
    this.state = state;
    this.listener.changed(state);
  }
}
