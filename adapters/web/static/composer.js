// The message box: words, and files by button, drop and paste.
import { toast } from "./toasts.js";

const LIMIT = 25 * 1024 * 1024;
const FILES = 10;
const LETTERS = 40_000;

export function composer(link) {
  const form = document.getElementById("composer");
  const say = document.getElementById("say");
  const chips = document.getElementById("chips");
  const picked = document.getElementById("picked");
  const drop = document.getElementById("drop");
  let files = [];

  const grow = () => {
    say.rows = 1;
    say.rows = Math.min(12, Math.max(1, Math.round((say.scrollHeight - 14) / 22)));
  };
  const draw = () => {
    chips.replaceChildren(...files.map((file) => chip(file, () => {
      files = files.filter((other) => other !== file);
      draw();
    })));
  };
  const add = async (given) => {
    for (const file of given) {
      if (files.length >= FILES) return toast(`A message takes ${FILES} files at most.`);
      if (file.size > LIMIT) { toast(`${file.name} is larger than 25 MiB.`); continue; }
      const place = { name: file.name || "pasted.png" };
      files.push(place);
      draw();
      try {
        Object.assign(place, await upload(file, place.name));
      } catch (error) {
        files = files.filter((other) => other !== place);
        toast(`${place.name}: ${error.message}`);
      }
      draw();
    }
  };
  const send = () => {
    const text = say.value.trim();
    if (!text && !files.length) return;
    if (files.some((file) => !file.artifact)) return toast("A moment: a file is still on its way.");
    const sent = files.map(({ artifact, name, media_type }) => ({ artifact, name, media_type }));
    if ([...text].length > LETTERS || !link.send({ type: "message", text, files: sent })) {
      return toast("This message is too long: send it in parts, or attach it as a file.");
    }
    if (document.body.dataset.link !== "up") toast("Kept: it is sent as soon as the server is back.");
    say.value = "";
    files = [];
    draw();
    grow();
  };

  form.addEventListener("submit", (event) => { event.preventDefault(); send(); });
  say.addEventListener("input", grow);
  say.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); send(); }
  });
  say.addEventListener("paste", (event) => {
    if (event.clipboardData.files.length) { event.preventDefault(); add(event.clipboardData.files); }
  });
  document.getElementById("attach").addEventListener("click", () => picked.click());
  picked.addEventListener("change", () => { add([...picked.files]); picked.value = ""; });
  addEventListener("dragover", (event) => {
    if (event.dataTransfer.types.includes("Files")) { event.preventDefault(); drop.hidden = false; }
  });
  addEventListener("dragleave", (event) => { if (!event.relatedTarget) drop.hidden = true; });
  addEventListener("drop", (event) => { event.preventDefault(); drop.hidden = true; add(event.dataTransfer.files); });
  for (const idea of document.querySelectorAll(".idea")) {
    idea.addEventListener("click", () => { say.value = idea.textContent; grow(); say.focus(); });
  }
  if (matchMedia("(min-width: 761px)").matches) say.focus();

  // What could not be sent stands here again, before what was written since.
  return (frame) => {
    say.value = [frame.text, say.value].filter(Boolean).join("\n\n");
    files = [...frame.files, ...files];
    draw();
    grow();
  };
}

async function upload(file, name) {
  const answer = await fetch(`/files?name=${encodeURIComponent(name)}`, { method: "POST", body: file });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

function chip(file, remove) {
  const item = document.createElement("li");
  const name = document.createElement("span");
  const button = document.createElement("button");
  item.className = "chip";
  item.ariaBusy = String(!file.artifact);
  name.textContent = file.name;
  button.type = "button";
  button.textContent = "×";
  button.ariaLabel = `Remove ${file.name}`;
  button.addEventListener("click", remove);
  item.append(name, button);
  return item;
}
