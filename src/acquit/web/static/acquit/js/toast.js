// One toast at a time, for ten seconds; it waits while the pointer or the focus is on it. Its undo is an ordinary POST.
const SHOWN_MS = 10000;
let timer = 0;

function rest(place) {
  window.clearTimeout(timer);
  if (place.querySelector("[data-toast]")) timer = window.setTimeout(() => place.replaceChildren(), SHOWN_MS);
}

export function startToasts() {
  const place = document.getElementById("aq-toasts");
  if (!place) return;
  rest(place);
  new MutationObserver(() => rest(place)).observe(place, { childList: true });
  ["pointerenter", "focusin"].forEach((name) => place.addEventListener(name, () => window.clearTimeout(timer)));
  ["pointerleave", "focusout"].forEach((name) => place.addEventListener(name, () => rest(place)));
  place.addEventListener("click", (event) => { if (event.target.closest("[data-dismiss]")) place.replaceChildren(); });
}
