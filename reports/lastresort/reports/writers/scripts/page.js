// What the other scripts share: making elements, saying things aloud, and the policies of the page.
(() => {
  "use strict";
  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };

  const spoken = make("div", { id: "spoken", class: "unseen", "aria-live": "polite" });
  document.querySelector("main").append(spoken);
  let waiting = 0;
  const say = (words, delay = 0) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { spoken.textContent = words; }, delay);
  };

  const button = (name) =>
    [...document.querySelectorAll("[data-toggle]")].find((each) => each.dataset.toggle === name);
  const swatch = (name) => {
    const colour = button(name)?.style.getPropertyValue("--swatch");
    const mark = make("span", { class: "swatch", "aria-hidden": "true" });
    if (colour) mark.style.setProperty("--swatch", colour);
    return mark;
  };

  // A control's script fills the element `play` of every control of its kind.
  const control = (kind, fill) => {
    for (const element of document.querySelectorAll(`[data-control="${kind}"]`)) {
      const play = element.querySelector(".play");
      const data = JSON.parse(element.querySelector('script[type="application/json"]').textContent);
      if (!fill(play, data, element)) continue;
      play.hidden = false;
      element.querySelector(".instead").hidden = true;
    }
  };

  window.report = { make, say, swatch, control };
})();
