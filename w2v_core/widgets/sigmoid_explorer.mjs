// Drag one score along the sigmoid and its logarithm; read off the slopes, the loss and the error of a yes or a no.
import { chart, dot, setAll, svg } from "./chart.mjs";
import { logSigmoid, sigmoid, sigmoidError } from "./numerics.mjs";
import {
  announcer, button, changing, choice, exact, formula, h, numberBox, show, signed, spoken, stage, term, widget,
} from "./parts.mjs";

const [EDGE, LIMIT, REACH] = [6, 1000, 2]; // of the charts, of a typed score, of a tangent to both sides
const PLACES = Array.from({ length: 121 }, (_, i) => (i / 60 - 1) * EDGE);
const [SOLID, DASHED, DOTTED, THIN] = [{}, { dash: "5 4" }, { dash: "2 3" }, { thin: true }];
const onChart = (score) => Math.max(-EDGE, Math.min(EDGE, score));

/** What a line or point of the chart looks like, to stand before the formula that says what it is. */
function sample(quantity, { dash = "", thin = false, point = false }) {
  const shape = point ? svg("circle", { cx: 13, cy: 8, r: 5 })
    : svg("path", { class: "w2v-curve", d: "M1 8H25", "stroke-dasharray": dash, "stroke-width": thin ? 1 : 2 });
  return svg("svg", { class: `w2v-sample w2v-${quantity} ${point ? "w2v-mirror" : ""}`, "aria-hidden": "true" }, shape);
}

/** A formula beside a sample of its line; the result stays with its equals sign. */
function row(label, drawn, result, ...children) {
  return formula(label, drawn, h("span", null, ...children, " ", h("strong", { class: "w2v-number" }, "= ", result)));
}

/** Texts that change together: `node(name)` makes a place for one, `set({ name: text })` fills all its places. */
function texts() {
  const sets = {};
  return {
    node(name, quantity = "") {
      const [node, set] = changing("span", { class: `w2v-number ${quantity}` });
      (sets[name] ??= []).push(set);
      return node;
    },
    set(written) {
      for (const [name, text] of Object.entries(written)) for (const set of sets[name]) set(text);
    },
  };
}

/**
 * A curve, its slope (dashed), a point to drag on it with its tangent, and the same point on the slope. `parts` names
 * them; `corner()` is where the slope is written: left (-1) or right (1), and how high.
 */
function slopeChart(label, axis, parts, corner, hear) {
  const plot = chart(label, { label: "score s", from: -EDGE, to: EDGE }, axis);
  const curve = plot.line("probability", { ...SOLID, part: parts.curve });
  const slope = plot.line("ink", { ...DASHED, part: parts.slope });
  const tangent = plot.line("ink", { ...THIN, part: parts.slope });
  let [at, steepness, height, score] = [0, 0, 0, 0];
  const onSlope = svg("circle", { r: 4, "data-part": parts.slope, fill: "currentColor" });
  const moveSlope = plot.mark(onSlope, (node, place) => {
    const [cx, cy] = place(at, steepness);
    setAll(node, { cx, cy });
  });
  const away = svg("text", { class: "w2v-off" });
  const moveAway = plot.mark(away, (node, place) => {
    const [[x, y], side] = [place(at, height), Math.sign(score)];
    const middle = place(0, (axis.from + axis.to) / 2)[1];
    setAll(node, { x: x - 14 * side, y: y < middle ? y + 20 : y - 10, "text-anchor": side < 0 ? "start" : "end" });
    node.textContent = score === at ? "" : side < 0 ? `← ${exact(score)}` : `${exact(score)} →`;
  });
  const tangentText = svg("text", { "data-part": parts.slope });
  const moveTangentText = plot.mark(tangentText, (node, place) => {
    const [side, y] = corner();
    const [right, down] = place(side * EDGE, y);
    setAll(node, { x: right - 8 * side, y: down, "text-anchor": side < 0 ? "start" : "end" });
    node.textContent = `slope ${show(steepness)}`;
  });
  const move = (x) => hear(Number(onChart(x).toFixed(1)));
  const point = dot(plot, "probability", label, { along: true, moved: move });
  setAll(point.node, { "aria-valuemin": -LIMIT, "aria-valuemax": LIMIT, "data-part": parts.curve });
  plot.node.addEventListener("click", (event) => event.target.closest(".w2v-dot") || move(plot.value(event)[0]));
  return {
    plot, curve, slope,
    draw(newScore, value, newSteepness, said) {
      [at, steepness, height, score] = [onChart(newScore), newSteepness, Math.max(axis.from, value), newScore];
      point.set(at, height, said);
      moveSlope();
      moveAway();
      moveTangentText();
      tangent(at === score ? [-REACH, REACH].map((far) => [at + far, value + far * steepness]) : []);
    },
  };
}

