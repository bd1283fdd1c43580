// Fragments into regions: elements are replaced by key, in the order that the server names.
import { Calm } from "./calm.js";
import { tick } from "./clocks.js";
import { morph } from "./morph.js";

const LIVE = "[data-press], [data-act], [data-answer] button";
const STAYS = 1000; // milliseconds that what was decided keeps its place
const LOGS = ".output.live, .thought.live > .thought-text";

export class Page {
  constructor() {
    this.regions = new Map();
    for (const node of document.querySelectorAll("[data-region]")) this.regions.set(node.dataset.region, node);
    this.scroll = document.getElementById("scroll");
    this.latest = document.getElementById("latest");
    this.spoken = document.getElementById("spoken");
    this.calm = new Calm();
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
    for (const node of document.querySelectorAll("[data-key]")) if (!known.has(node.dataset.key)) this.remove(node);
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
    if (!html) return old && this.remove(old);
    const home = this.regions.get(region);
    if (!home) return;
    const holder = document.createElement("template");
    holder.innerHTML = html;
    const fresh = holder.content.firstElementChild;
    fresh.dataset.key = key;
    const held = old?.contains(document.activeElement);
    const read = [...(old?.querySelectorAll(LOGS) ?? [])].filter((log) => left(log) > 24);
    const node = old ? morph(old, fresh) : fresh;
    this.place(node, home, after);
    if (this.fresh) for (const button of node.querySelectorAll(LIVE)) button.disabled = true;
    for (const log of node.querySelectorAll(LOGS)) if (!read.includes(log)) log.scrollTop = log.scrollHeight;
    if (!old && document.body.dataset.replay === undefined) this.tell(node, region);
    if (held) this.keep();
    if (region === "title") document.title = `${node.textContent} · Aether`;
    tick(node);
    this.follow();
    if (["dock", "grants", "controls"].includes(region)) this.calm.look();
  }

  // Said aloud: what waits for people, and that a task is over. The rest would be chatter.
  tell(node, region) {
    const over = region === "stream" && node.classList.contains("ending") && !this.fresh;
    const words = region === "dock" ? node.getAttribute("aria-label") : over ? node.textContent : "";
    if (words) this.spoken.replaceChildren(Object.assign(document.createElement("p"), { textContent: words }));
  }

  remove(node) {
    const docked = node.parentNode === this.regions.get("dock");
    if (docked && !this.fresh) this.leave(node);
    else node.remove();
    if (docked) this.keep();
  }

  // Nothing else comes under the pointer that pressed it.
  leave(node) {
    const gone = Object.assign(document.createElement("p"), { className: "gone", textContent: "Not open any more" });
    gone.style.height = `${node.offsetHeight}px`;
    node.replaceWith(gone);
    setTimeout(() => gone.remove(), STAYS);
  }

  // Whose button is gone goes on in the conversation by keyboard, not at the top of the page.
  keep() {
    if (document.activeElement === document.body) this.scroll.focus({ preventScroll: true });
  }

  place(node, home, after) {
    const before = after ? document.querySelector(`[data-key="${CSS.escape(after)}"]`) : null;
    let next = before && before.parentNode === home ? before.nextElementSibling : home.firstElementChild;
    while (next?.className === "gone") next = next.nextElementSibling;
    if (next !== node) home.insertBefore(node, next);
  }

  look() {
    this.follows = left(this.scroll) < 80;
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

// How much there is below what is seen.
function left({ scrollHeight, scrollTop, clientHeight }) {
  return scrollHeight - scrollTop - clientHeight;
}
