// Vectors in the plane to drag: each candidate pulls the hidden vector or pushes it away. Step, and watch.
import { chart, dot, setAll, svg } from "./chart.mjs";
import { OBJECTIVES, applyGradients, predict } from "./models.mjs";
import {
  announcer, bar, button, changing, choice, cut, formula, h, numberBox, show, signed, slider, spoken, stage, term, widget,
} from "./parts.mjs";
import { generator } from "./random.mjs";

const VECTORS = ["W_in", "W_out", "W_nodes"];
const MOVABLE = [...VECTORS, "objective", "target", "noise", "seed", "learning_rate"];
const TEXTS = ["words", "inputs", "counts"];
const TITLES = { FullSoftmax: "full softmax", HierarchicalSoftmax: "hierarchical softmax", NegativeSampling: "negative sampling" };
const FAR = 1000; // of a typed coordinate
const MOST_DRAWS = 20;
const REMEMBERED = 100; // moves that can be taken back
const RUN = 10; // steps of one press

// --- the state, and what acts in it ---

const scaled = (factor, vector) => vector.map((x) => factor * x);
const added = (a, b) => a.map((x, i) => x + b[i]);
const copied = (rows) => rows.map((row) => [...row]);
const isTree = (state) => state.objective === "HierarchicalSoftmax";
const vectorsOf = (state) => Object.fromEntries(VECTORS.map((name) => [name, state[name]]));
const matrixOf = (state) => (isTree(state) ? "W_nodes" : "W_out");

/** The one example of a state, with copies of its vectors. Noise that the reader chose takes the place of a draw. */
function exampleOf(state) {
  const objective = OBJECTIVES[state.objective](state.counts);
  const rows = [state.target, ...state.noise];
  const wanted = state.objective !== "NegativeSampling" ? objective.candidates(state.target)
    : { rows, labels: rows.map((_, r) => (r ? 0 : 1)), mask: rows.map(() => true) };
  return {
    objective, wanted,
    example: { inputs: state.W_in.map((_, c) => c), target: state.target },
    embeddings: { W_in: copied(state.W_in), W_out: copied(state[matrixOf(state)]) },
  };
}

/** The prediction of a state, and of each output row what it does and what is done to it; empty if it is not asked. */
export function forces(state) {
  const { objective, wanted, example, embeddings } = exampleOf(state);
  const now = predict(embeddings, example, wanted, objective);
  const zero = scaled(0, now.hidden);
  const rows = embeddings.W_out.map((vector, row) => {
    const asked = wanted.rows.flatMap((one, r) => (one === row ? [r] : []));
    const of = (list) => asked.map((r) => list[r]); // a word that is drawn twice is asked twice
    const error = of(now.errors).reduce((total, one) => total + one, 0);
    return {
      labels: of(wanted.labels), score: now.scores[asked[0]], probability: now.probabilities[asked[0]], error,
      loss: objective.loss(of(now.scores), { labels: of(wanted.labels), mask: of(wanted.mask) }).loss,
      onHidden: scaled(-error, vector), // eq:gradient-input
      onRow: of(now.rowGradients).reduce(added, zero).map((slope) => -slope), // eq:gradient-output
    };
  });
  const chance = objective.loss(scaled(0, now.scores), wanted).loss;
  return {
    rows, chance, loss: now.loss, hidden: now.hidden, errors: now.errors,
    onHidden: scaled(-1, now.hiddenGradient), onInput: scaled(-1, now.inputGradient),
  };
}

/** All vectors of a state after one step; a DivergenceError if that leads out of all bounds. */
export function stepped(state) {
  const { objective, wanted, example, embeddings } = exampleOf(state);
  applyGradients(embeddings, [predict(embeddings, example, wanted, objective)], state.learning_rate);
  return { ...state, W_in: embeddings.W_in, [matrixOf(state)]: embeddings.W_out };
}

/** K words of noise, as `NegativeSampling.candidates` draws them from this seed. */
export function drawnNoise(state, K, seed) {
  if (!K) return [];
  return OBJECTIVES.NegativeSampling(state.counts, { negatives: K }).candidates(state.target, generator(seed)).rows.slice(1);
}

