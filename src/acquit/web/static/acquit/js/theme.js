// Before the first paint: without a choice of the user's the page takes the system's colours, and follows them.
(function () {
  var root = document.documentElement;
  if (root.dataset.theme !== "system") return;
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  function follow() { root.setAttribute("data-bs-theme", dark.matches ? "dark" : "light"); }
  follow();
  dark.addEventListener("change", follow);
})();
