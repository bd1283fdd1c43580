// The WebSocket: opens again by itself; what was not acknowledged is sent again under its name.
const WAITS = [250, 500, 1000, 2000, 4000];
const SILENCE = 10_000; // milliseconds without a word after ours: nobody is there any more

export class Link {
  constructor(path, handlers) {
    this.path = path;
    this.handlers = handlers;
    this.pending = new Map();
    this.tries = 0;
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
      this.heard();
      const frame = JSON.parse(message.data);
      const answered = frame.ack || frame.error;
      if (answered?.id) this.pending.delete(answered.id);
      this.handlers.frame(frame);
    };
    socket.onclose = () => this.socket === socket && this.again();
  }

  // Closing may take a minute where the network is gone: what comes of it is not waited for.
  drop() {
    clearTimeout(this.timer);
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

  heard() {
    clearTimeout(this.silence);
    this.silence = undefined;
  }

  put(text) {
    this.socket.send(text);
    this.silence ??= setTimeout(() => this.again(), SILENCE);
  }

  send(frame) {
    const id = [...crypto.getRandomValues(new Uint32Array(3))].map((n) => n.toString(36)).join("");
    const text = JSON.stringify({ ...frame, id });
    // Words wait for the connection; a button is meant for what is on the screen now.
    if (frame.type === "message") this.pending.set(id, text);
    if (this.socket?.readyState === WebSocket.OPEN) this.put(text);
  }
}