/** The inner nodes by the words on their two sides: "sand, milk | tea". */
export function nodeNames({ words, counts }) {
  const names = [...words];
  return OBJECTIVES.HierarchicalSoftmax(counts).tree.merges.map(([first, second]) => {
    names.push(`${names[first]}, ${names[second]}`);
    return `${names[first]} | ${names[second]}`;
  });
}

// --- the plane ---

const pair = (vector, digits = 3) => `(${vector.map((x) => show(x, digits)).join(", ")})`;
const key = (number) => h("span", { class: "w2v-key" }, String(number));
const visible = (node, yes) => { node.style.display = yes ? "" : "none"; };

/** How far round axes must go to show all these points. */
export function reachOf(points) {
  const far = Math.max(1.5, ...points.flat().map((x) => 1.08 * Math.abs(x)));
  const power = 10 ** Math.floor(Math.log10(far));
  return power * ([1, 1.5, 2, 3, 4, 5, 6, 8].find((step) => step * power >= far) ?? 10);
}

const MARKS = {
  input: (r) => svg("circle", { r }),
  output: (r) => svg("rect", { x: -r, y: -r, width: 2 * r, height: 2 * r }),
  hidden: (r) => svg("rect", { x: -r, y: -r, width: 2 * r, height: 2 * r, transform: "rotate(45)" }),
};

/** An arrow between two places of the page, with a number on it if it needs one. */
function arrow(quantity, part, number = "") {
  const [near, shaft, head] = ["near", "shaft", "head"].map((name) => svg("path", { class: `w2v-${name}` }));
  const badge = svg("g", { class: "w2v-badge" }, svg("circle", { r: 7.5 }), svg("text", { "text-anchor": "middle", y: 4 }, number));
  const node = svg("g", { class: `w2v-arrow w2v-${quantity}`, "data-part": part }, near, shaft, head, ...(number === "" ? [] : [badge]));
  const text = (x, y) => `${x.toFixed(1)} ${y.toFixed(1)}`;
  node.put = (x, y) => badge.setAttribute("transform", `translate(${text(x, y)})`);
  node.draw = ([x1, y1], [x2, y2], isPush = false) => {
    const length = Math.hypot(x2 - x1, y2 - y1);
    visible(node, length > 1.5);
    if (length <= 1.5) return;
    const [dx, dy, size] = [(x2 - x1) / length, (y2 - y1) / length, Math.min(9, length)];
    const [bx, by] = [x2 - size * dx, y2 - size * dy];
    near.setAttribute("d", `M${text(x1, y1)}L${text(x2, y2)}`);
    shaft.setAttribute("d", `M${text(x1, y1)}L${text(bx, by)}`);
    head.setAttribute("d", `M${text(x2, y2)}L${text(bx - size * 0.45 * dy, by + size * 0.45 * dx)}L${text(bx + size * 0.45 * dy, by - size * 0.45 * dx)}Z`);
    node.classList.toggle("w2v-push", isPush);
    node.put((x1 + bx) / 2, (y1 + by) / 2);
    node.isShort = length < 26; // its number stands beside it
  };
  return node;
}

/** Put every label beside its point, where it covers least of what is there; it stays on its side while that is free. */
function placeLabels(labels, taken, [left, top, right, bottom]) {
  const boxes = [...taken];
  const over = ([x, y, w, t], [a, b, v, u]) => Math.max(0, w + v - Math.abs(x - a)) * Math.max(0, t + u - Math.abs(y - b));
  for (const label of labels) {
    const half = label.half ?? [3.8 * [...label.text].length + 4, 8];
    const sides = [[1, 0], [-1, 0], [0, -1], [0, 1], [1, -1], [-1, -1], [1, 1], [-1, 1]];
    const spots = sides.map(([across, down]) => [
      label.at[0] + across * (half[0] + (down ? 4 : 14)), label.at[1] + down * (down && across ? 16 : 20), ...half,
    ]);
    const cost = (box, side) => boxes.reduce((total, other) => total + over(box, other), 0) - (side === label.side ? 40 : 0) +
      1e4 * (box[0] - half[0] < left || box[0] + half[0] > right || box[1] < top || box[1] > bottom) + side;
    const costs = spots.map(cost);
    label.side = costs.indexOf(Math.min(...costs));
    boxes.push(spots[label.side]);
    label.put(spots[label.side][0], spots[label.side][1]);
  }
}

