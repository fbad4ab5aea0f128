// What is taken back needs a reason: a control with data-why opens the sheet, a digit or a click chooses, Enter sends a
// typed one. The sheet is an ordinary form: what it sends is an ordinary POST.
export function startAskingWhy() {
  const dialog = document.getElementById("aq-why");
  if (!dialog) return;
  const form = dialog.querySelector("form");
  const title = dialog.querySelector("[data-why-default]");
  document.addEventListener("click", (event) => {
    const control = event.target.closest("[data-why]");
    if (!control || control.disabled) return;
    form.action = control.dataset.why;
    form.reset();
    title.textContent = control.dataset.whyTitle ?? title.dataset.whyDefault;
    dialog.showModal();
    dialog.querySelector("[name=reason]").focus();
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-close-dialog]")) dialog.close();
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.target.matches("input[name=other]")) {
      if (event.key !== "Enter") return;
      event.preventDefault();
      if (event.target.value.trim()) form.submit();
      return;
    }
    const chosen = dialog.querySelectorAll("[name=reason]")[Number(event.key) - 1];
    if (!chosen || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    chosen.click();
  });
}
