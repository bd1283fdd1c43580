// The WebSocket: opens again by itself; what was not acknowledged is sent again under its name.
import { toast } from "./toasts.js";

const LIMIT = 64 * 1024; // bytes of one frame
const TOO_LARGE = 1009; // why a server, or a proxy before it, ends the line
const WAITS = [250, 500, 1000, 2000, 4000];
const SILENCE = 10_000; // milliseconds without a word while an answer is owed: nobody is there any more

export class Link {
  constructor(path, handlers) {
    this.path = path;
    this.handlers = handlers;
    this.pending = new Map();
    this.done = new Map(); // what follows when a frame is acknowledged
    this.tries = 0;
    this.owed = 0; // answers: the server gives one to whatever it is sent
    addEventListener("online", () => this.held || this.again()); // another network: the old line is dead
    addEventListener("visibilitychange", () => document.hidden || this.open());
  }

  // Nothing comes in until it is opened again.
  hold() {
    this.held = true;
    this.drop();
  }

  release() {
    this.held = false;
    this.open();
  }

  open() {
    if (this.held || this.socket) return;
    clearTimeout(this.timer);
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}${this.path}`);
    this.socket = socket;
    socket.onopen = () => {
      this.tries = 0;
      this.handlers.up();
      for (const text of this.pending.values()) this.put(text);
    };
    socket.onmessage = (message) => {
      const frame = JSON.parse(message.data);
      const answered = frame.ack || frame.error;
      if (answered && this.owed) this.owed -= 1;
      this.heard();
      if (frame.ack) this.done.get(frame.ack.id)?.();
      if (answered?.id) this.take(answered.id, Boolean(frame.error));
      this.handlers.frame(frame);
    };
    socket.onclose = ({ code }) => {
      if (this.socket !== socket) return;
      // Sent again it would end the next line, too.
      if (code === TOO_LARGE) this.refused();
      this.again();
    };
  }

  refused() {
    toast("The message is too long for what is between this page and the server: send it in parts.");
    for (const id of [...this.pending.keys()]) this.take(id, true);
  }

  // No more waited for. What was refused goes back to whoever wrote it.
  take(id, refused) {
    const text = this.pending.get(id);
    this.pending.delete(id);
    this.done.delete(id);
    if (text && refused) this.handlers.back(JSON.parse(text));
  }

  // Closing may take a minute where the network is gone: what comes of it is not waited for.
  drop() {
    clearTimeout(this.timer);
    this.owed = 0;
    this.done.clear();
    this.heard();
    const socket = this.socket;
    this.socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = null;
    socket.close();
  }

  again() {
    this.drop();
    this.handlers.down();
    this.timer = setTimeout(() => this.open(), WAITS[Math.min(this.tries++, WAITS.length - 1)]);
  }

  // Whoever speaks is there; an answer to us may still be missing.
  heard() {
    clearTimeout(this.silence);
    this.silence = this.owed ? setTimeout(() => this.again(), SILENCE) : undefined;
  }

  put(text) {
    this.socket.send(text);
    this.owed += 1;
    this.silence ??= setTimeout(() => this.again(), SILENCE);
  }

  // Whether it is small enough to be sent at all.
  send(frame, done) {
    const id = [...crypto.getRandomValues(new Uint32Array(3))].map((n) => n.toString(36)).join("");
    const text = JSON.stringify({ ...frame, id });
    if (new TextEncoder().encode(text).length > LIMIT) return false;
    // Words wait for the connection; a button is meant for what is on the screen now.
    if (frame.type === "message") this.pending.set(id, text);
    if (this.socket?.readyState === WebSocket.OPEN) {
      if (done) this.done.set(id, done);
      this.put(text);
    }
    return true;
  }
}