/** The plane with its dots to drag and its arrows; `sets` are the names of the rows of W_out and of W_nodes. */
function plane(inputs, sets, moved) {
  const axis = (label) => ({ label, from: -1.5, to: 1.5 });
  const plot = chart("the vectors in the plane; drag them, or move them with the arrow keys",
    axis("first coordinate"), axis("second coordinate"), { height: 380, square: true });
  const spokes = svg("path", { class: "w2v-spokes" });
  const layer = svg("g", null, spokes);
  const redraw = plot.mark(layer, (_, place) => paint(place));
  let [now, reach, held] = [null, 1.5, false];

  const named = (text) => {
    const node = svg("text", { class: "w2v-label", "text-anchor": "middle" }, text);
    return { text, node, put: (x, y) => setAll(node, { x: x.toFixed(1), y: (y + 4).toFixed(1) }) };
  };
  /** One vector that can be dragged, with its trail, its place after the next step, and its name. */
  const vector = (quantity, matrix, row, name, text, part) => {
    const [line, dots] = ["line", "dots"].map((name) => svg("path", { class: `w2v-${name}` }));
    const trail = svg("g", { class: `w2v-trail w2v-${quantity}` }, line, dots);
    const after = svg("g", { class: `w2v-after w2v-${quantity}` }, MARKS[quantity](5));
    const handle = dot(plot, quantity, name, {
      shape: MARKS[quantity](quantity === "input" ? 8 : 7),
      moved: (x, y) => moved(matrix, row, [x, y].map((z) => Number((held ? Math.max(-reach, Math.min(reach, z)) : z).toFixed(2)))),
    });
    handle.node.dataset.part = part;
    return { matrix, row, trail, line, dots, after, handle, label: named(text) };
  };
  const several = inputs.length > 1;
  const vectors = [
    ...inputs.map((word, c) => vector("input", "W_in", c, `input vector of ${word}`, `v ${cut(word, 12)}`, `v${c}`)),
    ...["W_out", "W_nodes"].flatMap((matrix, kind) => sets[kind].map((word, row) =>
      vector("output", matrix, row, `${kind ? "node" : "output"} vector ${row + 1}, ${word}`, `${row + 1} ${cut(word, 12)}`, `u${row}`))),
  ];
  const pulls = sets[0].map((_, row) => arrow("error", `f${row}`, row + 1));
  const onRows = sets[0].map((_, row) => arrow("output", `g${row}`));
  const onInputs = inputs.map((_, c) => arrow("input", several ? `i${c}` : "t"));
  const total = arrow("hidden", "t");
  const mean = svg("g", { class: "w2v-hidden w2v-mean", "data-part": "h" }, MARKS.hidden(6));
  const meanLabel = named("h");
  for (const one of [...onInputs, total]) one.classList.add("w2v-sum");
  layer.prepend(...vectors.map((one) => one.trail));
  layer.append(...vectors.map((one) => one.after), ...onRows, ...onInputs, total, ...pulls, mean);
  // The dots stand above the arrows already; the names go on top.
  const names = svg("g", { class: "w2v-labels" }, ...vectors.map((one) => one.label.node), meanLabel.node);
  plot.mark(names, () => {});

  const shownNow = () => vectors.filter((one) => one.matrix === "W_in" || one.matrix === matrixOf(now.state));
  const position = (one) => now.state[one.matrix][one.row];
  const force = (one) => (one.matrix === "W_in" ? now.onInput : now.rows[one.row].onRow);
  const nextPosition = (one) => added(position(one), scaled(now.state.learning_rate, force(one)));
  const isInside = (point) => point.every((x) => Math.abs(x) <= reach);

  function paint(place) {
    if (!now) return;
    const { state, past } = now;
    const shown = shownNow();
    const taken = [];
    const along = (from, to) => {
      for (let share = 0; share <= 1; share += 0.125) {
        taken.push([from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1]), 3, 3]);
      }
    };
    const put = (one, from, to, isPush) => {
      const [start, end] = [place(...from), place(...to)];
      one.draw(start, end, isPush);
      along(start, end);
    };
    const text = (point) => place(...point).map((x) => x.toFixed(1)).join(" ");
    spokes.setAttribute("d", [now.hidden, ...shown.map(position)].map((end) => `M${text([0, 0])}L${text(end)}`).join("")
      + (several ? state.W_in.map((end) => `M${text(now.hidden)}L${text(end)}`).join("") : ""));
    for (const one of vectors) for (const node of [one.trail, one.after, one.handle.node, one.label.node]) visible(node, shown.includes(one));
    for (const one of shown) {
      const places = [...past.map((entry) => entry[one.matrix][one.row]), position(one)];
      const isSeen = places.map(isInside);
      const isStep = (i) => past[i]?.by === "step" && isSeen[i];
      one.line.setAttribute("d", places.map((point, i) =>
        (isStep(i - 1) && isSeen[i] ? `M${text(places[i - 1])}L${text(point)}` : "")).join(""));
      one.dots.setAttribute("d", places.map((point, i) => (isStep(i) ? `M${text(point)}h.01` : "")).join(""));
      const next = nextPosition(one);
      visible(one.after, isInside(next) && force(one).some((x) => x));
      one.after.setAttribute("transform", `translate(${text(next.map((x) => Math.max(-reach, Math.min(reach, x))))})`);
      taken.push([...place(...position(one)), 8, 8]);
    }
    for (const one of [pulls, onRows].flatMap((arrows) => arrows.slice(now.rows.length))) visible(one, false); // a tree has a row less
    const badges = [];
    let end = now.hidden; // head to tail
    now.rows.forEach(({ onHidden, onRow, error }, row) => {
      const next = added(end, onHidden);
      put(pulls[row], end, next, error > 0);
      if (pulls[row].isShort) badges.push({ half: [8, 8], at: place(...scaled(0.5, added(end, next))), put: pulls[row].put });
      end = next;
      const from = state[matrixOf(state)][row];
      put(onRows[row], from, added(from, onRow), error > 0);
    });
    state.W_in.forEach((from, c) => put(onInputs[c], from, added(from, now.onInput)));
    visible(mean, several);
    visible(total, several);
    visible(meanLabel.node, several);
    setAll(mean, { transform: `translate(${text(now.hidden)})` });
    if (several) put(total, now.hidden, added(now.hidden, now.onHidden));
    const labels = shown.map((one) => Object.assign(one.label, { at: place(...position(one)) }));
    if (several) labels.unshift(Object.assign(meanLabel, { at: place(...now.hidden) }));
    placeLabels([...labels, ...badges], taken, [...place(-reach, reach), ...place(reach, -reach)]);
  }

  function needed() {
    if (held) return reach; // the ground must not move under the pointer
    const { state, rows, hidden, onInput } = now;
    let end = hidden;
    const chain = rows.map(({ onHidden }) => (end = added(end, onHidden)));
    const outputs = state[matrixOf(state)].flatMap((u, row) => [u, added(u, rows[row].onRow)]);
    return reachOf([...state.W_in.flatMap((v) => [v, added(v, onInput)]), ...outputs, ...chain]);
  }
  function fit(wanted) {
    reach = wanted;
    plot.axes({ from: -reach, to: reach }, { from: -reach, to: reach });
  }
  plot.node.addEventListener("pointerdown", (event) => { held = Boolean(event.target.closest(".w2v-dot")); });
  for (const end of ["pointerup", "pointercancel"]) {
    plot.node.addEventListener(end, () => {
      if (!held) return;
      held = false;
      if (needed() !== reach) fit(needed());
    });
  }
  return {
    node: plot.node,
    /** Whether the next step would leave the picture. */
    leaves: () => !shownNow().map(nextPosition).every(isInside),
    draw(newest) {
      now = newest;
      const wanted = needed();
      if (wanted > reach) fit(wanted); // first the larger ground: no dot may be drawn astronomically far outside
      for (const { handle, matrix, row } of vectors) handle.set(...now.state[matrix][row]);
      if (wanted < reach) fit(wanted);
      redraw();
    },
  };
}

