// A slider over the crash: a line through every panel of the figure, and the values at that time.
(() => {
  "use strict";
  const { make, say, control } = window.report;
  const WHOLE = 24000; // milliseconds in which play runs through everything
  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  const clock = (hour) => {
    const minutes = Math.round(hour * 60);
    return `${minutes < 0 ? "−" : ""}${Math.floor(Math.abs(minutes) / 60)} h ${String(Math.abs(minutes) % 60).padStart(2, "0")} min`;
  };
  const nearest = (times, hour) =>
    times.reduce((best, time, place) => (Math.abs(time - hour) < Math.abs(times[best] - hour) ? place : best), 0);
  const shown = (value, panel) =>
    value == null ? "–" : `${value.toFixed(panel.digits ?? 2).replace("-", "−")}${panel.unit ? ` ${panel.unit}` : ""}`;

  const linesIn = (drawing, axes) => axes.map(({ y0, y1 }) => {
    const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
    for (const [name, value] of Object.entries({ class: "cursor", y1: y0, y2: y1 })) line.setAttribute(name, value);
    drawing.append(line);
    return line;
  });
  const across = ({ x0, x1, t0, t1 }, hour) => x0 + ((hour - t0) / (t1 - t0)) * (x1 - x0);

  control("scrubber", (play, data, element) => {
    const { times, panels, policies } = data;
    if (!times?.length || !policies?.length) return false;
    const drawing = data.figure ? document.querySelector(`#${CSS.escape(data.figure)} svg.drawing`) : null;
    const lines = drawing ? linesIn(drawing, data.axes) : [];
    const range = make("input", { type: "range", min: 0, max: times.length - 1, step: 1, id: `${element.id}-time`, "aria-label": "Time since the start" });
    const output = make("output", { for: range.id });
    const start = make("button", { type: "button", class: "plain" }, "Play");
    const chosen = make("select", { id: `${element.id}-policy` },
      ...policies.map((policy, place) => make("option", { value: place }, policy.title)));
    const cells = panels.map(() => make("dd"));
    const values = make("dl", { class: "values" },
      ...panels.map((panel, place) => make("div", {}, make("dt", {}, panel.title), cells[place])));
    play.append(
      make("div", { class: "chooser" }, make("label", { for: chosen.id }, "Values under"), chosen),
      make("div", { class: "clock" }, start, range, output), values);
    range.value = nearest(times, data.start ?? times[0]);

    const update = (aloud) => {
      const place = Number(range.value);
      const hour = times[place];
      output.value = clock(hour);
      range.setAttribute("aria-valuetext", clock(hour));
      lines.forEach((line, panel) => {
        const axis = data.axes[panel];
        line.classList.toggle("away", hour < axis.t0 || hour > axis.t1);
        line.setAttribute("x1", across(axis, hour));
        line.setAttribute("x2", across(axis, hour));
      });
      const policy = policies[Number(chosen.value)];
      const words = panels.map((panel) => shown(policy.values[panel.title]?.[place], panel));
      words.forEach((text, panel) => { cells[panel].textContent = text; });
      if (aloud) say(`${clock(hour)}. ${panels.slice(0, 4).map((panel, each) => `${panel.title}: ${words[each]}`).join("; ")}`, 700);
    };

    let playing = 0;
    const stop = () => {
      clearInterval(playing);
      playing = 0;
      start.textContent = "Play";
    };
    const run = () => {
      const pause = calm.matches ? 1500 : 60;
      const step = Math.max(1, Math.round(times.length * pause / WHOLE));
      if (Number(range.value) >= times.length - 1) range.value = 0;
      start.textContent = "Pause";
      playing = setInterval(() => {
        range.value = Number(range.value) + step;
        update(false);
        if (Number(range.value) >= times.length - 1) stop();
      }, pause);
    };
    start.addEventListener("click", () => (playing ? stop() : run()));
    range.addEventListener("input", () => { stop(); update(true); });
    chosen.addEventListener("change", () => update(true));
    drawing?.addEventListener("click", (event) => {
      const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(drawing.getScreenCTM().inverse());
      const axis = data.axes.find(({ x0, x1, y0, y1 }) => x >= x0 && x <= x1 && y >= Math.min(y0, y1) && y <= Math.max(y0, y1));
      if (!axis) return;
      stop();
      range.value = nearest(times, axis.t0 + ((x - axis.x0) / (axis.x1 - axis.x0)) * (axis.t1 - axis.t0));
      update(true);
    });
    update(false);
    return true;
  });
})();
