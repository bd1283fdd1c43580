// Make `old` look like `fresh` and keep what is the same: focus, scroll, what is half filled in.
export function morph(old, fresh) {
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName || key(old) !== key(fresh)) {
    old.replaceWith(fresh);
    return;
  }
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes)
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  children(old, fresh);
}

export function children(old, fresh) {
  const known = new Map([...old.children].filter((node) => key(node)).map((node) => [key(node), node]));
  let here = old.firstChild;
  for (const node of [...fresh.childNodes]) {
    const same = key(node) ? known.get(key(node)) : here && !key(here) ? here : null;
    if (!same) {
      old.insertBefore(node, here);
      continue;
    }
    if (same === here) here = here.nextSibling;
    else old.insertBefore(same, here);
    morph(same, node);
  }
  while (here) {
    const next = here.nextSibling;
    here.remove();
    here = next;
  }
}

function key(node) {
  return node.dataset?.key ?? "";
}
