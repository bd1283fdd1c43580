// A task once more, step by step: the server draws each step, and nothing here can be pressed.
export function replay(link, page, name) {
  const part = (id) => document.getElementById(id);
  const [bar, range, says, count] = ["replay", "replay-place", "replay-says", "replay-count"].map(part);
  let stops = [];
  let wanted = null;
  let busy = false;

  const fetched = async (query) => {
    const answer = await fetch(`/sessions/${name}/replay${query}`).catch(() => null);
    return answer?.ok ? answer.json() : null;
  };
  const show = (step, place) => {
    document.body.dataset.replay = step.at ?? "";
    range.value = place;
    range.setAttribute("aria-valuetext", `Step ${place + 1} of ${stops.length}: ${step.says}`);
    count.textContent = `Replay ${place + 1} of ${stops.length}`;
    says.textContent = step.says;
    page.only(step.fragments);
  };
  // The newest wish counts: who drags does not wait for the steps in between.
  const go = async (place) => {
    wanted = Math.min(Math.max(place, 0), stops.length - 1);
    range.value = wanted;
    if (busy) return;
    busy = true;
    while (wanted !== null && !bar.hidden) {
      const place = wanted;
      wanted = null;
      const step = await fetched(`?until=${stops[place]}`);
      if (step && !bar.hidden) show(step, place);
    }
    busy = false;
  };
  const begin = async () => {
    const all = await fetched("");
    if (!all?.stops.length) return;
    part("story").close();
    stops = all.stops;
    range.max = stops.length - 1;
    link.hold();
    bar.hidden = false;
    show(all, stops.length - 1);
    range.focus();
  };
  const end = () => {
    if (bar.hidden) return;
    bar.hidden = true;
    wanted = null;
    delete document.body.dataset.replay;
    link.release();
    part("say").focus();
  };

  part("story-replay").addEventListener("click", begin);
  part("replay-back").addEventListener("click", () => go(+range.value - 1));
  part("replay-on").addEventListener("click", () => go(+range.value + 1));
  part("replay-end").addEventListener("click", end);
  range.addEventListener("input", () => go(+range.value));
  addEventListener("keydown", (event) => {
    if (bar.hidden || part("story").open) return;
    if (event.key === "Escape") end();
    else if (event.target === range || event.target.closest("input, textarea")) return;
    else if (event.key === "ArrowLeft") go(+range.value - 1);
    else if (event.key === "ArrowRight") go(+range.value + 1);
  });
}
