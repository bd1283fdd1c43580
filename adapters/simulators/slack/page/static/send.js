// One request to the server; what it says comes up as a short notice.
export async function act(frame) {
  const { user } = document.body.dataset;
  return tell(fetch("/act", { method: "POST", body: JSON.stringify({ user, ...frame }) }));
}

export async function tell(request) {
  try {
    const answer = await (await request).json();
    if (answer.notice) toast(answer.notice);
    return answer;
  } catch {
    toast("The simulator cannot be reached.");
    return {};
  }
}

export function toast(text) {
  const node = document.createElement("div");
  node.className = "toast";
  node.textContent = text;
  document.getElementById("toasts").append(node);
  setTimeout(() => node.remove(), 6000);
}
