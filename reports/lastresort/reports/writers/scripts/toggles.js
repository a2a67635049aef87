// Policies that readers hide and show: their rows, their marks in figures, and the words about them.
(() => {
  "use strict";
  const bar = document.querySelector(".bar");
  if (!bar) return;
  const buttons = [...bar.querySelectorAll("[data-toggle]")];
  const shown = bar.querySelector(".shown");
  bar.hidden = false;

  const isOn = (button) => button.getAttribute("aria-checked") === "true";
  const turn = (button, on) => button.setAttribute("aria-checked", String(on));
  const apply = () => {
    const away = new Set(buttons.filter((button) => !isOn(button)).map((button) => button.dataset.toggle));
    for (const element of document.querySelectorAll("[data-policy]")) {
      element.classList.toggle("away", away.has(element.dataset.policy));
    }
    for (const words of document.querySelectorAll("[data-policies]")) {
      words.classList.toggle("away", words.dataset.policies.split("|").some((name) => away.has(name)));
    }
    for (const list of document.querySelectorAll(".listed")) {
      const left = [...list.children].filter((clause) => !clause.matches(".away"));
      list.classList.toggle("away", !left.length);
      left.forEach((clause, place) => {
        clause.firstElementChild.textContent = place === 0 ? "" : place === left.length - 1 ? " and " : ", ";
      });
    }
    for (const list of document.querySelectorAll(".listed")) {
      const lists = [...list.parentElement.querySelectorAll(".listed")];
      list.parentElement.classList.toggle("away", lists.every((each) => each.matches(".away")));
    }
    document.documentElement.classList.toggle("some-away", away.size > 0);
    shown.textContent = `${buttons.length - away.size} of ${buttons.length} shown`;
    window.report.say(`${buttons.length - away.size} of ${buttons.length} policies shown`, 200);
  };

  bar.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.show) buttons.forEach((each) => turn(each, button.dataset.show === "all"));
    else turn(button, !isOn(button));
    apply();
  });
})();