/** The sigmoid and its slope; and that it is the same upside down: as far from 1 at s as from 0 at −s. */
function sigmoidChart(hear) {
  const { plot, curve, slope, draw } = slopeChart("the sigmoid, its slope and the point on it",
    { label: "probability of yes", from: 0, to: 1 }, { curve: "p", slope: "d" }, () => [-1, 0.92], hear);
  const [above, below] = [0, 0].map(() => plot.line("ink", { ...DOTTED, part: "q" }));
  let mirrored = [0, 0];
  const mirror = svg("circle", { r: 6, class: "w2v-probability", "data-part": "q" });
  const moveMirror = plot.mark(svg("g", { class: "w2v-mirror" }, mirror), (_, place) => {
    const [cx, cy] = place(...mirrored);
    setAll(mirror, { cx, cy });
  });
  curve(PLACES.map((s) => [s, sigmoid(s)]));
  slope(PLACES.map((s) => [s, sigmoid(s) * sigmoid(-s)]));

  const { node, set } = texts();
  const [p, q] = [() => term("p", "σ(s)"), () => term("q", "1 − σ(s)")];
  const [yes, no] = ["yes", "no"].map((name) => () => node(name, "w2v-probability"));
  const power = term("s", "e", spoken(" to the "), h("sup", null, node("exponent")));
  return {
    plot,
    lines: [
      row("the probability, term by term", sample("probability", SOLID),
        h("span", { "data-mark": "probability", class: "w2v-probability" }, node("yes")), p(), " = ",
        h("span", { class: "w2v-fraction" },
          h("span", null, "1"), spoken(" divided by "), h("span", null, "1 + ", power))),
      row("its slope, term by term", sample("ink", DASHED), node("slope"),
        term("d", "σ′(s)"), " = ", p(), " (", q(), ") ", h("span", { class: "w2v-number" }, "= ", yes(), " · ", no())),
      row("the mirror, term by term", sample("probability", { point: true }), no(),
        term("q", "σ(−s)"), " = 1 − ", p(), " = 1 − ", yes()),
    ],
    draw(score) {
      const [yes, no, s] = [sigmoid(score), sigmoid(-score), onChart(score)];
      draw(score, yes, yes * no, `score ${exact(score)}, probability ${show(yes)}, slope ${show(yes * no)}`);
      mirrored = [-s, no];
      moveMirror();
      above([[s, yes], [s, 1]]);
      below([[-s, 0], [-s, no]]);
      set({ yes: show(yes), no: show(no), slope: show(yes * no), exponent: exact(-score) });
    },
  };
}

