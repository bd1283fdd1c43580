// Fragments into regions: elements are replaced by key, in the order that the server names.
import { morph } from "./morph.js";
import { tick } from "./clocks.js";

const LIVE = "[data-press], [data-act], [data-answer] button";

export class Page {
  constructor() {
    this.regions = new Map();
    for (const node of document.querySelectorAll("[data-region]")) this.regions.set(node.dataset.region, node);
    this.scroll = document.getElementById("scroll");
    this.latest = document.getElementById("latest");
    this.spoken = document.getElementById("spoken");
    this.follows = true;
    this.scroll.addEventListener("scroll", () => this.look());
    this.latest.addEventListener("click", () => this.bottom());
  }

  connect() {
    this.fresh = true;
  }

  disconnect() {
    document.body.dataset.link = "down";
    document.getElementById("link").textContent = "The server is away. Connecting again…";
    this.able(false);
  }

  // All that the server has is here: what it did not name is gone, and buttons count again.
  complete(keys) {
    const known = new Set(keys);
    for (const node of document.querySelectorAll("[data-key]")) if (!known.has(node.dataset.key)) node.remove();
    document.body.dataset.link = "up";
    document.getElementById("link").textContent = "";
    this.fresh = false;
    this.able(true);
    this.follow();
  }

  // A step of a replay: these and no others, in the regions that they belong to.
  only(fragments) {
    const known = new Set(fragments.map(({ key }) => key));
    for (const name of ["stream", "dock", "timeline", "controls"]) {
      for (const node of [...this.regions.get(name).children]) if (!known.has(node.dataset.key)) node.remove();
    }
    for (const fragment of fragments) this.put(fragment);
    this.bottom();
  }

  able(yes) {
    for (const button of document.querySelectorAll(LIVE)) button.disabled = !yes;
  }

  put({ key, html, region, after }) {
    const old = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!html) return old?.remove();
    const home = this.regions.get(region);
    if (!home) return;
    const holder = document.createElement("template");
    holder.innerHTML = html;
    const fresh = holder.content.firstElementChild;
    fresh.dataset.key = key;
    const node = old ? morph(old, fresh) : fresh;
    this.place(node, home, after);
    if (this.fresh) for (const button of node.querySelectorAll(LIVE)) button.disabled = true;
    if (region === "dock" && !old) this.spoken.textContent = node.getAttribute("aria-label") || "";
    if (region === "title") document.title = `${node.textContent} · Aether`;
    tick(node);
    this.follow();
  }

  place(node, home, after) {
    const before = after ? document.querySelector(`[data-key="${CSS.escape(after)}"]`) : null;
    const next = before && before.parentNode === home ? before.nextElementSibling : home.firstElementChild;
    if (next !== node) home.insertBefore(node, next);
  }

  look() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroll;
    this.follows = scrollHeight - scrollTop - clientHeight < 80;
    this.latest.hidden = this.follows;
  }

  bottom() {
    this.follows = true;
    this.follow();
  }

  follow() {
    if (this.follows) this.scroll.scrollTop = this.scroll.scrollHeight;
  }
}
