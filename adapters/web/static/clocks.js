// Times in the reader's own zone, and durations that go on.
export function clocks() {
  setInterval(() => tick(document), 1000);
}

export function tick(root) {
  const now = Date.parse(document.body.dataset.replay || "") || Date.now();
  for (const node of root.querySelectorAll("time.since")) {
    const seconds = Math.max(0, Math.round((now - Date.parse(node.dataset.since)) / 1000));
    node.textContent = words(seconds);
  }
  for (const node of root.querySelectorAll("time.at")) {
    const at = new Date(node.dateTime);
    const fine = node.classList.contains("fine") ? { second: "2-digit" } : {};
    const today = at.toDateString() === new Date().toDateString();
    const day = today ? {} : { weekday: "short" };
    node.textContent = at.toLocaleString([], { ...day, hour: "2-digit", minute: "2-digit", ...fine });
    node.title = at.toLocaleString();
  }
}

function words(seconds) {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`;
  return `${Math.floor(seconds / 3600)} h ${String(Math.floor((seconds % 3600) / 60)).padStart(2, "0")} min`;
}
