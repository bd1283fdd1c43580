// The WebSocket: opens again by itself; what was not acknowledged is sent again under its name.
const WAITS = [250, 500, 1000, 2000, 4000];

export class Link {
  constructor(path, handlers) {
    this.path = path;
    this.handlers = handlers;
    this.pending = new Map();
    this.tries = 0;
    addEventListener("online", () => this.open());
    addEventListener("visibilitychange", () => document.hidden || this.open());
  }

  // Nothing comes in until it is opened again.
  hold() {
    this.held = true;
    clearTimeout(this.timer);
    this.socket?.close();
  }

  release() {
    this.held = false;
    this.open();
  }

  open() {
    if (this.held) return;
    if (this.socket && this.socket.readyState < WebSocket.CLOSING) return;
    clearTimeout(this.timer);
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}${this.path}`);
    this.socket = socket;
    socket.onopen = () => {
      this.tries = 0;
      this.handlers.up();
      for (const text of this.pending.values()) socket.send(text);
    };
    socket.onmessage = (message) => {
      const frame = JSON.parse(message.data);
      const answered = frame.ack || frame.error;
      if (answered?.id) this.pending.delete(answered.id);
      this.handlers.frame(frame);
    };
    socket.onclose = () => {
      if (this.socket !== socket || this.held) return;
      this.handlers.down();
      this.timer = setTimeout(() => this.open(), WAITS[Math.min(this.tries++, WAITS.length - 1)]);
    };
  }

  send(frame) {
    const id = [...crypto.getRandomValues(new Uint32Array(3))].map((n) => n.toString(36)).join("");
    const text = JSON.stringify({ ...frame, id });
    // Words wait for the connection; a button is meant for what is on the screen now.
    if (frame.type === "message") this.pending.set(id, text);
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(text);
  }
}
