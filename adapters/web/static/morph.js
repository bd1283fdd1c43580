// Make `old` look like `fresh` and keep what is the same: focus, selection, scroll, open folds.
export function morph(old, fresh) {
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName) {
    old.replaceWith(fresh);
    return fresh;
  }
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return old;
  }
  attributes(old, fresh);
  const wanted = [...fresh.childNodes];
  const here = [...old.childNodes];
  wanted.forEach((node, place) => {
    if (place < here.length) morph(here[place], node);
    else old.append(node);
  });
  for (const node of here.slice(wanted.length)) node.remove();
  return old;
}

function attributes(old, fresh) {
  const folds = old.nodeName === "DETAILS";
  const changed = folds && old.className !== fresh.className;
  for (const { name } of [...old.attributes]) {
    if (fresh.hasAttribute(name) || (folds && name === "open" && !changed)) continue;
    old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    // A fold that the reader opened or closed stays so, until it becomes another thing.
    if (folds && name === "open" && !changed) continue;
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
}
