// Paper shows what the screen folds away; links open the fold their target is in.
(() => {
  "use strict";
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    for (const fold of opened) fold.open = true;
  });
  addEventListener("afterprint", () => {
    for (const fold of opened) fold.open = false;
    opened = [];
  });
  const reveal = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    let fold = target ? target.querySelector(":scope.folded > details:not([open])") || target.closest("details:not([open])") : null;
    if (!fold) return;
    for (; fold; fold = fold.parentElement.closest("details:not([open])")) fold.open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  addEventListener("click", (event) => { // the same link once more changes no hash
    if (location.hash && event.target.closest?.("a")?.hash === location.hash) reveal();
  });
  reveal();
})();
