// Regions are stops of the Tab key only while there is something to scroll, or marks to read.
(() => {
  "use strict";
  const settle = (region) => {
    region.classList.toggle("wider", region.scrollWidth > region.clientWidth + 1);
    if (region.scrollWidth > region.clientWidth + 1 || region.querySelector("[data-tip]:not(abbr)")) region.tabIndex = 0;
    else region.removeAttribute("tabindex");
  };
  const watch = new ResizeObserver((entries) => {
    for (const { target } of entries) settle(target.closest(".scroll"));
  });
  for (const region of document.querySelectorAll(".scroll")) {
    watch.observe(region);
    if (region.firstElementChild) watch.observe(region.firstElementChild);
  }
})();
