// What one example costs as the vocabulary grows: multiplications counted, and seconds as they were measured.
import { chart, svg } from "./chart.mjs";
import { balancedDepth, multiplications } from "./numerics.mjs";
import { announcer, button, changing, formula, h, show, slider, stage, term, whole, widget } from "./parts.mjs";

const NAMES = ["V", "dimension", "negatives", "inputs"];
const [LEAST, MOST, STEPS] = [10, 1e6, 20]; // of V; steps of the slider for each power of ten
const count = (rows) => (Number.isInteger(rows) ? whole(rows) : show(rows, 2));

/** The three objectives: name, how many rows, why, dashes of the line, and the mark. */
const OBJECTIVES = [
  { kind: "FullSoftmax", name: "full softmax", dash: "", rows: ({ V }) => V, why: "V", drives: "V",
    mark: { d: "M-6 -5H6L0 6Z", fill: "currentColor" } },
  { kind: "HierarchicalSoftmax", name: "hierarchical softmax", dash: "7 4", rows: ({ V }) => balancedDepth(V), why: "mean depth of a balanced tree", drives: "V",
    mark: { d: "M-6 0H6M0 -6V6", fill: "none", "stroke-width": 3 } },
  { kind: "NegativeSampling", name: "negative sampling", dash: "2 4", rows: ({ negatives }) => negatives + 1, why: "K + 1", drives: "K",
    mark: { d: "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0", fill: "var(--w2v-paper)", "stroke-width": 2 } },
];
const heads = () => OBJECTIVES.map(({ name }) => h("th", { scope: "col" }, name.replace("archical", "ar\u00adchical"))); // may be hyphenated
const mark = (objective, x, y) => svg("path", { ...objective.mark, stroke: "currentColor", transform: `translate(${x} ${y})` });

/** One chart over V, with a line and marks for each objective; `choose` hears where the reader points. */
function panel(label, quantity, part, [from, to], choose) {
  const plot = chart(label, { label: "V (words)", from: LEAST, to: MOST, log: true }, { label: quantity, from, to, log: true }, { height: 290 });
  const lines = OBJECTIVES.map(({ dash }, i) => plot.line("ink", { dash, part: `${part}${i}` }));
  OBJECTIVES.forEach((_, i) => {
    plot.node.querySelector(`[data-part="${part}${i}"]`).dataset.lights = `L${i} M${i} N${i} T${i}`;
  });
  let [V, marked, axis] = [LEAST, [], [from, to]];
  const redraw = plot.mark(svg("g", { class: "w2v-marks" }), (node, place) => {
    const [[x, top], [, bottom]] = [place(V, axis[1]), place(V, axis[0])];
    node.replaceChildren(svg("line", { x1: x, x2: x, y1: top, y2: bottom }), ...marked.map(([i, ...at]) => mark(OBJECTIVES[i], ...place(...at))));
  });
  let held = false;
  const point = (event) => choose(plot.value(event)[0]);
  plot.node.addEventListener("pointerdown", (event) => {
    held = true;
    plot.node.setPointerCapture(event.pointerId);
    if (event.pointerType !== "touch") point(event); // a finger may only be about to scroll
  });
  plot.node.addEventListener("click", point);
  plot.node.addEventListener("pointermove", (event) => held && point(event));
  for (const end of ["pointerup", "pointercancel"]) plot.node.addEventListener(end, () => (held = false));
  return {
    node: plot.node,
    /** `paths[i]` are the points of a line, `marks` are [objective, V, value]. */
    draw(newV, paths, marks, newAxis = axis) {
      [V, marked] = [newV, marks];
      if (String(newAxis) !== String(axis)) {
        axis = newAxis;
        plot.axes({}, { from: axis[0], to: axis[1] });
      }
      paths.forEach((points, i) => lines[i](points));
      redraw();
    },
  };
}

