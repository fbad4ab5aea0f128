// The palette: records from /find?q= first, then what can be done here, then places. The server answers with a
// fragment of options; only the newest answer is shown, so a slow one never overwrites a later one.
import { announce, isShown, nameOf, word } from "./words.js";

const WAIT_MS = 90;
let dialog, input, results, newest = 0, timer = 0;

const options = () => [...results.querySelectorAll("[role=option]")].filter(isShown);
const chosen = () => results.querySelector("[role=option][aria-selected=true]");

export function openPalette() {
  if (!dialog || dialog.open) return;
  document.querySelectorAll("dialog[open]").forEach((other) => other.close());
  gatherActs();
  dialog.showModal();
  input.select();
  filter();
}

function gatherActs() {
  const group = results.querySelector("[data-palette-acts]");
  group.querySelectorAll("[role=option]").forEach((old) => old.remove());
  const seen = new Set();
  const controls = [...document.querySelectorAll("main [data-key]")].filter((each) => isShown(each) && !each.disabled);
  controls.forEach((control, place) => {
    const name = nameOf(control);
    if (!name || seen.has(name)) return;
    seen.add(name);
    const option = document.createElement("div");
    option.id = `aq-act-${place}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.dataset.words = name;
    const label = document.createElement("span");
    label.textContent = name;
    option.append(label);
    const cap = control.querySelector("kbd");
    if (cap) {
      const caps = document.createElement("span");
      caps.className = "push";
      caps.append(cap.cloneNode(true));
      option.append(caps);
    }
    option.addEventListener("click", () => { dialog.close(); control.click(); });
    group.append(option);
  });
}

function filter() {
  const wanted = input.value.trim().toLocaleLowerCase();
  results.querySelectorAll("[data-palette-acts], [data-palette-places]").forEach((group) => {
    let left = 0;
    group.querySelectorAll("[role=option]").forEach((option) => {
      const fits = !wanted || option.dataset.words.toLocaleLowerCase().includes(wanted);
      option.hidden = !fits;
      left += fits ? 1 : 0;
    });
    group.hidden = left === 0;
  });
  settle();
}

function settle() {
  const shown = options();
  if (!shown.includes(chosen())) choose(shown[0]);
  dialog.querySelector("[data-none]").hidden = shown.length > 0 || !input.value.trim();
}

function choose(option) {
  results.querySelectorAll("[role=option][aria-selected=true]").forEach((other) => other.setAttribute("aria-selected", "false"));
  if (!option) { input.removeAttribute("aria-activedescendant"); return; }
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-activedescendant", option.id);
}

async function ask() {
  const wanted = input.value.trim();
  const mine = ++newest;
  const address = dialog.dataset.find;
  const before = results.querySelector("[data-palette-found]");
  if (!wanted || !address) { before?.remove(); settle(); return; }
  const started = performance.now();
  let answer;
  try {
    answer = await fetch(`${address}?q=${encodeURIComponent(wanted)}`, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
  } catch {
    announce(word("offline"));
    return;
  }
  if (mine !== newest || !answer.ok) return;
  const found = document.createElement("div");
  found.dataset.paletteFound = "";
  found.setAttribute("role", "presentation");
  found.innerHTML = await answer.text();
  if (mine !== newest) return;
  results.querySelector("[data-palette-found]")?.remove();
  results.prepend(found);
  dialog.querySelector("[data-took]").textContent = word("took", { ms: Math.round(performance.now() - started) });
  choose(options()[0]);
  settle();
}

function run(option) {
  if (!option) return;
  if (option.dataset.href) window.location.assign(option.dataset.href);
  else option.click();
}

function onKey(event) {
  const shown = options();
  const at = shown.indexOf(chosen());
  if (event.key === "ArrowDown") choose(shown[Math.min(at + 1, shown.length - 1)]);
  else if (event.key === "ArrowUp") choose(shown[Math.max(at - 1, 0)]);
  else if (event.key === "Enter") run(chosen());
  else return;
  event.preventDefault();
}

export function startPalette() {
  dialog = document.getElementById("aq-palette");
  if (!dialog) return;
  input = dialog.querySelector("input");
  results = dialog.querySelector("#aq-palette-results");
  input.addEventListener("keydown", onKey);
  input.addEventListener("input", () => {
    filter();
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, WAIT_MS);
  });
  results.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option][data-href]");
    if (option) run(option);
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  document.addEventListener("click", (event) => { if (event.target.closest("[data-open-palette]")) openPalette(); });
}
