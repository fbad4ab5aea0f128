// Keys. A control declares its key with data-key, a place of the navigation with data-go; nothing is bound elsewhere.
// Single characters are off while typing, inside a dialog, and when the user switched them off (WCAG 2.1.4).
import { clearSelection, moveSelection, openSelected, tickSelected } from "./selection.js";
import { openHelp } from "./help.js";
import { openPalette } from "./palette.js";
import { closeMenus } from "./menus.js";
import { isShown } from "./words.js";

const PREFIX_MS = 1500;
let waitsForPlace = 0;

const singleKeysAreOn = () => document.documentElement.dataset.singleKeys !== "off";

function isTyping(target) {
  return target.closest?.("textarea, select, [contenteditable=true], input:not([type=checkbox], [type=radio], [type=button], [type=submit])");
}

export function findKey(key) {
  const found = [...document.querySelectorAll("[data-key]")].filter(
    (control) => control.dataset.key.split(" ").includes(key) && !control.disabled && isShown(control),
  );
  return found.find((control) => control.closest("[data-selected-scope]")) ?? found[0];
}

function use(control) {
  if (control.matches("input, textarea, select")) control.focus();
  else control.click();
}

function isNative(target) {
  return target.closest?.("a[href], button, summary, input, [role=option][data-href]");
}

function onControl(event) {
  const key = event.key.toLowerCase();
  if (key === "k") { openPalette(); return true; }
  if (key !== "enter") return false;
  const control = findKey("ctrl+enter");
  const form = document.activeElement?.closest("form");
  if (control) control.click();
  else if (form) form.requestSubmit();
  else return false;
  return true;
}

function onEscape() {
  if (closeMenus()) return true;
  const drawer = findKey("escape");
  if (drawer) { drawer.click(); return true; }
  return clearSelection();
}

function onMove(event) {
  const key = event.key;
  if (key === "ArrowDown" || key === "ArrowUp") {
    const free = document.activeElement === document.body || document.activeElement?.closest("[data-list]");
    return Boolean(free) && moveSelection(key === "ArrowDown" ? 1 : -1, event.shiftKey);
  }
  if (key === "Enter") return !isNative(event.target) && (useIfThere("enter") || openSelected());
  if (key === " ") return !isNative(event.target) && tickSelected(event.shiftKey);
  return false;
}

function useIfThere(key) {
  const control = findKey(key);
  if (control) use(control);
  return Boolean(control);
}

function onCharacter(event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const now = Date.now();
  if (waitsForPlace && now - waitsForPlace < PREFIX_MS) {
    waitsForPlace = 0;
    const place = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
    if (place) { place.click(); return true; }
    return false;
  }
  waitsForPlace = 0;
  if (key === "g") { waitsForPlace = now; return true; }
  if (key === "j" || key === "k") return moveSelection(key === "j" ? 1 : -1, event.shiftKey);
  if (key === "/") { openPalette(); return true; }
  if (key === "?") { openHelp(); return true; }
  if (key === "[" || key === "]") return walkFlow(key === "]" ? 1 : -1);
  return useIfThere(key);
}

// The document flow of a record is walked from its current step.
function walkFlow(step) {
  const steps = [...document.querySelectorAll("[data-flow]")];
  const next = steps[steps.findIndex((each) => each.hasAttribute("aria-current")) + step];
  if (!next) return false;
  next.click();
  return true;
}

function onKey(event) {
  if (event.defaultPrevented || event.isComposing || event.altKey) return;
  const modified = event.ctrlKey || event.metaKey;
  if (modified) {
    if (onControl(event)) event.preventDefault();
    return;
  }
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") {
    if (isTyping(event.target)) event.target.blur();
    else if (onEscape()) event.preventDefault();
    return;
  }
  if (isTyping(event.target)) return;
  if (onMove(event) || (event.key.length === 1 && event.key !== " " && singleKeysAreOn() && onCharacter(event))) {
    event.preventDefault();
  }
}

export function startKeys() {
  document.addEventListener("keydown", onKey);
}
