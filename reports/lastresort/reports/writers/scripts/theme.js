// Light, dark or as the system has it; remembered where the browser lets a page remember anything.
(() => {
  "use strict";
  const KEY = "lastresort-theme";
  const root = document.documentElement;
  const remembered = () => {
    try { return localStorage.getItem(KEY); } catch { return null; }
  };
  const remember = (theme) => {
    try { localStorage.setItem(KEY, theme); } catch { /* a page without storage forgets, and that is all */ }
  };
  const apply = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  apply(remembered());
  document.addEventListener("DOMContentLoaded", () => {
    const choice = document.querySelector(".theme");
    choice.hidden = false;
    choice.querySelector(`[value="${root.dataset.theme || "auto"}"]`).checked = true;
    choice.addEventListener("change", (event) => {
      apply(event.target.value);
      remember(event.target.value);
    });
  });
})();