/** The times as a table, for whoever wants the numbers. */
function timesTable(measured) {
  const sizes = [...new Set(measured.map(([, V]) => V))].sort((a, b) => a - b);
  const found = (kind, size) => measured.find(([one, V]) => one === kind && V === size)?.[2];
  return h("table", { class: "w2v-costs" },
    h("thead", null, h("tr", null, h("th", { scope: "col" }, "microseconds"), ...heads())),
    h("tbody", null, ...sizes.map((size) => h("tr", null, h("th", { scope: "row" }, `V = ${whole(size)}`),
      ...OBJECTIVES.map(({ kind }) => h("td", { class: "w2v-number" }, found(kind, size) === undefined ? "–" : show(found(kind, size), 0)))))));
}

/** Step by step, where the multiplications are: a row for each line of the calculation, a column for each objective. */
function account() {
  const rows = [
    ["rows", "rows R", (R) => R, count],
    ["hidden", "h, the mean of C inputs: C\u00a0·\u00a0d", (R, C, d) => C * d],
    ["scores", "scores u · h: R\u00a0·\u00a0d", (R, C, d) => R * d],
    ["back", "gradient in h: R\u00a0·\u00a0d", (R, C, d) => R * d],
    ["out", "gradient in the rows: R\u00a0·\u00a0d", (R, C, d) => R * d],
    ["in", "gradient in the inputs: C\u00a0·\u00a0d", (R, C, d) => C * d],
    ["T", "together", multiplications],
    ["ratio", "full softmax / this", (R, C, d, V) => multiplications(V, C, d) / multiplications(R, C, d)],
  ].map(([part, name, value, text = whole]) => {
    const cells = OBJECTIVES.map((_, i) => {
      const [node, set] = changing("td", { class: "w2v-number", "data-part": `${part}${i}` });
      const term = { hidden: "C", in: "C", scores: "R", back: "R", out: "R", rows: "R" }[part]; // of the formula
      node.dataset.lights = `${part}${i} ${term ? `${term}${i}` : `L${i} M${i}`}`;
      return { node, set };
    });
    return {
      node: h("tr", { class: `w2v-row-${part}` }, h("th", { scope: "row" }, name), ...cells.map(({ node }) => node)),
      draw: (i, ...sizes) => cells[i].set(((number) => (number < 1e7 ? text(number) : show(number, 0)))(value(...sizes))),
    };
  });
  return {
    node: h("table", { class: "w2v-costs" },
      h("thead", null, h("tr", null, h("th", { scope: "col" }, "one example"), ...heads())),
      h("tbody", null, ...rows.map(({ node }) => node))),
    draw: (i, ...sizes) => rows.forEach((row) => row.draw(i, ...sizes)),
  };
}

/** The sum of each objective as a formula with its numbers. */
function sums() {
  const lines = OBJECTIVES.map(({ name, why, drives }, i) => {
    const [R, C, d, total] = Array.from({ length: 4 }, () => changing("span", { class: "w2v-number" }));
    const lighting = (part, lights, child) => {
      const node = term(part, child);
      node.dataset.lights = `${part} ${lights}`;
      return node;
    };
    const node = formula(`the sum for ${name}`, `${name}, R = ${why}: (3 · `, lighting(`R${i}`, `rows${i} scores${i} back${i} out${i} ${drives}`, R[0]),
      " + 2 · ", lighting(`C${i}`, `hidden${i} in${i} C`, C[0]), ") · ", lighting(`d${i}`, "d", d[0]), " = ", h("strong", null, lighting(`L${i}`, `M${i} N${i} T${i}`, total[0])));
    return { node, draw: (rows, inputs, dimension) => {
      R[1](count(rows));
      C[1](String(inputs));
      d[1](String(dimension));
      total[1](whole(multiplications(rows, inputs, dimension)));
    } };
  });
  return { node: h("div", { class: "w2v-formulas" }, ...lines.map(({ node }) => node)), draw: (i, ...sizes) => lines[i].draw(...sizes) };
}

