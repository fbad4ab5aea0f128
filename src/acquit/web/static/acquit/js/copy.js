// Copying figures: a spreadsheet gets the plain machine number (data-plain) and one cell a column, not what is drawn.
const cellText = (cell) => cell.textContent.trim().replace(/\s+/g, " ");

function plainText(fragment) {
  fragment.querySelectorAll("kbd, svg, .visually-hidden").forEach((part) => part.remove());
  fragment.querySelectorAll("[data-plain]").forEach((figure) => { figure.textContent = figure.dataset.plain; });
  const rows = [...fragment.querySelectorAll("tr")];
  const loose = [...fragment.children].filter((part) => part.matches("td, th"));
  if (loose.length > 1) return loose.map(cellText).join("\t");
  if (!rows.length) return fragment.textContent.trim().replace(/\s+/g, " ");
  return rows
    .map((row) => [...row.children].map(cellText).join("\t"))
    .join("\n");
}

function closestFigure(selection) {
  const at = (node) => (node?.nodeType === Node.ELEMENT_NODE ? node : node?.parentElement)?.closest("[data-plain]");
  const start = at(selection.anchorNode);
  return start && start === at(selection.focusNode) ? start : null;
}

export function startCopying() {
  document.addEventListener("copy", (event) => {
    const selection = document.getSelection();
    if (!selection || selection.isCollapsed || !event.clipboardData) return;
    if (event.target.closest?.("input, textarea")) return;
    const single = closestFigure(selection);
    const fragment = selection.getRangeAt(0).cloneContents();
    if (!single && !fragment.querySelector("[data-plain]")) return;
    event.clipboardData.setData("text/plain", single ? single.dataset.plain : plainText(fragment));
    event.preventDefault();
  });
}