/** The log-probability of the right answer, its slope, and the loss: how far the point is below 0. */
function logChart(hear) {
  let drawnFor;
  const { plot, curve, slope, draw } = slopeChart("the log-probability of the right answer, its slope, the point on it",
    { label: "log-probability", from: -EDGE, to: 2 }, { curve: "l", slope: "e" },
    () => [drawnFor ? 1 : -1, -5.5], hear);
  const depth = plot.line("ink", { ...DOTTED, part: "loss" });
  const { node, set } = texts();
  const log = () => term("l", node("log"));
  const error = h("span", { class: "w2v-error" }, "e");
  const lines = [
    row("the log-probability, term by term", sample("probability", SOLID), node("value"),
      log(), " = log ", node("answer", "w2v-probability")),
    row("its slope, term by term", sample("ink", DASHED), node("slope"),
      "slope of ", log(), " = ", term("e", node("slopeForm"))),
    row("the loss, term by term", sample("ink", DOTTED), node("loss"), term("loss", "loss"), " = −", log()),
    row("the error, term by term", h("span", { class: "w2v-error", "data-mark": "error" }), node("error", "w2v-error"),
      term("e", error), " = ", term("p", "σ(s)"), " − ", term("y", h("span", { class: "w2v-target" }, "y")), " = ",
      node("p", "w2v-probability"), " − ", node("label", "w2v-target")),
  ];
  return {
    plot, lines,
    draw(score, label) {
      const side = label ? 1 : -1;
      const [log, error] = [logSigmoid(side * score), sigmoidError(score, label)];
      if (drawnFor !== label) {
        curve(PLACES.map((s) => [s, logSigmoid(side * s)]));
        slope(PLACES.map((s) => [s, -sigmoidError(s, label)]));
        drawnFor = label;
      }
      draw(score, log, -error, `score ${exact(score)}, log-probability ${show(log)}, slope ${show(-error)}`);
      depth([[onChart(score), log], [onChart(score), 0]]);
      set({
        log: label ? "log σ(s)" : "log σ(−s)", answer: show(sigmoid(side * score)), value: show(log), loss: show(-log),
        slopeForm: label ? "1 − σ(s)" : "−σ(s)", slope: show(-error),
        p: show(sigmoid(score)), label: String(label), error: signed(error),
      });
    },
  };
}

function render({ model, el }) {
  const start = { score: model.get("score"), label: model.get("label") }; // where Reset returns to
  const change = (settings) => {
    for (const [name, value] of Object.entries(settings)) model.set(name, value);
    model.save_changes();
  };
  const setScore = (score) => change({ score });
  const range = { min: -EDGE, max: EDGE, step: 0.1 };
  const slider = h("input", { type: "range", ...range, oninput: () => setScore(Number(slider.value)) });
  const box = numberBox(spoken("score s, number"), { min: -LIMIT, max: LIMIT, step: 0.1 }, setScore);
  const answer = choice("right answer y", "label", [[1, "1, yes"], [0, "0, no"]], (label) => change({ label }));
  answer.node.dataset.part = "y";
  const [left, right, status] = [sigmoidChart(setScore), logChart(setScore), announcer()];
  const root = widget(
    h("fieldset", null,
      h("legend", null, "Drag the point, or type a score from −1000 to 1000"),
      h("div", { class: "w2v-controls" },
        h("div", { class: "w2v-score", "data-part": "s" }, h("label", null, "score s", slider), box.node),
        answer.node, button("Reset", () => change(start)))),
    h("div", { class: "w2v-two" },
      ...[left, right].map(({ plot, lines }) => h("div", null, plot.node, h("div", { class: "w2v-formulas" }, ...lines)))),
    status);
  const draw = () => {
    const [score, label] = [model.get("score"), model.get("label")];
    slider.value = onChart(score);
    slider.setAttribute("aria-valuetext", exact(score));
    box.set(score);
    answer.set(label);
    left.draw(score);
    right.draw(score, label);
    const [p, loss, error] = [sigmoid(score), -logSigmoid(label ? score : -score), sigmoidError(score, label)];
    status.say(`Score ${exact(score)}: probability ${show(p)}, loss ${show(loss)}, error ${signed(error)}.`);
  };
  return stage({ model, el }, root, Object.keys(start), draw, { status });
}

export default { render };
