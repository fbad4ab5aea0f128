// The overlay of keys: what this page declares, read from its controls, above what holds everywhere.
import { isShown, nameOf } from "./words.js";

let dialog;

export function openHelp() {
  if (!dialog || dialog.open) return;
  const list = dialog.querySelector("[data-page-keys]");
  list.replaceChildren();
  const seen = new Set();
  document.querySelectorAll("main [data-key]").forEach((control) => {
    const name = nameOf(control);
    const caps = [...control.querySelectorAll("kbd")];
    if (!name || !caps.length || seen.has(name) || !isShown(control)) return;
    seen.add(name);
    const row = document.createElement("div");
    const term = document.createElement("dt");
    caps.forEach((cap) => { const copy = cap.cloneNode(true); copy.removeAttribute("aria-hidden"); term.append(copy); });
    const meaning = document.createElement("dd");
    meaning.textContent = name;
    row.append(term, meaning);
    list.append(row);
  });
  list.hidden = !list.children.length;
  dialog.showModal();
}

export function startHelp() {
  dialog = document.getElementById("aq-help");
  if (!dialog) return;
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  document.addEventListener("click", (event) => { if (event.target.closest("[data-open-help]")) openHelp(); });
}
