// The few texts scripts need, from the page (so they are in the message catalogues), and the one live region.
const store = document.getElementById("aq-words");

export function word(name, values = {}) {
  const text = store?.dataset[name] ?? "";
  return text.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? String(values[key]) : whole));
}

export function announce(text) {
  const live = document.getElementById("aq-live");
  if (!live || !text) return;
  live.textContent = "";
  window.setTimeout(() => { live.textContent = text; }, 50);
}

export function isShown(element) {
  return element.getClientRects().length > 0 && !element.closest("[hidden], [inert]");
}

// The name of a control without the key caps printed on it.
export function nameOf(element) {
  const given = element.getAttribute("aria-label") ?? element.dataset.words;
  if (given) return given;
  const copy = element.cloneNode(true);
  copy.querySelectorAll("kbd, svg").forEach((part) => part.remove());
  return copy.textContent.trim().replace(/\s+/g, " ");
}
