// Buttons and choices: each says itself what it means.
import { act } from "./send.js";

const dialog = document.getElementById("confirm");

export function presses() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-act]");
    if (!button || button.disabled) return;
    const { url, value, ...rest } = button.dataset;
    if (url) open(url, "_blank", "noopener,noreferrer");
    if (await agreed(button)) await press(button, { ...rest, value });
  });
  document.addEventListener("change", async (event) => {
    const one = event.target.closest("[data-act=choose]");
    const many = event.target.closest("[data-act=boxes]");
    const owner = one ?? many;
    if (!owner || !(await agreed(owner))) return;
    const value = many ? boxes(many) : chosen(one);
    await press(owner, { ...owner.dataset, act: "click", value });
    if (owner.classList.contains("overflow")) owner.value = "";
  });
}

async function press(node, { act: what, action, channel, ts, view, name, value }) {
  node.disabled = true;
  await act({ act: what, action, channel, ts, view, name, value });
  node.disabled = false;
}

export function chosen(node) {
  if (node.type === "datetime-local") return String(Math.floor(new Date(node.value).getTime() / 1000));
  return node.multiple ? [...node.selectedOptions].map((option) => option.value) : node.value;
}

export function boxes(group) {
  const found = [...group.querySelectorAll("input:checked")].map((input) => input.value);
  return group.querySelector("input[type=radio]") ? found[0] ?? null : found;
}

function agreed({ dataset }) {
  if (!dataset.confirm) return Promise.resolve(true);
  const [no, yes] = dialog.querySelectorAll("button");
  dialog.querySelector("h2").textContent = dataset.confirmTitle;
  dialog.querySelector("p").textContent = dataset.confirm;
  no.textContent = dataset.confirmNo;
  yes.textContent = dataset.confirmYes;
  dialog.showModal();
  return new Promise((resolve) => {
    const end = (answer) => { dialog.close(); resolve(answer); };
    no.onclick = () => end(false);
    yes.onclick = () => end(true);
    dialog.oncancel = () => resolve(false);
  });
}
