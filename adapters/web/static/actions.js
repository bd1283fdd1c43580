// Buttons: each says itself which frame it sends.
import { toast } from "./toasts.js";

const LIVE = "[data-press], [data-act]";

export function actions(link) {
  document.addEventListener("click", (event) => {
    const button = event.target.closest(LIVE);
    if (!button || button.disabled) return;
    // A word on an answer changes nothing that is drawn.
    const rated = /\/(good|bad)$/.test(button.dataset.press ?? "");
    link.send(frame(button.dataset), rated ? () => toast("Thank you: it is on the record.") : null);
    // One press is enough: what follows is drawn by the server, or refused in words.
    for (const each of button.closest(".gate")?.querySelectorAll(LIVE) ?? []) each.disabled = true;
  });
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-answer]");
    if (!form) return;
    event.preventDefault();
    const text = form.elements.text.value.trim();
    if (text) link.send({ type: "answer", question_id: form.dataset.answer, text });
  });
}

function frame({ press, act, grant }) {
  if (press) return { type: "press", token: press };
  return grant ? { type: act, grant_id: grant } : { type: act };
}
