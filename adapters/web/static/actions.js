// Buttons: each says itself which frame it sends.
export function actions(link) {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act]");
    if (!button || button.disabled) return;
    link.send(frame(button.dataset));
    // One press is enough: what follows is drawn by the server, or refused in words.
    for (const each of button.closest(".gate")?.querySelectorAll("[data-act]") ?? []) each.disabled = true;
  });
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-answer]");
    if (!form) return;
    event.preventDefault();
    const text = form.elements.text.value.trim();
    if (text) link.send({ type: "answer", question_id: form.dataset.answer, text });
  });
}

function frame({ act, approval, duration, question, text, run, grant, good }) {
  switch (act) {
    case "approve": return { type: act, approval_id: approval, duration };
    case "deny": return { type: act, approval_id: approval };
    case "answer": return { type: act, question_id: question, text };
    case "stop": return { type: act, run_id: run };
    case "revoke": return { type: act, grant_id: grant };
    case "feedback": return { type: act, run_id: run, good: good === "true" };
    default: return { type: act };
  }
}
