// The tab: regions come from the server, presses go to it.
import { composers } from "./composer.js";
import { forms } from "./forms.js";
import { morph } from "./morph.js";
import { presses } from "./presses.js";

const WAITS = [250, 500, 1000, 2000];
const modal = document.getElementById("modal");
let tries = 0;

function show({ region, html }) {
  const old = document.querySelector(`[data-region="${region}"]`);
  if (!old) return;
  const scroller = old.closest(".scroll");
  const low = scroller && scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80;
  const fresh = old.cloneNode(false);
  fresh.innerHTML = html;
  const another = region === "modal" && formOf(old) !== formOf(fresh);
  if (another) old.replaceChildren(...fresh.childNodes);
  else morph(old, fresh);
  clocks(old);
  if (low) scroller.scrollTop = scroller.scrollHeight;
  if (region === "modal") modal.firstElementChild ? modal.open || modal.showModal() : modal.close();
}

const formOf = (node) => node.querySelector("form")?.dataset.form;

function clocks(node) {
  for (const time of node.querySelectorAll("time.ago")) time.textContent = ago(new Date(time.dateTime));
  for (const time of node.querySelectorAll("time[datetime]:not(.ago)")) {
    const day = time.classList.contains("day") ? { month: "short", day: "numeric" } : {};
    time.textContent = new Date(time.dateTime).toLocaleString([], { ...day, hour: "numeric", minute: "2-digit" });
  }
}

function ago(at) {
  const seconds = Math.max(0, Math.round((Date.now() - at) / 1000));
  const [size, unit] = [[86400, "day"], [3600, "hour"], [60, "minute"], [1, "second"]].find(([s]) => seconds >= s || s === 1);
  const count = Math.floor(seconds / size);
  return `${count} ${unit}${count === 1 ? "" : "s"} ago`;
}

setInterval(() => clocks(document), 1000);

function connect() {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(`${scheme}//${location.host}/live${location.search}`);
  socket.onopen = () => { tries = 0; document.body.dataset.link = "up"; };
  socket.onmessage = (message) => show(JSON.parse(message.data));
  socket.onclose = () => {
    document.body.dataset.link = "down";
    setTimeout(connect, WAITS[Math.min(tries++, WAITS.length - 1)]);
  };
}

clocks(document);
for (const scroller of document.querySelectorAll(".scroll")) scroller.scrollTop = scroller.scrollHeight;
document.addEventListener("click", ({ target }) => {
  if (target.closest("#menu")) document.body.classList.toggle("menu-open");
  else if (!target.closest("#rail")) document.body.classList.remove("menu-open");
});
composers();
presses();
forms(modal);
connect();