function render({ model, el }) {
  const start = NAMES.map((name) => model.get(name)); // where Reset returns to
  const change = (name, value) => (model.set(name, value), model.save_changes());
  const setV = (V) => change("V", Number(Math.max(LEAST, Math.min(MOST, V)).toPrecision(2)));
  const counts = panel("Multiplications for one example, as V grows", "multiplications", "L", [10, 1e10], setV);
  const times = panel("Measured microseconds for one example, as V grows", "microseconds", "M", [10, 1e5], setV);
  const [conditions, setConditions] = changing("p", { class: "w2v-conditions" });
  const details = h("details", null, h("summary", null, "The measured times as a table"));
  const measuredPanel = h("div", null, h("strong", null, "measured"), times.node, conditions, details);
  const size = slider("vocabulary V", { min: STEPS * Math.log10(LEAST), max: STEPS * Math.log10(MOST), step: 1 }, (step) => setV(10 ** (step / STEPS)),
    () => whole(model.get("V")));
  const controls = [
    ["d", "dimension", slider("coordinates d", { min: 10, max: 500, step: 10 }, (value) => change("dimension", value))],
    ["K", "negatives", slider("negatives K", { min: 1, max: 25, step: 1 }, (value) => change("negatives", value))],
    ["C", "inputs", slider("input words C", { min: 1, max: 20, step: 1 }, (value) => change("inputs", value))],
  ];
  size.node.dataset.part = "V";
  for (const [part, , { node }] of controls) node.dataset.part = part;
  const [sheet, totals, status] = [account(), sums(), announcer()];
  const legend = h("ul", { class: "w2v-legend" }, ...OBJECTIVES.map((objective, i) => h("li", { "data-part": `N${i}`, "data-lights": `N${i} L${i} M${i} T${i}` },
    svg("svg", { class: "w2v-swatch", viewBox: "0 0 44 14", "aria-hidden": "true" },
      svg("path", { d: "M0 7H44", class: "w2v-curve", "stroke-dasharray": objective.dash, "stroke-width": 2 }), mark(objective, 22, 7)), objective.name)));
  const root = widget(
    h("div", { class: "w2v-controls" }, size.node), legend,
    h("div", { class: "w2v-meters" }, h("div", null, h("strong", null, "counted"), counts.node), measuredPanel),
    h("div", { class: "w2v-controls" }, ...controls.map(([, , one]) => one.node),
      button("Reset", () => NAMES.forEach((name, i) => change(name, start[i])))),
    totals.node, sheet.node, status);

  let drawn;
  const drawTimes = (V) => {
    const measured = model.get("measured");
    measuredPanel.hidden = !measured.length;
    if (!measured.length) return;
    if (drawn !== measured) {
      details.replaceChildren(details.firstChild, timesTable(measured));
      drawn = measured;
    }
    const [d, K, C] = model.get("measured_with");
    setConditions(`One example with d = ${d}, K = ${K}, C = ${C}, timed when this page was made; V alone changes.`);
    const points = OBJECTIVES.map(({ kind }) => measured.filter(([one]) => one === kind).map(([, size, time]) => [size, time]).sort(([a], [b]) => a - b));
    const powers = measured.map(([, , time]) => Math.log10(time));
    times.draw(V, points, points.flatMap((path, i) => path.map((at) => [i, ...at])),
      [10 ** Math.floor(Math.min(...powers)), 10 ** (Math.floor(Math.max(...powers)) + 1)]);
  };
  const draw = () => {
    const [V, d, K, C] = NAMES.map((name) => model.get(name));
    const costAt = (i, size) => multiplications(OBJECTIVES[i].rows({ V: size, negatives: K }), C, d);
    const sizes = Array.from({ length: 61 }, (_, step) => Math.round(10 ** (1 + step / 12)));
    counts.draw(V, OBJECTIVES.map((_, i) => sizes.map((size) => [size, costAt(i, size)])), OBJECTIVES.map((_, i) => [i, V, costAt(i, V)]));
    drawTimes(V);
    OBJECTIVES.forEach(({ rows }, i) => {
      const R = rows({ V, negatives: K });
      sheet.draw(i, R, C, d, V);
      totals.draw(i, R, C, d);
    });
    size.set(Math.round(STEPS * Math.log10(V)));
    for (const [, name, one] of controls) one.set(model.get(name));
    status.say(`V ${whole(V)}: ${OBJECTIVES.map(({ name }, i) => `${name} ${whole(costAt(i, V))}`).join(", ")} multiplications.`);
  };
  return stage({ model, el }, root, [...NAMES, "measured", "measured_with"], draw, { status });
}

export default { render };
