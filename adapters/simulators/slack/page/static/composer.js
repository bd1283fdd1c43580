// Message boxes: words, and files by button, paste and drop.
import { tell } from "./send.js";

export function composers() {
  for (const form of document.querySelectorAll("[data-say]")) composer(form);
  const [first] = [...document.querySelectorAll("[data-say] textarea")].reverse();
  if (first && matchMedia("(min-width: 761px)").matches) first.focus();
  document.addEventListener("click", ({ target }) => {
    const idea = target.closest("[data-idea]");
    if (idea) suggest(document.querySelector(".channel [data-say] textarea"), idea.dataset.idea);
  });
}

function suggest(say, words) {
  say.value = words;
  say.focus();
}

function composer(form) {
  const say = form.querySelector("textarea");
  const picked = form.querySelector("input[type=file]");
  const chips = form.querySelector(".chips");
  let files = [];

  const draw = () => chips.replaceChildren(...files.map((file) => chip(file, () => {
    files = files.filter((other) => other !== file);
    draw();
  })));
  const add = (given) => { files = [...files, ...given].slice(0, 10); draw(); };
  const send = async () => {
    if (!say.value.trim() && !files.length) return;
    const { user, channel } = document.body.dataset;
    const body = new FormData();
    for (const [name, value] of Object.entries({ user, channel, thread: form.dataset.thread, text: say.value })) body.append(name, value);
    for (const file of files) body.append("file", file, file.name);
    say.value = "";
    files = [];
    draw();
    await tell(fetch("/say", { method: "POST", body }));
    const scroller = form.parentElement.querySelector(".scroll");
    scroller.scrollTop = scroller.scrollHeight;
  };

  form.addEventListener("submit", (event) => { event.preventDefault(); send(); });
  say.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); send(); }
  });
  say.addEventListener("paste", (event) => {
    if (event.clipboardData.files.length) { event.preventDefault(); add(event.clipboardData.files); }
  });
  form.querySelector("[data-attach]").addEventListener("click", () => picked.click());
  picked.addEventListener("change", () => { add(picked.files); picked.value = ""; });
  const panel = form.parentElement;
  panel.addEventListener("dragover", (event) => event.preventDefault());
  panel.addEventListener("drop", (event) => { event.preventDefault(); add(event.dataTransfer.files); });
}

function chip(file, remove) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  item.className = "chip";
  item.textContent = file.name;
  button.type = "button";
  button.textContent = "×";
  button.ariaLabel = `Remove ${file.name}`;
  button.addEventListener("click", remove);
  item.append(button);
  return item;
}
