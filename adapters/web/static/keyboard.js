// Everything without a mouse: / writes, Ctrl-K searches, d shows details, Escape twice stops.
import { toast } from "./toasts.js";

export function keyboard(link) {
  const story = document.getElementById("story");
  const say = document.getElementById("say");
  let escaped = 0;
  const show = () => (story.open ? story.close() : story.showModal());
  document.getElementById("details").addEventListener("click", show);
  document.getElementById("story-close").addEventListener("click", () => story.close());
  fold("menu", "sessions");
  fold("side-button", "side");

  addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea");
    if ((event.ctrlKey || event.metaKey) && event.key === "k") {
      event.preventDefault();
      open("menu", "sessions", true);
      document.getElementById("search").focus();
    } else if (event.key === "Escape") {
      if (close("menu", "sessions") || close("side-button", "side")) return;
      const stop = document.querySelector('[data-press$="/stop"]:not(:disabled)');
      if (!stop || story.open || document.body.dataset.replay !== undefined) return;
      if (Date.now() - escaped < 1500) link.send({ type: "press", token: stop.dataset.press });
      else toast("Escape once more stops the task.", 1500);
      escaped = Date.now();
    } else if (!typing && event.key === "/") {
      event.preventDefault();
      say.focus();
    } else if (!typing && !event.ctrlKey && !event.metaKey && !event.altKey && event.key === "d") {
      show();
    }
  });
}

function fold(button, panel) {
  const place = document.getElementById(panel);
  document.getElementById(button).addEventListener("click", () => {
    open(button, panel, !place.classList.contains("open"));
    place.focus();
  });
  document.querySelector("main").addEventListener("click", () => open(button, panel, false));
}

// Back to the button that opened it. Whether it was open.
function close(button, panel) {
  const place = document.getElementById(panel);
  if (!place.classList.contains("open")) return false;
  if (place.contains(document.activeElement)) document.getElementById(button).focus();
  open(button, panel, false);
  return true;
}

function open(button, panel, yes) {
  document.getElementById(panel).classList.toggle("open", yes);
  document.getElementById(button).setAttribute("aria-expanded", String(yes));
}
