// Dropping files: a form with data-drop takes files from the whole page, sends them with progress, and follows where
// the answer leads. Without scripts it is an ordinary file field with a button.
import { announce, word } from "./words.js";

let depth = 0;

function send(form) {
  const field = form.querySelector("input[type=file]");
  if (!field.files.length) return;
  const meter = form.querySelector("[data-progress]");
  const line = form.querySelector("[data-progress-line]");
  const name = field.files.length === 1 ? field.files[0].name : word("uploaded", { count: field.files.length });
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.setRequestHeader("HX-Request", "true");
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    const percent = Math.floor((event.loaded * 100) / event.total);
    meter.hidden = false;
    meter.setAttribute("aria-valuenow", String(percent));
    meter.firstElementChild.style.setProperty("--w", String(percent));
    line.textContent = percent < 100 ? word("uploading", { name, percent }) : word("reading", { name });
  });
  request.addEventListener("load", () => {
    const there = request.getResponseHeader("HX-Redirect");
    if (request.status < 400 && there) { window.location.assign(there); return; }
    meter.hidden = true;
    line.textContent = "";
    form.reset();
    if (request.status >= 400) document.getElementById("aq-problem").innerHTML = request.responseText;
  });
  request.addEventListener("error", () => {
    meter.hidden = true;
    line.textContent = "";
    document.getElementById("aq-problem").replaceChildren(document.getElementById("aq-offline-line").content.cloneNode(true));
  });
  announce(word("uploading", { name, percent: 0 }));
  request.send(new FormData(form));
}

function sendOnChange() {
  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("form[data-submit-on-change]");
    if (form) form.requestSubmit();
  });
}

export function startDropping() {
  sendOnChange();
  const form = document.querySelector("form[data-drop]");
  if (!form) return;
  const field = form.querySelector("input[type=file]");
  const mark = (on) => form.toggleAttribute("data-over", on);
  const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  form.addEventListener("submit", (event) => { event.preventDefault(); send(form); });
  field.addEventListener("change", () => send(form));
  document.addEventListener("dragenter", (event) => { if (hasFiles(event)) { depth += 1; mark(true); } });
  document.addEventListener("dragleave", (event) => { if (hasFiles(event)) { depth -= 1; mark(depth > 0); } });
  document.addEventListener("dragover", (event) => { if (hasFiles(event)) event.preventDefault(); });
  document.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    depth = 0;
    mark(false);
    field.files = event.dataTransfer.files;
    send(form);
  });
}