/** What the marks and the arrows of the plane mean. */
function legend(several) {
  const mark = (quantity, text) => h("li", { class: `w2v-${quantity}`, "data-mark": quantity }, text);
  const sample = (quantity, text, { isPush = false, isSum = false } = {}) => {
    const one = arrow(quantity, "");
    one.removeAttribute("data-part");
    one.classList.toggle("w2v-sum", isSum);
    one.draw([1, 5], [29, 5], isPush);
    return h("li", null, svg("svg", { class: "w2v-sample", width: 30, height: 10, "aria-hidden": "true" }, one), ` ${text}`);
  };
  return h("ul", { class: "w2v-legend" },
    mark("input", several ? "input vectors v" : "input vector v = h"), mark("output", "output vectors u"),
    ...(several ? [mark("hidden", "their mean h")] : []),
    sample("error", "pulls"), sample("error", "pushes", { isPush: true }),
    several ? sample("hidden", "their sum, −∂E/∂h", { isSum: true }) : sample("input", "their sum, −∂E/∂v", { isSum: true }),
    sample("output", "−∂E/∂u"), h("li", null, "○ □ after the next step"));
}

// --- numbers ---

const typedNumber = (value) => String(Number(value.toPrecision(Math.abs(value) < 1e6 ? 6 : 3)));

