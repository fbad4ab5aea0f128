// Menus are <details> and sheets are <dialog>: both work without scripts or by the browser; this only closes and opens.
const openMenus = () => [...document.querySelectorAll("details.aq-menu[open]")];

export function closeMenus() {
  const open = openMenus();
  open.forEach((menu) => {
    menu.open = false;
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
  });
  return open.length > 0;
}

export function startMenus() {
  document.addEventListener("click", (event) => {
    openMenus().forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
    const opener = event.target.closest("[data-open-dialog]");
    if (opener) document.getElementById(opener.dataset.openDialog)?.showModal();
    if (event.target.matches("dialog.aq-sheet")) event.target.close();
  });
}
