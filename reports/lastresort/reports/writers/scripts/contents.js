// The table of contents: open beside a wide page, folded above a narrow one, with the section in view marked.
(() => {
  "use strict";
  const fold = document.querySelector(".contents details");
  const wide = matchMedia("(min-width: 75rem)");
  const settle = () => { fold.open = wide.matches; };
  settle();
  wide.addEventListener("change", settle);
  fold.addEventListener("click", (event) => { if (event.target.closest("a") && !wide.matches) fold.open = false; });

  const links = new Map([...fold.querySelectorAll("a")].map((link) => [link.hash.slice(1), link]));
  const inView = new Set();
  const watch = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) inView.add(target.id);
      else inView.delete(target.id);
    }
    const [first] = [...links.keys()].filter((id) => inView.has(id));
    for (const [id, link] of links) {
      if (id === first) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    }
  }, { rootMargin: "-15% 0px -70% 0px" });
  for (const id of links.keys()) {
    const section = document.getElementById(id);
    if (section) watch.observe(section);
  }
})();