/** What stands below the picture for one kind of output rows: the sums, the rows with their errors, the coordinates. */
function panel(kind, names, several, { setTimes, setVector }) {
  const sign = kind ? "node" : "word";
  const result = (part) => {
    const [node, set] = changing("strong", { class: "w2v-number" });
    return [term(part, node), set];
  };
  const forceTerms = (prefix) => names.map((name, row) => {
    const [value, set] = changing("span", { class: "w2v-number" });
    return { node: term(`${prefix}${row}`, spoken(`${name}: `), key(row + 1), " ", value), set };
  });
  const [onHidden, onRow, losses] = ["f", "g", "e"].map(forceTerms);
  const [sum, setSum] = result("t");
  const [share, setShare] = result("i0");
  share.dataset.lights = "i0 i1 i2 i3";
  const [total, setTotal] = changing("strong", { class: "w2v-number" });
  const [guess, setGuess] = changing("span", { class: "w2v-number w2v-probability", "data-mark": "probability" });
  const guessTerm = term("p", guess);
  const letter = several ? "h" : "v";
  const logs = h("span", null, "E = −Σ log(chance of the wanted answer) = ",
    ...losses.flatMap(({ node }, row) => (row ? [" + ", node] : [node])));
  const oneLog = h("span", null, "E = −log ŷ★ = −log ", guessTerm);
  const lines = [
    formula(`the force on ${letter}, term by term`, `−∂E/∂${letter} = −Σ e u = `,
      ...onHidden.flatMap(({ node }, row) => (row ? [" + ", node] : [node])), " = ", sum),
    ...(several ? [formula("the force on each input vector", "−∂E/∂v = 1/C · (−∂E/∂h) = ", share)] : []),
    formula("the forces on the output vectors", "−∂E/∂u = −e h: ", ...onRow.flatMap(({ node }, row) => (row ? ["; ", node] : [node]))),
    formula("the loss, term by term", logs, oneLog, " = ", total),
  ];

  const header = (symbol, name, quantity) => h("th", { scope: "col", class: `w2v-${quantity}` },
    h("span", { class: "w2v-symbol", "data-mark": quantity }, symbol), " ", name);
  const rows = names.map((name, row) => {
    const times = numberBox(spoken(`times that ${name} is drawn as noise`), { min: 0, max: MOST_DRAWS, step: 1 }, (value) => setTimes(row, Math.round(value)), String);
    const probability = bar("probability", `probability, ${name}`);
    const error = bar("error", `error, ${name}`);
    const [labels, setLabels] = changing("span", { class: "w2v-wanted" });
    const [star, setStar] = changing("span", { class: "w2v-target w2v-star", "aria-hidden": "true" });
    const [score, setScore] = changing("span", { class: "w2v-number" });
    const timesCell = h("td", { class: "w2v-times" }, times.node);
    const node = h("tr", null,
      h("th", { scope: "row", "data-part": `u${row}`, "data-lights": `u${row} g${row}` },
        key(row + 1), " ", h("span", { class: "w2v-word" }, name), star, labels),
      timesCell,
      h("td", { "data-part": `s${row}`, "data-lights": `s${row} u${row} h v0` }, score),
      h("td", { "data-part": `p${row}` }, probability),
      h("td", { "data-part": `e${row}`, "data-lights": `e${row} f${row} g${row}` }, error));
    return { node, times, timesCell, probability, error, setLabels, setStar, setScore };
  });
  const timesHead = h("th", { scope: "col", class: "w2v-times" }, h("span", { class: "w2v-symbol" }, "k"), " times drawn");
  const table = h("table", { class: "w2v-rows" },
    h("thead", null, h("tr", null, h("th", { scope: "col" }, h("span", { class: "w2v-symbol w2v-output", "data-mark": "output" }, "u"), ` ${sign}`),
      timesHead, header("s", "score, u·h", "score"), header("ŷ", "probability", "probability"), header("e", "error, ŷ − y", "error"))),
    h("tbody", null, ...rows.map((row) => row.node)));
  const boxes = names.map((name, row) => coordinates(key(row + 1), name, (vector) => setVector(row, vector)));
  return {
    lines, table, boxes,
    draw(now) {
      const { state } = now;
      const isNoise = state.objective === "NegativeSampling";
      const isSoftmax = state.objective === "FullSoftmax";
      for (const cell of [timesHead, ...rows.map((row) => row.timesCell)]) visible(cell, isNoise);
      visible(logs, !isSoftmax);
      visible(oneLog, isSoftmax);
      const widest = Math.max(1, ...now.rows.map(({ error }) => Math.abs(error)));
      now.rows.forEach((row, r) => {
        const [isAsked, one] = [row.labels.length > 0, rows[r]];
        one.node.classList.toggle("w2v-unasked", !isAsked);
        one.setStar(kind === 0 && r === state.target ? "★" : "");
        one.setLabels(!isAsked ? (kind ? "not on the path" : "not asked") : kind
          ? `y = ${row.labels[0]}: ${row.labels[0] ? "first" : "second"} side` : `y = ${row.labels.join(", ")}`);
        one.times.set(state.noise.filter((word) => word === r).length);
        one.setScore(isAsked ? show(row.score) : "–");
        one.probability.draw(0, isAsked ? row.probability : 0, isAsked ? show(row.probability) : "–");
        one.error.draw(0.5, 0.5 + row.error / widest / 2, isAsked ? signed(row.error) : "–");
        onHidden[r].set(isAsked ? `${signed(-row.error)}·${pair(state[matrixOf(state)][r], 2)}` : "0");
        onRow[r].set(isAsked ? pair(row.onRow) : "0");
        losses[r].set(isAsked ? show(row.loss) : "0");
        boxes[r].set(state[matrixOf(state)][r]);
      });
      setSum(pair(now.onHidden));
      setShare(pair(now.onInput));
      guessTerm.dataset.part = `p${state.target}`;
      setGuess(isSoftmax ? show(now.rows[state.target].probability) : "");
      setTotal(show(now.loss));
    },
  };
}

