// What has just come or moved takes no press: whoever presses means what stood there before.
import { toast } from "./toasts.js";

const CALM = 700; // milliseconds
const NEAR = 4; // pixels that are no move
const PLACES = [".dock", ".side", ".top-controls"];
const LIVE = ":is([data-press], [data-act], [data-answer] button)";
const WATCHED = PLACES.map((place) => `${place} ${LIVE}`).join(", ");

export class Calm {
  constructor() {
    this.known = new Map(); // what a button does -> where it stands, and since when
    const sizes = new ResizeObserver(() => this.look());
    for (const node of document.querySelectorAll("[data-region], #scroll, .side")) sizes.observe(node);
    document.addEventListener("toggle", () => this.look(), true);
    document.addEventListener("click", (event) => this.judge(event), true);
  }

  look() {
    const now = performance.now();
    const known = new Map();
    let soonest = Infinity;
    for (const button of document.querySelectorAll(WATCHED)) {
      const at = place(button);
      if (!at) continue;
      const old = this.known.get(deed(button));
      const stayed = old && Math.hypot(old.at.x - at.x, old.at.y - at.y) <= NEAR;
      const rests = stayed ? old : { at, since: now };
      known.set(deed(button), rests);
      const left = rests.since + CALM - now;
      if (left > 0) button.setAttribute("aria-disabled", "true");
      else button.removeAttribute("aria-disabled");
      if (left > 0) soonest = Math.min(soonest, left);
    }
    this.known = known;
    clearTimeout(this.timer);
    if (soonest < Infinity) this.timer = setTimeout(() => this.look(), soonest + 1);
  }

  judge(event) {
    const button = event.target.closest?.(WATCHED);
    // Keys press what has the focus, wherever it moves.
    if (!button || (!event.detail && button === document.activeElement)) return;
    this.look();
    if (button.ariaDisabled !== "true") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    toast("This has just changed: look again.", 2000);
  }
}

function deed({ dataset, textContent }) {
  return dataset.press ?? (dataset.act ? `${dataset.act} ${dataset.grant ?? ""}` : textContent);
}

// Scrolling moves nothing: who scrolls knows it. Nothing where it is not seen at all.
function place(button) {
  if (button.closest("details:not([open])") || !button.getClientRects().length) return null;
  const { x, y } = button.getBoundingClientRect();
  return { x, y: y + (button.closest(PLACES.join(", "))?.scrollTop ?? 0) };
}
