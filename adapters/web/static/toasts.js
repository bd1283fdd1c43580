// Short words for this reader alone.
export function toast(text, lasts = 6000) {
  const node = document.createElement("div");
  node.className = "toast";
  node.textContent = text;
  document.getElementById("toasts").append(node);
  setTimeout(() => node.remove(), lasts);
}
