// While htmx waits: after 300 ms a target with data-loading shows the shape of its rows; what stood there comes back if
// the request fails. A lost connection is said in the problem line. A swap moves the focus only where it was asked for.
import { announce } from "./words.js";

const PATIENCE_MS = 300;
const waiting = new WeakMap();

const problemLine = () => document.getElementById("aq-problem");

function begin(event) {
  const target = event.detail.target;
  if (event.detail.requestConfig?.verb !== "get") problemLine()?.replaceChildren();
  if (!(target instanceof Element)) return;
  target.setAttribute("aria-busy", "true");
  if (!("loading" in target.dataset)) return;
  const kept = { nodes: null, timer: 0 };
  kept.timer = window.setTimeout(() => {
    const shape = document.getElementById("aq-skeleton-rows");
    kept.nodes = [...target.childNodes];
    target.replaceChildren(shape.content.cloneNode(true));
  }, PATIENCE_MS);
  waiting.set(event.detail.xhr, { target, kept });
}

function end(event) {
  event.detail.target?.removeAttribute?.("aria-busy");
  const found = waiting.get(event.detail.xhr);
  if (!found) return;
  waiting.delete(event.detail.xhr);
  window.clearTimeout(found.kept.timer);
  found.target.removeAttribute("aria-busy");
  if (!event.detail.successful && found.kept.nodes) found.target.replaceChildren(...found.kept.nodes);
}

function sayOffline() {
  const line = document.getElementById("aq-offline-line");
  problemLine()?.replaceChildren(line.content.cloneNode(true));
}

function settle(event) {
  const target = event.detail.target;
  const spoken = target?.querySelector?.("[data-announce]");
  if (spoken) announce(spoken.dataset.announce);
  target?.querySelector?.("[data-take-focus]")?.focus();
}

export function startLoading() {
  document.addEventListener("htmx:beforeRequest", begin);
  document.addEventListener("htmx:afterRequest", end);
  document.addEventListener("htmx:sendError", sayOffline);
  document.addEventListener("htmx:timeout", sayOffline);
  document.addEventListener("htmx:afterSettle", settle);
}
