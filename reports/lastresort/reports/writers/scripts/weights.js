// Sliders, one per criterion: the policies ranked by a weighted total, over all draws of the scores.
(() => {
  "use strict";
  const { make, say, swatch, control } = window.report;
  const share = (value) => `${(100 * value).toFixed(0)} %`;

  // Weights that add up to 1; equal ones where all are zero.
  const normalised = (raw) => {
    const total = raw.reduce((sum, value) => sum + value, 0);
    return raw.map((value) => (total > 0 ? value / total : 1 / raw.length));
  };
  const toSliders = (start, count) => {
    const raw = Array.from({ length: count }, (_, place) => Number(start?.[place] ?? 1));
    const top = Math.max(...raw);
    const unit = top > 1 ? 1 : 100;
    return raw.map((value) => Math.round(Math.max(0, Math.min(100, value * unit))));
  };

  // Mean total, chance of the first rank (shared where totals tie) and expected rank of every policy.
  const rank = (draws, weights, policies) => {
    const found = policies.map(() => ({ mean: 0, first: 0, rank: 0 }));
    for (const draw of draws) {
      const totals = draw.map((scores) => weights.reduce((sum, weight, place) => sum + weight * (scores[place] ?? 1), 0));
      const lowest = Math.min(...totals);
      const tied = totals.filter((total) => total === lowest).length;
      totals.forEach((total, policy) => {
        const below = totals.filter((other) => other < total).length;
        const same = totals.filter((other) => other === total).length;
        found[policy].mean += total / draws.length;
        found[policy].first += (total === lowest ? 1 / tied : 0) / draws.length;
        found[policy].rank += (below + (same + 1) / 2) / draws.length;
      });
    }
    return found;
  };

  const slider = (criterion, start, anchor) => {
    const input = make("input", { type: "range", min: 0, max: 100, step: 1, value: start, id: anchor });
    const output = make("output", { for: anchor });
    const words = [criterion.meaning, criterion.unit && `Unit: ${criterion.unit}.`].filter(Boolean).join(" ");
    const note = make("small", { id: `${anchor}-note` }, words);
    if (words) input.setAttribute("aria-describedby", note.id);
    const element = make("div", { class: "slider" }, make("label", { for: anchor }, criterion.title), output, input);
    if (words) element.append(note);
    return { element, input, output };
  };

  const tableOf = (policies) => {
    const heads = ["Policy", "Weighted total, 0 best", "Chance of rank 1", "Expected rank"];
    const body = make("tbody");
    const rows = policies.map((policy) => {
      const cells = ["score", "", ""].map((name) => make("td", { class: name }));
      const row = make("tr", { "data-policy": policy.name });
      row.append(make("th", { scope: "row" }, swatch(policy.name), policy.title), ...cells);
      body.append(row);
      return { row, cells };
    });
    const head = make("thead", {}, make("tr", {}, ...heads.map((title) => make("th", { scope: "col" }, title))));
    const caption = make("caption", { class: "unseen" }, "Policies by weighted total, lowest first");
    return { table: make("table", {}, caption, head, body), body, rows };
  };

  control("weights", (play, data, element) => {
    const { criteria, policies, draws } = data;
    if (!criteria?.length || !policies?.length || !draws?.length) return false;
    const start = toSliders(data.start, criteria.length);
    const sliders = criteria.map((criterion, place) => slider(criterion, start[place], `${element.id}-${place + 1}`));
    const { table, body, rows } = tableOf(policies);
    const reset = make("button", { type: "button", class: "plain" }, "Back to the start");
    const remark = make("p", { class: "say" });
    const judgement = make("p", { class: "say" }, make("strong", {}, "A weighted total is a judgement, not a result. "),
      "The weights are yours: they say how much of one harm you would take for less of another. No run of the model can settle that. ",
      `Every criterion runs from 0 (best) to 1 (worst); chances and ranks are over ${draws.length} draws of the scores, and hidden policies are ranked too.`);
    const scroll = make("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": "Table: policies by weighted total" }, table);
    play.append(make("div", { class: "weighing" },
      make("div", { class: "sliders" }, ...sliders.map((each) => each.element), make("div", {}, reset)),
      make("div", {}, scroll, remark)), judgement);

    const update = (aloud) => {
      const raw = sliders.map(({ input }) => Number(input.value));
      const weights = normalised(raw);
      const found = rank(draws, weights, policies);
      const order = found.map((_, policy) => policy).sort((a, b) => found[a].mean - found[b].mean || a - b);
      sliders.forEach(({ input, output }, place) => {
        output.value = share(weights[place]);
        input.setAttribute("aria-valuetext", `${share(weights[place])} of the total`);
      });
      found.forEach(({ mean, first, rank: expected }, policy) => {
        const meter = make("span", { class: "meter", "aria-hidden": "true" }, make("span"));
        meter.firstChild.style.setProperty("--share", `${Math.min(100, 100 * mean)}%`);
        const [score, chance, place] = rows[policy].cells;
        score.replaceChildren(mean.toFixed(3), meter);
        chance.textContent = share(first);
        place.textContent = expected.toFixed(1);
      });
      body.append(...order.map((policy) => rows[policy].row));
      remark.textContent = raw.some((value) => value > 0) ? "" : "All weights are zero: every criterion counts the same.";
      const best = order[0];
      if (aloud) say(`First: ${policies[best].title}, total ${found[best].mean.toFixed(3)}, rank 1 in ${share(found[best].first)} of the draws.`, 600);
    };
    play.addEventListener("input", () => update(true));
    reset.addEventListener("click", () => {
      sliders.forEach(({ input }, place) => { input.value = start[place]; });
      update(true);
    });
    update(false);
    return true;
  });
})();