/** The two coordinates of one vector, to be typed. */
function coordinates(mark, name, hear) {
  let vector = [0, 0];
  const boxes = ["first", "second"].map((place, i) => numberBox(spoken(`${place} coordinate of ${name}`), { min: -FAR, max: FAR, step: 0.1 },
    (value) => hear(vector.map((old, j) => (j === i ? value : old))), typedNumber));
  return {
    node: h("tr", null, h("th", { scope: "row" }, mark, " ", h("span", { class: "w2v-word" }, name)), ...boxes.map(({ node }) => h("td", null, node))),
    set(newVector) {
      vector = newVector;
      boxes.forEach((box, i) => box.set(vector[i]));
    },
  };
}

// --- the whole ---

/** Whether names and vectors belong together. */
const fits = ({ inputs, words, counts, W_in, W_out, W_nodes, target, noise }) =>
  W_in.length === inputs.length && W_out.length === words.length && W_nodes.length === words.length - 1 &&
  counts.length === words.length && [target, ...noise].every((word) => word < words.length);

/** The loss before each step that is remembered, and now: points [steps, loss]. */
function lossCurve() {
  const plot = chart("the loss before each step", { label: "steps", from: 0, to: 4 }, { label: "loss E", from: 0, to: 1 }, { height: 150 });
  const line = plot.line("ink");
  const dots = svg("path", { class: "w2v-losses" });
  let [points, frame] = [[], ""];
  const redraw = plot.mark(dots, (_, place) => {
    dots.setAttribute("d", points.map((point) => `M${place(...point).map((x) => x.toFixed(1)).join(" ")}h.01`).join(""));
  });
  const put = (newPoints) => {
    points = newPoints;
    line(points);
    redraw();
  };
  return {
    node: plot.node,
    draw(newPoints) {
      const [first, last, top] = [newPoints[0][0], newPoints.at(-1)[0], reachOf(newPoints.map(([, loss]) => [loss]))];
      if (frame !== `${first} ${last} ${top}`) {
        put([]); // what was far above the new axes is not drawn on them
        plot.axes({ from: first, to: Math.max(first + 4, last) }, { to: top });
      }
      frame = `${first} ${last} ${top}`;
      put(newPoints);
    },
  };
}

