// The list of sessions and its search.
import { morph } from "./morph.js";

const LOOK = 15_000; // milliseconds after which other sessions are looked for again
const CALM = 2_000; // milliseconds between two looks at what this session became

export function sessions() {
  const list = document.getElementById("list");
  const search = document.getElementById("search");
  let current = "";
  let typed = 0;
  let due = 0;

  const load = async () => {
    const answer = await fetch(`/sessions?limit=50&q=${encodeURIComponent(search.value)}`).catch(() => null);
    if (!answer?.ok) return;
    const { sessions: found } = await answer.json();
    const rows = found.map((session) => item(session, session.session_id === current));
    const fresh = list.cloneNode();
    fresh.append(...(rows.length ? rows : [empty(search.value)]));
    morph(list, fresh); // whoever is in the list stays where they are
  };
  // Nobody reads a hidden page: it looks when it is seen again.
  const soon = () => {
    if (due || document.hidden) return;
    due = setTimeout(() => { due = 0; document.hidden || load(); }, CALM);
  };
  search.addEventListener("input", () => { clearTimeout(typed); typed = setTimeout(load, 300); });
  document.addEventListener("visibilitychange", soon);
  setInterval(soon, LOOK);
  load();
  return { soon, current: (id) => { current = id; load(); } };
}

function item(session, isCurrent) {
  const row = document.createElement("li");
  const link = document.createElement("a");
  link.href = `/s/${session.session_id}`;
  if (isCurrent) link.setAttribute("aria-current", "page");
  const when = new Date(session.updated_at);
  const today = new Date().toDateString() === when.toDateString();
  const time = today ? when.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }) : when.toLocaleDateString();
  link.append(span("what", session.title), span(`dot ${session.state}`, ""), span("when", `${time} · ${session.state} · ${session.platform}`));
  row.append(link);
  return row;
}

function empty(words) {
  const row = document.createElement("li");
  row.className = "quiet";
  row.textContent = words ? "Nothing found." : "No sessions yet.";
  return row;
}

function span(style, text) {
  const node = document.createElement("span");
  node.className = style;
  node.textContent = text;
  return node;
}
