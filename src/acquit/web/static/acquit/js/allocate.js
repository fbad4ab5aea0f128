// Applying a receipt to items by hand: the sum of what is typed, beside the receipt. Exact: whole numbers, no floats.
// A click on an empty field proposes what the item and the receipt still allow; nothing is sent before the button.
import { toScaled, writeScaled } from "./selection.js";

// Reads 1.234,56 and 1,234.56 and 1234-: the last mark with one or two digits behind it is the decimal mark.
export function readTyped(text) {
  const bare = text.replace(/[\s\u00a0\u202f']/g, "").replace("\u2212", "-");
  const negative = bare.startsWith("-") || bare.endsWith("-");
  const digits = bare.replace(/^-|-$/g, "");
  const match = /^([\d.,]*?)(?:[.,](\d{1,2}|\d{4,6}))?$/.exec(digits);
  if (!match || !/\d/.test(digits)) return null;
  const whole = match[1].replace(/[.,]/g, "") || "0";
  return toScaled(`${negative ? "-" : ""}${whole}${match[2] ? `.${match[2]}` : ""}`);
}

function refresh(form) {
  const total = toScaled(form.dataset.amount);
  const decimals = Number(form.dataset.decimals);
  let taken = 0n;
  form.querySelectorAll("[data-cash]").forEach((field) => {
    const amount = field.value.trim() ? readTyped(field.value) : 0n;
    field.setAttribute("aria-invalid", String(amount === null));
    taken += amount ?? 0n;
  });
  const line = form.querySelector("[data-allocated]");
  if (line) {
    line.textContent = `${writeScaled(taken, decimals)} / ${writeScaled(total, decimals)}`;
    line.classList.toggle("bad", taken > total);
  }
  return total - taken;
}

function propose(form, field) {
  if (field.value.trim()) return;
  const left = refresh(form);
  const open = toScaled(field.dataset.open);
  const amount = open < 0n ? open : left < open ? left : open;
  if (amount === 0n || (open > 0n && left <= 0n)) return;
  field.value = writeScaled(amount, Number(form.dataset.decimals));
  field.select();
  refresh(form);
}

export function startAllocating() {
  document.querySelectorAll("form[data-allocate]").forEach(refresh);
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form[data-allocate]");
    if (form) refresh(form);
  });
  document.addEventListener("dblclick", (event) => {
    const field = event.target.closest?.("form[data-allocate] [data-cash]");
    if (field) propose(field.form, field);
  });
  document.addEventListener("keydown", (event) => {
    const field = event.target.closest?.("form[data-allocate] [data-cash]");
    if (field && event.key === " ") { event.preventDefault(); propose(field.form, field); }
  });
}
