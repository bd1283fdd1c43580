// The page: draws what the server says, sends what the person does.
import { Composer } from "/static/composer.js";
import { children } from "/static/morph.js";

const body = document.body;
const places = new Map([...document.querySelectorAll("[data-region]")].map((p) => [p.dataset.region, p]));
const modal = document.getElementById("modal");
const aside = document.getElementById("aside");
const page = { name: "", about: { names: [], commands: [] }, send, upload, toast };
const composers = Object.fromEntries(
  [...document.querySelectorAll(".composer")].map((form) => [form.dataset.column, new Composer(form, page)]),
);
let socket;
let tries = 0;

function open() {
  const west = new Date().getTimezoneOffset();
  socket = new WebSocket(`ws://${location.host}/live?west=${west}`);
  socket.onmessage = (message) => hear(JSON.parse(message.data));
  socket.onopen = () => (tries = 0);
  socket.onclose = () => {
    body.dataset.link = "down";
    setTimeout(open, Math.min(250 * 2 ** tries++, 4000));
  };
}

function hear(frame) {
  if (frame.name) page.name = frame.name;
  if (frame.error) toast(frame.error);
  if (!frame.regions) return;
  for (const [name, html] of Object.entries(frame.regions)) draw(places.get(name), html);
  const taught = JSON.stringify(frame.about.commands) !== JSON.stringify(page.about.commands);
  page.about = frame.about;
  aside.hidden = !frame.about.aside;
  composers.main.at(frame.about.main);
  if (frame.about.aside) composers.aside.at(frame.about.aside);
  // Commands that come while somebody types one are offered at once.
  if (taught) for (const composer of Object.values(composers)) composer.taught();
  const filled = modal.childElementCount > 0;
  if (filled && !modal.open) modal.showModal();
  if (!filled && modal.open) modal.close();
  body.dataset.link = "up";
}

function draw(place, html) {
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  children(place, fresh.content);
  settle(place.closest(".scroll"));
}

// Who reads the newest lines keeps seeing them; who reads further up is not moved.
function settle(scroll) {
  if (scroll && scroll.dataset.low !== "no") scroll.scrollTop = scroll.scrollHeight;
}

for (const scroll of document.querySelectorAll(".scroll")) {
  let last = 0;
  new ResizeObserver(() => settle(scroll)).observe(scroll.firstElementChild);
  new ResizeObserver(() => settle(scroll)).observe(scroll);
  scroll.addEventListener("scroll", () => {
    const left = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight;
    if (left < 60) scroll.dataset.low = "yes";
    else if (scroll.scrollTop < last) scroll.dataset.low = "no";
    last = scroll.scrollTop;
  });
}

function send(act, data = {}) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ act, ...data }));
  else toast("The simulation is not running; nothing was sent.");
}

async function upload(file) {
  const path = `/files/${page.name}?name=${encodeURIComponent(file.name)}`;
  const answer = await fetch(path, { method: "POST", body: file });
  if (answer.ok) return (await answer.json()).file;
  toast(answer.status === 413 ? `${file.name} is larger than 10 MB.` : await answer.text());
  return null;
}

function toast(text) {
  const line = document.createElement("div");
  line.textContent = text;
  document.getElementById("toasts").append(line);
  setTimeout(() => line.remove(), 6000);
}

const SPECIAL = {
  reply: (data, column) => composers[column].answer(data.message, data.author),
  edit: (data, column) => composers[column].change(data.message, words(data.message)),
};

function words(message) {
  return document.querySelector(`[data-key="${message}"] .words`)?.innerText.replace(/\(edited\)$/, "").trim() ?? "";
}

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-act]");
  if (target && !target.disabled) {
    const { act, ...data } = target.dataset;
    const column = target.closest("#aside") ? "aside" : "main";
    if (SPECIAL[act]) SPECIAL[act](data, column);
    else send(act, data);
    if (act === "go" || act === "direct") body.classList.remove("menu");
  } else if (!event.target.closest("#sidebar, #menu")) body.classList.remove("menu");
});

document.addEventListener("change", (event) => {
  const target = event.target;
  if (target.dataset.change === "be") send("be", { user: target.value });
  if (target.dataset.change === "pick" && !target.multiple) pick(target);
});
document.addEventListener("focusout", (event) => {
  if (event.target.dataset?.change === "pick" && event.target.multiple) pick(event.target);
});

function pick(select) {
  const values = [...select.selectedOptions].map((option) => option.value).filter(Boolean);
  if (values.length) send("click", { message: select.dataset.message, control: select.dataset.control, values });
}

modal.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const values = {};
  for (const field of form.querySelectorAll("[name]")) values[field.name] = await value(field);
  send("submit", { modal: form.dataset.modal, values });
});
modal.addEventListener("cancel", (event) => {
  event.preventDefault();
  send("dismiss", { modal: modal.firstElementChild?.dataset.modal });
});

async function value(field) {
  if (field.type === "checkbox") return field.checked;
  if (field.type === "file") return (await Promise.all([...field.files].map(upload))).filter(Boolean);
  if (field.nodeName === "SELECT") return [...field.selectedOptions].map((option) => option.value);
  return field.value;
}

document.getElementById("menu").addEventListener("click", () => body.classList.toggle("menu"));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !modal.open) {
    if (body.classList.contains("menu")) body.classList.remove("menu");
    else if (!aside.hidden && document.activeElement === body) send("back");
  }
});

open();
