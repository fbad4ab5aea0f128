// Choosing while typing: a field with data-pick fills a list by htmx; the arrows walk it, Enter takes the marked one. A row
// that arrives takes the focus, and the field is empty for the next.
const options = () => [...document.querySelectorAll("[data-pick-option]")];

function mark(all, at) {
  all.forEach((option, place) => option.toggleAttribute("data-marked", place === at));
  all[at]?.scrollIntoView({ block: "nearest" });
}

function onKey(event) {
  const field = event.target.closest?.("[data-pick]");
  if (!field || event.isComposing) return;
  const all = options();
  const at = all.findIndex((option) => option.hasAttribute("data-marked"));
  if (event.key === "ArrowDown") mark(all, Math.min(at + 1, all.length - 1));
  else if (event.key === "ArrowUp") mark(all, Math.max(at - 1, 0));
  else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) (all[at] ?? all[0])?.click();
  else return;
  event.preventDefault();
}

// The row is asked for by the list itself, which stays: its options may be filled anew while the answer is on its way.
function onClick(event) {
  const option = event.target.closest?.("[data-row-url]");
  if (!option) return;
  const chosen = [...document.querySelectorAll("#item-rows [data-cash]")].map((field) => [field.name, ""]);
  window.htmx.ajax("GET", option.dataset.rowUrl, {
    source: "#found", target: "#item-rows", swap: "beforeend", values: Object.fromEntries(chosen),
  });
}

function onSettle(event) {
  const rows = event.detail.target;
  if (rows?.id !== "item-rows") return;
  const known = new Set();
  rows.querySelectorAll("[data-item]").forEach((row) => {
    if (known.has(row.dataset.item)) row.remove();
    known.add(row.dataset.item);
  });
  document.querySelectorAll("[data-until-row]").forEach((hint) => hint.remove());
  const field = document.querySelector("[data-pick]");
  if (field) field.value = "";
  rows.lastElementChild?.querySelector("[data-cash]")?.focus();
}

export function startPicking() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", onClick);
  document.addEventListener("htmx:afterSettle", onSettle);
}
