// One stop of the Tab key per figure: arrow keys step through its marks and read each of them.
(() => {
  "use strict";
  const { say, showTip, hideTip } = window.report;
  const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

  for (const region of document.querySelectorAll(".scroll.drawn")) {
    const all = [...region.querySelectorAll("[data-tip]")];
    if (!all.length) continue;
    let current = null;
    region.dataset.marks = all.length;
    region.setAttribute("aria-label", `${region.getAttribute("aria-label")} Arrow keys read its ${all.length} marks.`);

    const leave = () => {
      current?.classList.remove("current");
      current = null;
      hideTip();
    };
    const go = (mark) => {
      leave();
      current = mark;
      mark.classList.add("current");
      mark.scrollIntoView({ block: "nearest", inline: "nearest" });
      showTip(mark);
      say(mark.dataset.tip);
    };
    const next = (key, shown) => {
      if (key === "Home") return shown[0];
      if (key === "End") return shown.at(-1);
      const place = shown.indexOf(current) + STEPS[key];
      return shown[current || STEPS[key] > 0 ? (place + shown.length) % shown.length : shown.length - 1];
    };

    region.addEventListener("keydown", (event) => {
      if (event.key === "Escape") return leave();
      if (!(event.key in STEPS || event.key === "Home" || event.key === "End") || event.target !== region) return;
      const shown = all.filter((mark) => mark.getClientRects().length && !mark.closest(".away"));
      if (!shown.length) return;
      event.preventDefault();
      go(next(event.key, shown));
    });
    region.addEventListener("blur", leave);
  }
})();
