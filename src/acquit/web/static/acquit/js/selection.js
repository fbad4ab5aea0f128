// Selection in lists and tables: one row is chosen (click, J, K, arrows), rows are ticked (Space, Shift extends).
// A container says data-list, its rows data-row. Choosing a row fires aq:select on it, which htmx may listen to.
// Sums of ticked rows are exact: plain decimals are added as whole numbers, never as floats.
import { announce, isShown, word } from "./words.js";

const SCALE = 6;

const currentList = () => {
  const lists = [...document.querySelectorAll("[data-list]")].filter(isShown);
  return lists.find((list) => list.contains(document.activeElement)) ?? lists[0];
};
const rowsOf = (list) => [...list.querySelectorAll("[data-row]")].filter(isShown);
const chosenIn = (list) => list?.querySelector("[data-row][aria-selected=true]");

export function selectRow(row, { quiet = false } = {}) {
  const list = row.closest("[data-list]");
  list.querySelectorAll("[data-row][aria-selected=true]").forEach((other) => other.setAttribute("aria-selected", "false"));
  row.setAttribute("aria-selected", "true");
  if (row.id) list.setAttribute("aria-activedescendant", row.id);
  row.scrollIntoView({ block: "nearest" });
  if (!quiet) row.dispatchEvent(new CustomEvent("aq:select", { bubbles: true }));
}

export function moveSelection(step, extend = false) {
  const list = currentList();
  if (!list) return false;
  const rows = rowsOf(list);
  if (!rows.length) return false;
  const at = rows.indexOf(chosenIn(list));
  const to = at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + step, 0), rows.length - 1);
  if (extend && at >= 0) [rows[at], rows[to]].forEach((row) => setTick(row, true));
  selectRow(rows[to]);
  if ("follow" in rows[to].dataset && to !== at) window.location.assign(rows[to].dataset.href);
  return true;
}

export function openSelected() {
  const row = chosenIn(currentList());
  const link = row?.querySelector("[data-open], a[href]");
  const address = row?.dataset.href ?? link?.getAttribute("href");
  if (!address) return false;
  window.location.assign(address);
  return true;
}

export function clearSelection() {
  const ticked = document.querySelectorAll("[data-tick]:checked");
  if (!ticked.length) return false;
  ticked.forEach((box) => { box.checked = false; });
  document.querySelectorAll("[data-bulk]").forEach(refreshBulk);
  return true;
}

export function tickSelected() {
  const row = chosenIn(currentList());
  const box = row?.querySelector("[data-tick]");
  if (!box) return false;
  setTick(row, !box.checked);
  return true;
}

function setTick(row, on) {
  const box = row.querySelector("[data-tick]");
  if (!box || box.disabled) return;
  box.checked = on;
  refreshBulk(row.closest("[data-bulk]"));
}

function extendTick(box, list) {
  const rows = rowsOf(list);
  const anchor = rows.findIndex((row) => row.dataset.anchor === "true");
  const here = rows.indexOf(box.closest("[data-row]"));
  if (anchor < 0 || here < 0) return;
  rows.slice(Math.min(anchor, here), Math.max(anchor, here) + 1).forEach((row) => {
    const other = row.querySelector("[data-tick]");
    if (other && !other.disabled) other.checked = box.checked;
  });
}

// "-1234.5" -> -1234500000n at a scale of six decimals; exact for every amount the books hold.
export function toScaled(plain) {
  const match = /^(-?)(\d+)(?:\.(\d{1,6}))?$/.exec(plain);
  if (!match) return 0n;
  const whole = BigInt(match[2] + (match[3] ?? "").padEnd(SCALE, "0"));
  return match[1] ? -whole : whole;
}

export function writeScaled(scaled, decimals) {
  const sign = scaled < 0n ? "\u2212" : "";
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(SCALE + 1, "0");
  const plain = `${digits.slice(0, -SCALE)}.${digits.slice(-SCALE)}`;
  const format = new Intl.NumberFormat(document.documentElement.lang, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  return sign + format.format(plain);
}

function refreshBulk(scope) {
  if (!scope) return;
  const ticked = [...scope.querySelectorAll("[data-tick]:checked")];
  const sums = new Map();
  ticked.forEach((box) => {
    const { amount = "", currency = "", decimals = "2" } = box.dataset;
    const before = sums.get(currency) ?? { total: 0n, decimals: Number(decimals) };
    sums.set(currency, { ...before, total: before.total + toScaled(amount) });
  });
  const text = [...sums].map(([currency, { total, decimals }]) => `${writeScaled(total, decimals)} ${currency}`.trim()).join(", ");
  scope.querySelectorAll("[data-bulk-bar]").forEach((bar) => { bar.hidden = !ticked.length; });
  scope.querySelectorAll("[data-filter-bar]").forEach((bar) => { bar.hidden = ticked.length > 0; });
  scope.querySelectorAll("[data-bulk-count]").forEach((place) => { place.textContent = word("picked", { count: ticked.length }); });
  scope.querySelectorAll("[data-bulk-sum]").forEach((place) => { place.textContent = text; });
  if (ticked.length) announce(`${word("picked", { count: ticked.length })}, ${text}`);
}

function onClick(event) {
  const row = event.target.closest("[data-row]");
  if (!row) return;
  const box = event.target.closest("[data-tick]");
  if (box) {
    const list = row.closest("[data-list]");
    if (event.shiftKey) extendTick(box, list);
    list.querySelectorAll("[data-anchor]").forEach((other) => { delete other.dataset.anchor; });
    row.dataset.anchor = "true";
    refreshBulk(row.closest("[data-bulk]"));
    return;
  }
  if (event.target.closest("a[href], button, input, select, label, summary")) return;
  // On the phone there is no place beside the list: the record opens as its own page.
  if (row.dataset.href && window.matchMedia("(max-width: 767.98px)").matches) {
    window.location.assign(row.dataset.href);
    return;
  }
  selectRow(row);
  if ("follow" in row.dataset) { window.location.assign(row.dataset.href); return; }
  row.closest("[data-list]").focus({ preventScroll: true });
}

export function startSelection() {
  document.addEventListener("click", onClick);
  document.addEventListener("dblclick", (event) => {
    if (event.target.closest("[data-row]") && !event.target.closest("a, button, input")) openSelected();
  });
}