/** What the reader should know about this state, if anything. */
function warningOf({ loss, chance, errors, past }, refusal, leaves) {
  const last = past.at(-1);
  if (refusal) return `✗ ${refusal}`;
  if (last?.by === "step" && loss > 10 * chance && loss > last.loss) {
    return `✗ It diverges: the last step raised the loss from ${show(last.loss)} to ${show(loss)}; when all scores are 0 it is ${show(chance)}. `
      + "Each step goes too far, so the next force is larger still. Undo, and take a smaller learning rate.";
  }
  if (errors.every((error) => error === 0)) return "Every error is 0 to the last digit: no force is left, wherever the vectors are.";
  return leaves ? "The next step leads out of the picture." : "";
}

function render({ model, el }) {
  const start = Object.fromEntries(MOVABLE.map((name) => [name, model.get(name)])); // where Reset returns to
  const read = () => Object.fromEntries([...MOVABLE, ...TEXTS].map((name) => [name, model.get(name)]));
  const status = announcer();
  const root = widget();
  let [past, draw, paused, refusal] = [[], () => {}, false, ""];

  const change = (settings) => {
    paused = true; // one drawing for all of them
    for (const [name, value] of Object.entries(settings)) model.set(name, value);
    paused = false;
    model.save_changes();
    redraw();
  };
  const stepsOf = (objective) => past.filter((entry) => entry.by === "step" && entry.objective === objective);
  const stepsTaken = (objective) => 1 + (stepsOf(objective).at(-1)?.number ?? -1); // those that are no longer remembered, too
  /** Note where all vectors are before a move; a drag is one move, however many events it has. */
  const remember = (by, state) => {
    if (by !== "step" && past.at(-1)?.by === by) return;
    past.push({ by, number: stepsTaken(state.objective), loss: forces(state).loss, objective: state.objective, ...vectorsOf(state) });
    if (past.length > REMEMBERED) past.shift();
  };
  const setVector = (matrix, row, vector) => {
    remember(`${matrix}${row}`, read());
    change({ [matrix]: model.get(matrix).map((old, r) => (r === row ? vector : old)) });
  };
  const step = (count) => {
    let state = read();
    try {
      for (let i = 0; i < count; i++) {
        const next = stepped(state);
        remember("step", state);
        state = next;
      }
    } catch (error) {
      if (error.name !== "DivergenceError") throw error;
      refusal = error.message;
    }
    change(vectorsOf(state));
  };
  const draws = (K, seed) => change({ seed, noise: drawnNoise(read(), K, seed) });
  const setTimes = (word, times) => {
    const others = model.get("noise").filter((one) => one !== word);
    const fitting = Math.min(times, MOST_DRAWS - others.length);
    change({ noise: [...others, ...Array.from({ length: fitting }, () => word)].sort((a, b) => a - b) });
  };

  const build = () => {
    const state = read();
    const { inputs, words } = state;
    if (!fits(state)) return; // new words and their vectors come in two messages
    const several = inputs.length > 1;
    const sets = [words, nodeNames(state)];
    past = [];
    const objective = choice("objective", "objective", Object.entries(TITLES), (value) => change({ objective: value }));
    const target = choice(h("span", { class: "w2v-target", "data-mark": "target" }, "target"), "target",
      words.map((word, w) => [w, h("span", { class: "w2v-word" }, word)]), (value) => change({ target: value }));
    const K = numberBox("K ", { min: 0, max: MOST_DRAWS, step: 1 }, (value) => draws(Math.round(value), model.get("seed")), String);
    const seed = numberBox("seed ", { min: 0, max: 2 ** 32 - 1, step: 1 }, (value) => draws(model.get("noise").length, Math.round(value)), String);
    const noise = h("fieldset", { class: "w2v-choice w2v-noise" }, h("legend", null, "noise"), K.node, seed.node,
      button("Draw again", () => draws(model.get("noise").length, (model.get("seed") + 1) % 2 ** 32)));
    const picture = plane(inputs, sets, setVector);
    const rate = slider("learning rate η", { min: 0.1, max: 20, step: 0.1 }, (value) => change({ learning_rate: value }), (value) => show(value, 2));
    const [undoButton, resetButton] = [button("Undo", () => change(vectorsOf(past.pop()))), button("Reset", () => { past = []; change(start); })];
    const stepButton = button("Step", () => step(1));
    stepButton.classList.add("w2v-main");
    const [loss, setLoss] = changing("strong", { class: "w2v-number" });
    const [count, setCount] = changing("span");
    const curve = lossCurve();
    const [note, setNote] = changing("p", { class: "w2v-note w2v-failed" });
    const panels = sets.map((names, kind) => panel(kind, names, several, {
      setTimes, setVector: (row, vector) => setVector(kind ? "W_nodes" : "W_out", row, vector),
    }));
    const inputBoxes = inputs.map((word, c) => coordinates("", word, (vector) => setVector("W_in", c, vector)));
    const bodies = panels.map(({ boxes }) => h("tbody", null, ...boxes.map(({ node }) => node)));
    const lines = panels.map((one) => h("div", { class: "w2v-formulas w2v-sums" }, ...one.lines));
    root.replaceChildren(
      h("p", { class: "w2v-hint" }, "Drag a vector, or press Step: where do the forces lead?"),
      h("div", { class: "w2v-settings" }, objective.node, target.node, noise),
      h("div", { class: "w2v-forces" },
        h("div", null, picture.node, legend(several)),
        h("div", { class: "w2v-side" },
          h("div", { class: "w2v-buttons" }, stepButton, button(`${RUN} steps`, () => step(RUN)), undoButton, resetButton),
          rate.node,
          h("p", { class: "w2v-loss" }, "loss E = ", loss, count), curve.node, note)),
      ...lines, ...panels.map(({ table }) => table),
      h("details", null, h("summary", null, "Coordinates as numbers"),
        h("table", { class: "w2v-coordinates" },
          h("thead", null, h("tr", null, ...["vector", "first", "second"].map((text) => h("th", { scope: "col" }, text)))),
          h("tbody", null, ...inputBoxes.map(({ node }) => node)), ...bodies)),
      status);
    draw = () => {
      const state = read();
      const now = { ...forces(state), state, past };
      const tree = isTree(state);
      objective.set(state.objective);
      target.set(state.target);
      visible(noise, state.objective === "NegativeSampling");
      K.set(state.noise.length);
      seed.set(state.seed);
      rate.set(state.learning_rate);
      picture.draw(now);
      panels.forEach((one, kind) => {
        for (const node of [lines[kind], one.table, bodies[kind]]) visible(node, tree === (kind === 1));
      });
      panels[tree ? 1 : 0].draw(now);
      inputBoxes.forEach((box, c) => box.set(state.W_in[c]));
      undoButton.disabled = !past.length;
      const [steps, taken] = [stepsOf(state.objective), stepsTaken(state.objective)];
      const after = taken ? ` after ${taken} step${taken > 1 ? "s" : ""}` : "";
      setLoss(show(now.loss));
      setCount(after);
      curve.draw([...steps.map(({ number, loss }) => [number, loss]), [taken, now.loss]]);
      const warning = warningOf(now, refusal, picture.leaves());
      setNote(warning);
      visible(note, warning);
      refusal = "";
      status.say(`Loss ${show(now.loss)}${after}. Force on ${several ? "the hidden vector" : "the input vector"} ${pair(now.onHidden, 2)}. ${warning}`);
    };
    draw();
  };
  const redraw = () => {
    if (!paused && fits(read())) draw();
  };
  return stage({ model, el }, root, MOVABLE, redraw, { status, built: TEXTS, build });
}

export default { render };
