// A word on what the pointer, the finger or the keyboard rests on: elements with data-tip, and abbreviations.
(() => {
  "use strict";
  const { make } = window.report;
  const tip = make("div", { id: "tip", class: "tip", role: "tooltip" });
  tip.hidden = true;
  document.body.append(tip);
  let owner = null;
  let leaving = 0;

  for (const abbreviation of document.querySelectorAll("abbr[title]")) {
    abbreviation.dataset.tip = abbreviation.title;
    abbreviation.removeAttribute("title");
  }

  const place = (box) => {
    const { width, height } = tip.getBoundingClientRect();
    const edge = document.documentElement.clientWidth;
    const above = box.top - height - 8;
    tip.style.left = `${Math.max(8, Math.min(box.left + box.width / 2 - width / 2, edge - width - 8))}px`;
    tip.style.top = `${above > 4 ? above : Math.min(box.bottom + 8, window.innerHeight - height - 4)}px`;
  };
  const show = (element, box = element.getBoundingClientRect()) => {
    clearTimeout(leaving);
    owner?.removeAttribute("aria-describedby");
    owner = element;
    tip.textContent = element.dataset.tip;
    tip.hidden = false;
    place(box);
    if (element.matches("button, a, [tabindex]")) element.setAttribute("aria-describedby", "tip");
  };
  const hide = () => {
    clearTimeout(leaving);
    owner?.removeAttribute("aria-describedby");
    owner = null;
    tip.hidden = true;
  };
  const tipped = (target) => (target instanceof Element ? target.closest("[data-tip]") : null);
  const at = (event) => new DOMRect(event.clientX - 4, event.clientY - 4, 8, 8);

  document.addEventListener("pointerover", (event) => {
    const element = tipped(event.target);
    if (element) show(element, element instanceof SVGElement ? at(event) : undefined);
    else if (tip.contains(event.target)) clearTimeout(leaving);
  });
  document.addEventListener("pointerout", (event) => {
    if (!owner || !(tipped(event.target) === owner || tip.contains(event.target))) return;
    clearTimeout(leaving);
    leaving = setTimeout(hide, 250); // long enough to move onto the words
  });
  document.addEventListener("click", (event) => {
    const element = tipped(event.target);
    if (element) show(element, element instanceof SVGElement ? at(event) : undefined);
    else if (!tip.contains(event.target)) hide();
  });
  document.addEventListener("focusin", (event) => {
    const element = tipped(event.target);
    if (element && element.matches(":focus-visible")) show(element);
  });
  document.addEventListener("focusout", hide);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  document.addEventListener("scroll", () => { if (owner && !owner.classList.contains("current")) hide(); }, true);

  Object.assign(window.report, { showTip: show, hideTip: hide });
})();
