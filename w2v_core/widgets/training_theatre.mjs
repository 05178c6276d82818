// Train any of the six models on a small text: predict, error, update as three steps; then let it run.
import { arrowTo, chart, svg } from "./chart.mjs";
import { mainDirections, pca, predict, sentencesOf, vocabulary, word2vec } from "./models.mjs";
import { dotProduct } from "./numerics.mjs";
import {
  announcer, bar, button, changing, choice, cut, formula, h, numberBox, plural, show, signed, slider, spoken, stage, term, whole, widget, write,
} from "./parts.mjs";
import { scatter } from "./scatter.mjs";

const SETTINGS = ["text", "architecture", "objective", "dimension", "window", "dynamic_window", "learning_rate", "negatives",
  "batch_size", "epochs", "subsample", "min_count", "seed"];
const NAMES = [...SETTINGS, "steps", "phase"];
const PHASES = ["predict", "error", "update"];
const ACTS = ["1 Predict", "2 Error", "3 Update"];
const [MOST_WORDS, MOST_STEPS, MOST_ROWS, LONGEST_TEXT] = [150, 100000, 10, 60000]; // as in training_theatre.py
const [WORDS_SHOWN, NUMBERS_SHOWN] = [24, 3]; // of a sentence, of a vector in a formula
const BUDGET = 8; // milliseconds of a frame for training; the rest is for the picture
const RATES = [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10, 20, 50]; // on the slider
const MAGNIFIED = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]; // how much longer than the step its arrow may be drawn
const SPEEDS = [2, 5, 20, 60, 200, 1000, 5000, 20000]; // batches a second
const ARCHITECTURE_TEXTS = [["skip_gram", "skip-gram"], ["cbow", "CBOW"]];
const OBJECTIVE_TEXTS = [["FullSoftmax", "full softmax"], ["HierarchicalSoftmax", "hierarchical softmax"], ["NegativeSampling", "negative sampling"]];
const NUMBERS = [["dimension", "dimension d", 1, 50], ["window", "window m", 1, 10], ["negatives", "negatives K", 1, 20],
  ["batch_size", "batch size", 1, 256], ["epochs", "epochs", 1, 1000], ["min_count", "min_count", 1, 10000],
  ["subsample", "subsampling t", 0, 1], ["seed", "seed", 0, 2 ** 32 - 1]];

const closest = (values, wanted) => values.reduce((best, one, i) => (Math.abs(one - wanted) < Math.abs(values[best] - wanted) ? i : best), 0);

const following = (phase) => PHASES[(PHASES.indexOf(phase) + 1) % 3];

/** The name of an inner node of the tree by its row of W_out. */
const nodeName = (tree, row) => (row === tree.V - 2 ? "root" : `node ${row + 1}`);

/** Some of the words below a node of the tree, as text: "tea, milk…". */
function wordsBelow(node, tree, words, most = 2) {
  const found = (one, room) => {
    if (one < tree.V) return [words[one]];
    const [first, second] = tree.merges[one - tree.V];
    const some = found(first, room);
    return some.length < room ? [...some, ...found(second, room - some.length)] : some;
  };
  return found(node, most).map((word) => cut(word, 9)).join(", ") + (node < tree.V ? "" : "…");
}

/** A number a little above `value` that is easy to read: the end of an axis. */
function roundUp(value) {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((factor) => factor * power >= value * 0.9999);
}

// --- what happens on the stage ---

/** A clear sentence if the text is too much for the stage, with the minCount that would do. */
function tooManyWords(sentences, minCount) {
  const { words: known, counts } = vocabulary(sentences, minCount);
  if (known.length <= MOST_WORDS) return null;
  const [enough, left] = [counts[MOST_WORDS] + 1, counts.filter((count) => count > counts[MOST_WORDS]).length];
  const advice = left > 1 ? ` With min_count ${enough}, ${left} are left.` : "";
  const message = `The text has ${whole(known.length)} different words; the stage has room for ${MOST_WORDS}. `
    + `Use a shorter text or a larger min_count.${advice}`;
  return { message, minCount: left > 1 ? enough : null };
}

/** The rows of both matrices that a batch reads and moves. */
const rowsInUse = ({ predictions }) => ({
  W_in: [...new Set(predictions.flatMap(({ inputs }) => inputs))],
  W_out: [...new Set(predictions.flatMap(({ rows }) => rows))],
});

/**
 * A training that can stop between predict, error and update; after as many steps it is where Word2Vec.train is. `batch`
 * is on the stage: that of the next step, or, at phase "predict", that of the last; then `before` has the rows it moved.
 */
export function rehearse(settings) {
  const sentences = sentencesOf(settings.text);
  const problem = sentences.length ? tooManyWords(sentences, settings.min_count) : null;
  if (problem) throw Object.assign(new Error(problem.message), problem, { name: "CorpusError" });
  const model = word2vec({
    sentences, architecture: settings.architecture, objective: settings.objective,
    options: settings.objective === "NegativeSampling" ? { negatives: settings.negatives } : {},
    dimension: settings.dimension, window: settings.window, dynamicWindow: settings.dynamic_window,
    minCount: settings.min_count, subsample: settings.subsample, seed: settings.seed,
  });
  const run = model.trainer({ epochs: settings.epochs, learningRate: settings.learning_rate, batchSize: settings.batch_size });
  let waiting = run.draw(); // throws if the text has nothing to predict
  const self = {
    settings, sentences, model, run, steps: 0, phase: "predict", batch: null, before: null, failure: null,
    get isOver() { return self.phase === "predict" && (!waiting || self.steps >= MOST_STEPS); },
    get isDone() { return Boolean(self.failure) || self.isOver; },
    /** The next of the three; false if there is none. */
    advance() {
      if (self.isDone) return false;
      if (self.phase === "predict") [self.batch, self.before] = [run.forward(waiting), null];
      if (self.phase === "update") self.move();
      self.phase = following(self.phase);
      return !self.failure;
    },
    move() {
      self.before = Object.fromEntries(Object.entries(rowsInUse(self.batch)).map(([name, rows]) =>
        [name, new Map(rows.map((row) => [row, model.embeddings[name][row].slice()]))]));
      try {
        run.update(self.batch);
      } catch (error) {
        self.failure = error;
      }
      self.steps += 1;
      if (!self.failure) waiting = run.draw();
    },
    /** Whole steps and then single ones, up to a place; false if it was not reached by `deadline`. */
    go(steps, phase, deadline = Infinity) {
      while (!self.isDone && (self.steps < steps || (self.steps === steps && self.phase !== phase))) {
        if (self.phase === "predict" && performance.now() > deadline) return false;
        self.advance();
      }
      return true;
    },
  };
  return self;
}

/** The same run in Python, as one can paste it. JSON's strings are Python's, too. */
export function pythonCall(settings, call = null) {
  const { architecture, objective, negatives } = settings;
  const float = (number) => (Number.isInteger(number) ? number.toFixed(1) : String(number));
  const isNoisy = objective === "NegativeSampling";
  const names = [call && "ToyCorpus", objective, "Word2Vec", architecture].filter((name) => name);
  const text = call ?? `sentences_of(${JSON.stringify(settings.text)})`;
  return [
    ...(isNoisy ? ["from functools import partial", ""] : []),
    `from w2v_core import ${names.sort().join(", ")}`,
    ...(call ? [] : ["from w2v_core.corpus import sentences_of"]),
    "",
    "model = Word2Vec(",
    `    ${text},`,
    `    ${architecture},`,
    `    ${isNoisy ? `partial(${objective}, negatives=${negatives})` : objective},`,
    `    dimension=${settings.dimension},`,
    `    window=${settings.window},`,
    `    dynamic_window=${settings.dynamic_window ? "True" : "False"},`,
    `    min_count=${settings.min_count},`,
    `    subsample=${float(settings.subsample)},`,
    `    seed=${settings.seed},`,
    ")",
    `model.train(epochs=${settings.epochs}, learning_rate=${float(settings.learning_rate)}, batch_size=${settings.batch_size})`,
  ].join("\n");
}

/** Which candidates the page shows, by their number r: all, or the target and the likeliest, or the first. */
function shownRows({ labels, probabilities, mask }, objective) {
  const all = labels.map((_, r) => r).filter((r) => mask[r]);
  if (all.length <= MOST_ROWS) return all;
  if (objective !== "FullSoftmax") return all.slice(0, MOST_ROWS);
  const rank = (r) => (labels[r] === 1 ? 2 : probabilities[r]);
  return [...all].sort((a, b) => rank(b) - rank(a)).slice(0, MOST_ROWS).sort((a, b) => a - b);
}

// --- the parts of the picture ---

/** The sentence of the example, its inputs and its target marked. */
function sentenceStrip() {
  const [where, setWhere] = changing("p", { class: "w2v-where" });
  const words = h("p", { class: "w2v-sentence" });
  let drawn;
  return {
    node: h("div", { class: "w2v-strip" }, where, words),
    draw({ batch, sentences, model, run, settings, steps, phase }) {
      const example = batch?.examples[0];
      const done = steps - (phase === "predict" && batch ? 1 : 0);
      setWhere(example
        ? `Batch ${whole(done + 1)}, sentence ${whole(example.place.sentence + 1)} of ${whole(sentences.length)}`
          + (settings.batch_size > 1 ? `; the first of ${plural(batch.examples.length, "example")}` : "")
        : `${plural(sentences.length, "sentence")}, ${plural(run.total / settings.epochs, "word")}, `
          + `V = ${model.vocabulary.words.length} different ones; the first sentence:`);
      const kept = example ? example.place.kept : sentences[0].map((word) => model.vocabulary.index.get(word)).filter((w) => w !== undefined);
      const { position = -1, reach = 0 } = example?.window ?? {};
      const from = Math.max(0, Math.min(position - WORDS_SHOWN / 2, kept.length - WORDS_SHOWN));
      const context = kept.map((_, at) => at).filter((at) => at !== position && Math.abs(at - position) <= reach);
      const isCbow = settings.architecture === "cbow";
      const key = JSON.stringify([example ? [example.which, position, reach, isCbow] : 0, kept.slice(from, from + WORDS_SHOWN)]);
      if (key === drawn) return;
      drawn = key;
      const role = (at) => {
        if (!example || (at !== position && !context.includes(at))) return null;
        if (isCbow) return at === position ? "target" : "input";
        return at === position ? "input" : at === context[example.which] ? "target" : "context";
      };
      words.replaceChildren(
        ...(from > 0 ? ["… "] : []),
        ...kept.slice(from, from + WORDS_SHOWN).flatMap((w, i) => {
          const is = role(from + i);
          const node = h("bdi", { class: `w2v-token ${is ? `w2v-${is}` : ""}` }, model.vocabulary.words[w]);
          if (is === "input" || is === "target") node.dataset.mark = is;
          if (is === "input") node.dataset.part = "v";
          if (is === "target" && settings.objective !== "HierarchicalSoftmax") node.dataset.part = "u";
          return [node, is ? spoken(` (${is}) `) : "", " "];
        }),
        ...(from + WORDS_SHOWN < kept.length ? ["…"] : []));
    },
  };
}

/** Inputs, hidden vector, candidates; and what the model says of each. */
function network() {
  const inputs = h("ul", { class: "w2v-inputs" });
  const [hidden, setHidden] = changing("span", { class: "w2v-number" });
  const wires = [0, 1].map(() => svg("svg", { class: "w2v-wires", "aria-hidden": "true", preserveAspectRatio: "none", viewBox: "0 0 10 100" }));
  const head = (symbol, name, quantity) => h("th", { scope: "col", class: `w2v-${quantity}` }, h("span", { class: "w2v-symbol" }, symbol), name);
  const body = h("tbody");
  const [more, setMore] = changing("p", { class: "w2v-more" });
  const table = h("table", { class: "w2v-rows" },
    h("thead", null, h("tr", null, head("u", "candidate", "output"), head("y", "target", "target"), head("s", "score", "score"),
      head("ŷ", "probability", "probability"), head("ŷ − y", "error", "error"))), body);
  const rows = [];
  const row = () => {
    const [name, setName] = changing("bdi", { class: "w2v-name" });
    const [hint, setHint] = changing("small", { class: "w2v-name" });
    const [label, setLabel] = changing("td", { class: "w2v-number" });
    const [score, setScore] = changing("td", { class: "w2v-number" });
    const [probability, error] = [bar("probability", "probability"), bar("error", "error")];
    const cells = [h("th", { scope: "row" }, name, hint), label, score, h("td", null, probability), h("td", null, error)];
    return { node: h("tr", null, ...cells), cells, setName, setHint, setLabel, setScore, probability, error };
  };
  const node = h("div", { class: "w2v-network" }, inputs, wires[0],
    h("p", { class: "w2v-hidden w2v-h", "data-part": "h" }, h("span", { "data-mark": "hidden" }, "h"), spoken(", the hidden vector: "), hidden),
    wires[1], h("div", { class: "w2v-table" }, table, more));
  return {
    node,
    draw({ batch, model, settings, phase }, room) {
      const example = batch?.predictions[0];
      node.classList.toggle("is-empty", !example);
      node.style.setProperty("--w2v-rows", room);
      const words = model.vocabulary.words;
      const { tree } = model.objective;
      const shown = example ? shownRows(example, settings.objective) : [];
      const isJudged = example && phase !== "error"; // errors are known
      const texts = example ? example.inputs.map((w) => words[w]) : ["input words"];
      if (inputs.children.length !== texts.length) {
        inputs.replaceChildren(...texts.map(() => h("li", { "data-part": "v", "data-lights": "v Win" },
          h("bdi", { class: "w2v-input w2v-name", "data-mark": "input" }))));
        wires[0].replaceChildren(...texts.map((_, i) => svg("line", { x1: 0, x2: 10, y1: (100 * (i + 0.5)) / texts.length, y2: 50 })));
      }
      texts.forEach((text, i) => write(inputs.children[i].firstChild, text));
      setHidden(example ? vectorText(example.hidden, 2) : "?");
      const count = example ? shown.length : room;
      while (rows.length < count) rows.push(row());
      if (body.children.length !== count) {
        body.replaceChildren(...rows.slice(0, count).map((one) => one.node));
        wires[1].replaceChildren(...rows.slice(0, count).map((_, i) => svg("line", { x1: 0, x2: 10, y1: 50, y2: (100 * (i + 0.5)) / count })));
      }
      node.style.setProperty("--w2v-shown", count);
      if (!example) {
        for (const [i, empty] of rows.slice(0, count).entries()) {
          for (const set of ["setName", "setLabel", "setScore"]) empty[set]("?");
          empty.setHint("");
          empty.probability.draw(0, 0, "?");
          empty.error.draw(0.5, 0.5, "?");
          wires[1].children[i].setAttribute("class", "");
          wires[1].children[i].style.strokeWidth = 1.2;
        }
      }
      const leading = example && leadingRow(example, tree);
      shown.forEach((r, i) => {
        const [one, w] = [rows[i], example.rows[r]];
        ["u", "y", "s", "p", "e"].forEach((part, cell) => {
          one.cells[cell].dataset.part = part + (r === leading ? "" : r);
          one.cells[cell].dataset.lights = r === leading ? part + (part === "u" ? " Wout" : "") : `${part}${r} all-${part}`;
        });
        one.setName(tree ? nodeName(tree, w) : words[w]);
        one.setHint(tree ? tree.merges[w].map((child) => wordsBelow(child, tree, words)).join(" | ") : "");
        one.setLabel(`${example.labels[r]}${example.labels[r] ? " ★" : ""}`);
        one.setScore(show(example.scores[r]));
        one.probability.draw(0, example.probabilities[r], show(example.probabilities[r]));
        if (isJudged) one.error.draw(0.5, 0.5 + example.errors[r] / 2, signed(example.errors[r]));
        else one.error.draw(0.5, 0.5, "?");
        const wire = wires[1].children[i];
        wire.setAttribute("class", isJudged ? "w2v-error" : "");
        wire.style.strokeWidth = isJudged ? 1 + 4 * Math.abs(example.errors[r]) : 1.2;
      });
      const left = example ? example.mask.filter((is) => is).length - shown.length : 0;
      setMore(left > 0 ? `and ${whole(left)} more ${tree ? "nodes" : "words"}` : "");
    },
  };
}

/** The candidate that the formulas follow: the target; in a tree, the root. */
const leadingRow = ({ labels }, tree) => (tree ? 0 : labels.indexOf(1));

/** v with the names of words below, and a plus between them. */
function sumOfVectors(node, names, C) {
  const key = JSON.stringify([names, C]);
  if (node.dataset.names === key) return;
  node.dataset.names = key;
  const parts = names.slice(0, 4).flatMap((name, i) => [i ? " + " : "", "v", h("sub", null, name)]);
  const sum = [...parts, ...(names.length > 4 ? [" + …"] : [])];
  node.replaceChildren(...(C > 1 && names.length > 1 ? ["(", ...sum, `) / ${C}`] : sum));
}

const vectorText = (vector, most = NUMBERS_SHOWN) =>
  `(${vector.slice(0, most).map((x) => show(x)).join(", ")}${vector.length > most ? ", …" : ""})`;

/** The equations that are applied, with their current numbers; "?" for what is not computed yet. */
function equations() {
  const sets = {};
  const value = (name, tag = "span", more = {}) => {
    const [node, set] = changing(tag, { class: "w2v-number", ...more });
    (sets[name] ??= []).push(set);
    return node;
  };
  const named = (symbol, name, quantity) => h("span", quantity && { class: `w2v-${quantity}` }, symbol, value(name, "sub", { class: "" }));
  const lit = (part, lights, ...children) => {
    const node = term(part, ...children);
    node.dataset.lights = lights;
    return node;
  };
  const H = () => lit("h", "h", h("span", { class: "w2v-hidden" }, "h"));
  const U = () => lit("u", "u Wout", named("u", "row", "output"));
  const all = h("span", { class: "w2v-input" });
  const firsts = [0, 1].map(() => h("span", { class: "w2v-input" }));
  const S = () => lit("s", "s", named("s", "row"));
  const Y = () => lit("p", "p", named("ŷ", "row", "probability"));
  const E = () => lit("e", "e", named("e", "row", "error"));
  const eta = () => lit("eta", "eta", "η");
  const loss = lit("loss", "loss", "loss");
  const lines = [
    [
      formula("the hidden vector", H(), " = ", lit("v", "v Win", all), " = ", value("h")),
      formula("the score", S(), " = ", U(), " · ", H(), " = ", value("s")),
      formula("the probability", Y(), " = ", value("squash"), " = ", h("strong", null, value("p"))),
      formula("the loss", loss, " = ", value("lossFormula"), " = ", h("strong", null, value("loss"))),
    ],
    [
      formula("the error", E(), " = ", Y(), " − ", lit("y", "y", named("y", "row", "target")), " = ", value("difference"),
        " = ", h("strong", null, value("e"))),
    ],
    [
      formula("the change of the output vector", "Δ", U(), " = −", eta(), " ", E(), " ", H(), " = −", value("eta"), " · ",
        value("times"), " · ", H(), " = ", value("uMove")),
      formula("the output vector, before and after", U(), ": ", value("uBefore"), " → ", value("uAfter")),
      formula("the change of an input vector", "Δ", lit("v", "v Win", firsts[0]), " = −", eta(), value("share"), " Σ ",
        lit("all-e", "e all-e", h("span", { class: "w2v-error" }, "e")), " ",
        lit("all-u", "u all-u Wout", h("span", { class: "w2v-output" }, "u")), " = ", value("vMove")),
      formula("the input vector, before and after", lit("v", "v Win", firsts[1]), ": ", value("vBefore"), " → ", value("vAfter")),
    ],
  ];
  const blocks = ACTS.map((name, i) => h("div", { class: "w2v-act" }, h("strong", null, name), h("div", null, ...lines[i])));
  const put = (texts) => Object.entries(texts).forEach(([name, text]) => sets[name].forEach((set) => set(text)));
  return {
    node: h("div", { class: "w2v-board" }, ...blocks),
    draw({ batch, before, model, settings, phase }) {
      const example = batch?.predictions[0];
      const known = !example ? 0 : phase === "error" ? 1 : phase === "update" ? 2 : 3; // how many of the three are done
      blocks.forEach((node, i) => {
        node.classList.toggle("is-open", i < known);
        node.classList.toggle("is-last", i === known - 1);
      });
      const { tree } = model.objective;
      const name = (w) => cut(model.vocabulary.words[w]);
      const isSoftmax = settings.objective === "FullSoftmax";
      const texts = Object.fromEntries(Object.keys(sets).map((one) => [one, "?"]));
      texts.row = tree ? "r" : "w";
      texts.squash = isSoftmax ? "exp(s) / Σ exp(s)" : "σ(s)";
      texts.lossFormula = isSoftmax ? "−log ŷ" : "−Σ log (probability of the right answer)";
      texts.eta = show(batch?.learningRate ?? settings.learning_rate);
      texts.share = settings.architecture === "cbow" ? "/C" : "";
      if (known === 0) {
        for (const node of [all, ...firsts]) sumOfVectors(node, ["c"], 1);
        put(texts);
        return;
      }
      const { inputs, rows, labels, hidden, scores, probabilities, errors, loss: E, inputGradient, rowGradients } = example;
      const [r, C] = [leadingRow(example, tree), inputs.length];
      const [s, p, at, input] = [scores[r], probabilities[r], rows[r], inputs[0]];
      sumOfVectors(all, inputs.map(name), C);
      for (const node of firsts) sumOfVectors(node, [name(input)], C);
      const sum = Math.exp(s) / p; // what the scores' exponentials add up to; at times too large to write
      const fraction = Number.isFinite(sum) ? `${show(Math.exp(s))} / ${show(sum)}` : "…";
      const rightAnswer = (i) => (labels[i] ? show(probabilities[i]) : `(1 − ${show(probabilities[i])})`);
      const logs = (isSoftmax ? [r] : [0, 1, 2].slice(0, labels.length)).map((i) => `log ${rightAnswer(i)}`);
      texts.row = tree ? nodeName(tree, at) : name(at);
      texts.h = vectorText(hidden);
      texts.s = show(s);
      texts.squash = isSoftmax ? `exp(${show(s)}) / Σ exp(s) = ${fraction}` : `σ(${show(s)})`;
      texts.p = show(p);
      texts.lossFormula = `−${logs.join(" − ")}${!isSoftmax && labels.length > 3 ? " − …" : ""}`;
      texts.loss = show(E);
      texts.share = C > 1 ? `/${C}` : "";
      if (known > 1) {
        texts.difference = `${show(p)} − ${labels[r]}`;
        texts.e = signed(errors[r]);
      }
      if (known > 2) {
        const move = (gradient) => vectorText(gradient.map((slope) => -batch.learningRate * slope));
        texts.times = `(${signed(errors[r])})`;
        texts.uMove = move(rowGradients[r]);
        texts.uBefore = vectorText(before.W_out.get(at));
        texts.uAfter = vectorText(model.embeddings.W_out[at]);
        texts.vMove = move(inputGradient);
        texts.vBefore = vectorText(before.W_in.get(input));
        texts.vAfter = vectorText(model.embeddings.W_in[input]);
      }
      put(texts);
    },
  };
}

/** A matrix as a picture with numbers where there is room; walk through it with the arrow keys, or point at a cell. */
function heatMap(symbol, label, part) {
  const canvas = h("canvas", { role: "slider", tabindex: 0, "aria-label": `${symbol}, one cell; the arrow keys walk`, "aria-valuenow": 0,
    onpointermove: (event) => pointAt(event), onpointerdown: (event) => pointAt(event), onkeydown: (event) => walk(event), onfocus: () => tell() });
  const [readout, setReadout] = changing("p", { class: "w2v-readout" });
  const node = h("figure", { class: "w2v-matrix", "data-part": part },
    h("figcaption", null, h("strong", null, symbol), ` ${label}`), canvas, readout);
  let [rows, names, before, width, room, rowHeight, colors, cell] = [[], [], new Map(), 0, 0, 0, null, [0, 0]];
  const tell = () => {
    const [w, i] = cell = [Math.min(cell[0], rows.length - 1), Math.min(cell[1], rows[0].length - 1)];
    const old = before.get(w);
    const text = `${names[w]}, coordinate ${i + 1}: ${show(rows[w][i])}${old && old[i] !== rows[w][i] ? ` (before: ${show(old[i])})` : ""}`;
    setReadout(text);
    canvas.setAttribute("aria-valuetext", text);
    canvas.setAttribute("aria-valuenow", rows[w][i]);
  };
  const goTo = (row, column) => {
    const clamp = (value, count) => Math.max(0, Math.min(count - 1, value));
    cell = [clamp(row, rows.length), clamp(column, rows[0].length)];
    tell();
    paint();
  };
  const pointAt = (event) => {
    const box = canvas.getBoundingClientRect();
    const share = (event.clientX - box.left - room) / (width - room);
    goTo(Math.floor((event.clientY - box.top) / rowHeight), Math.floor(share * rows[0].length));
  };
  const walk = (event) => {
    const [down, right] = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key] ?? [0, 0];
    if (!down && !right) return;
    event.preventDefault();
    goTo(cell[0] + down, cell[1] + right);
  };
  const paint = () => {
    if (!width || !rows.length) return;
    if (!colors) {
      const style = getComputedStyle(canvas);
      colors = Object.fromEntries(["input", "output", "ink", "muted", "error"].map((name) => [name, style.getPropertyValue(`--w2v-${name}`)]));
    }
    rowHeight = Math.max(3, Math.min(20, Math.floor(360 / rows.length)));
    const [ratio, height, d] = [window.devicePixelRatio || 1, rowHeight * rows.length, rows[0].length];
    const hasNames = rowHeight >= 12;
    room = hasNames ? Math.min(84, 0.22 * width) : 10;
    const across = (width - room) / d;
    const hasNumbers = hasNames && across >= 38;
    const size = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== size[0] || canvas.height !== size[1]) [canvas.width, canvas.height] = size;
    canvas.style.height = `${height}px`;
    const pen = canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    pen.textBaseline = "middle";
    const largest = rows.reduce((most, row) => row.reduce((m, x) => Math.max(m, Math.abs(x)), most), 0) || 1;
    const digits = largest >= 100 ? 0 : largest < 0.1 && across >= 50 ? 3 : 2;
    const written = (x) => (Math.abs(x) >= 1e5 ? show(x, 0) : x.toFixed(digits).replace("-", "−")); // short, to fit the cell
    rows.forEach((row, w) => {
      const [top, old] = [w * rowHeight, before.get(w)];
      row.forEach((x, i) => {
        const left = room + i * across;
        pen.globalAlpha = (hasNumbers ? 0.5 : 0.9) * Math.min(1, Math.abs(x) / largest);
        pen.fillStyle = x < 0 ? colors.output : colors.input;
        pen.fillRect(left, top, x < 0 && !hasNumbers ? across * 0.55 : across - 1, rowHeight - (rowHeight > 5 ? 1 : 0)); // narrow: below zero
        pen.globalAlpha = 1;
        pen.fillStyle = colors.ink;
        if (hasNumbers) {
          pen.font = "11px system-ui, sans-serif";
          pen.textAlign = "right";
          pen.fillText(written(x), left + across - 11, top + rowHeight / 2 + 0.5, across - 13);
        }
        if (old && hasNames && old[i] !== x) {
          const way = x > old[i] ? -1 : 1; // up if it grew
          const [a, b] = [left + across - 6, top + rowHeight / 2];
          pen.beginPath();
          pen.moveTo(a, b + 4 * way);
          pen.lineTo(a - 3, b - 2 * way);
          pen.lineTo(a + 3, b - 2 * way);
          pen.fill();
        }
      });
      if (hasNames) {
        pen.fillStyle = colors.ink;
        pen.font = `${old ? "bold " : ""}12px system-ui, sans-serif`;
        pen.textAlign = "left";
        pen.save();
        pen.beginPath();
        pen.rect(0, top, room - 3, rowHeight);
        pen.clip();
        pen.fillText(`${old ? "▸" : ""}${names[w]}`, 2, top + rowHeight / 2 + 0.5);
        pen.restore();
      } else if (old) {
        pen.fillStyle = colors.ink;
        pen.fillRect(2, top, 6, rowHeight);
      }
      if (old && rowHeight > 5) { // else the outlines would hide the rows
        pen.strokeStyle = colors.ink;
        pen.lineWidth = 1;
        pen.strokeRect(room - 0.5, top + 0.5, width - room - 0.5, rowHeight - 1);
      }
    });
    if (canvas.matches(":focus-visible, :hover")) {
      pen.strokeStyle = colors.error;
      pen.lineWidth = 2;
      pen.strokeRect(room + cell[1] * across, cell[0] * rowHeight, across - 1, Math.max(rowHeight - 1, 2));
    }
  };
  const sizes = new ResizeObserver(() => {
    width = Math.floor(canvas.getBoundingClientRect().width);
    paint();
  });
  sizes.observe(canvas);
  canvas.addEventListener("blur", paint);
  canvas.addEventListener("pointerleave", paint);
  return {
    node,
    /** `used` maps the rows in use to their values before the step. */
    draw(newRows, newNames, used) {
      [rows, names, before] = [newRows, newNames, used];
      tell();
      paint();
    },
    recolor() {
      colors = null;
      paint();
    },
    stop: () => sizes.disconnect(),
  };
}

/** The input vectors in the plane of their two main directions, and where the last step moved them. */
function vectorPlane() {
  const axis = (label) => ({ label, from: -1, to: 1 });
  const plot = chart("input vectors in their main plane", axis("first main direction"), axis("second"), { height: 290 });
  const points = scatter(plot, "words; the arrow keys walk between them");
  const arrows = svg("g", { class: "w2v-moves w2v-error", "aria-hidden": "true" });
  const [legend, setLegend] = changing("p", { class: "w2v-readout" });
  let [moves, directions, reach] = [[], null, 0];
  const redraw = plot.mark(arrows, (_, place) => {
    const ways = moves.map(([from, to]) => [place(...from), place(...to)]).map(([a, b]) => [a, [b[0] - a[0], b[1] - a[1]]]);
    const longest = Math.max(0, ...ways.map(([, way]) => Math.hypot(...way)));
    const scale = MAGNIFIED.find((one) => one * longest > 18) ?? MAGNIFIED.at(-1); // a step of a few pixels would be hidden by its dot
    setLegend(longest > 0 ? `Arrow: the last change${scale > 1 ? `, ${whole(scale)} times as long` : ""}.` : "");
    const frame = plot.frame();
    arrows.replaceChildren(...ways.flatMap(([a, way]) => {
      let [from, to] = [0, scale]; // the part of the way that lies in the frame
      for (const k of [0, 1]) {
        const edges = [frame[k], frame[k + 2]].map((edge) => (edge - a[k]) / way[k]).sort((one, other) => one - other);
        if (way[k]) [from, to] = [Math.max(from, edges[0]), Math.min(to, edges[1])];
      }
      return to > from ? [arrowTo(...[from, to].map((part) => [0, 1].map((k) => a[k] + part * way[k])))] : [];
    }));
  });
  return {
    node: h("figure", null, h("figcaption", null, h("strong", null, "The input vectors"), " in their main plane"), plot.node, legend),
    forget: () => ([directions, reach] = [null, 0]),
    draw({ model, before, batch }, isFast) {
      const { W_in } = model.embeddings;
      directions = mainDirections(W_in, directions);
      const places = pca(W_in, directions);
      const size = places.reduce((most, [x, y]) => Math.max(most, Math.abs(x), Math.abs(y)), 0);
      if (size * 1.05 > reach || size * 3 < reach) {
        reach = roundUp(size * 1.2);
        plot.axes({ from: -reach, to: reach }, { from: -reach, to: reach });
      }
      const inUse = new Set(isFast || !batch ? [] : batch.predictions[0].inputs);
      points.set(places.map(([x, y], w) => ({
        x, y, text: model.vocabulary.words[w], first: inUse.has(w), chosen: inUse.has(w),
        said: `${model.vocabulary.words[w]}: ${show(x, 2)}, ${show(y, 2)}`,
        ...(inUse.has(w) && { part: "v", lights: "v Win" }),
      })));
      moves = isFast || !before ? [] : [...before.W_in].map(([w, old]) => {
        const step = W_in[w].map((x, i) => x - old[i]);
        return [[0, 1].map((k) => places[w][k] - (directions[k] ? dotProduct(directions[k], step) : 0)), places[w]];
      });
      redraw();
    },
  };
}

/** The mean loss against the words read, as `History` notes it. */
function lossCurve() {
  const axis = (label) => ({ label, from: 0, to: 1 });
  const plot = chart("mean loss of an example against the words read", axis("words read"), axis("mean loss (nats)"), { height: 290 });
  const chance = plot.line("muted", { dash: "5 4", thin: true });
  const loss = plot.line("ink", { part: "loss" });
  let drawn;
  return {
    node: h("figure", null, h("figcaption", null, h("strong", null, "The loss"), "; dashed: by chance, all scores 0"), plot.node),
    draw({ model: { history }, run }) {
      const top = roundUp(1.1 * history.loss.reduce((most, one) => Math.max(most, one), run.chance));
      const key = `${run.total} ${top}`;
      if (key !== drawn) {
        plot.axes({ to: run.total }, { to: top });
        chance([[0, run.chance], [run.total, run.chance]]);
        drawn = key;
      }
      loss(history.words.map((words, i) => [words, history.loss[i]]));
    },
  };
}

/** What to look at on a narrow page, one view at a time: what is pressed and what it changes are seen together. */
function oneOf(views) {
  const show = (wanted) => {
    for (const [name, nodes] of Object.entries(views)) for (const node of nodes) node.classList.toggle("is-unseen", name !== wanted);
  };
  const names = Object.keys(views);
  const look = choice(spoken("Look at"), "look", names.map((name) => [name, name]), show);
  look.node.classList.add("w2v-look");
  look.set(names[0]);
  show(names[0]);
  return look.node;
}

// --- the theatre ---

function render({ model, el }) {
  const start = NAMES.map((name) => model.get(name)); // where Reset returns to
  const presets = model.get("presets");
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  let [theatre, built, problem, isQuiet, frame, isRunning, speed] = [null, null, null, false, null, false, 200];
  let credit = 0; // batches that the speed allows just now
  let [lastFrame, lastShown, lastDetail, lastSaved] = [0, 0, 0, 0]; // in milliseconds

  const keep = (values) => {
    isQuiet = true; // several settings are one change
    for (const [name, value] of Object.entries(values)) model.set(name, value);
    isQuiet = false;
    model.save_changes();
  };
  const change = (values) => {
    keep(values);
    draw();
  };
  const setting = (name, value) => change({ [name]: value, steps: 0, phase: "predict" });

  // What the reader sets.
  const OWN = "your own";
  const texts = h("select", { onchange: () => {
    const preset = presets.find(({ name }) => name === texts.value);
    if (preset) return change({ ...preset.settings, steps: 0, phase: "predict" });
    details.open = true;
    box.focus();
    return box.select();
  } }, ...[...presets.map(({ name }) => name), OWN].map((name) => h("option", null, name)));
  const architecture = choice("Who predicts whom?", "architecture", ARCHITECTURE_TEXTS, (value) => setting("architecture", value));
  const objective = choice("Compared with what?", "objective", OBJECTIVE_TEXTS, (value) => setting("objective", value));
  const box = h("textarea", { rows: 4, spellcheck: "false", maxlength: LONGEST_TEXT, oninput: () => setting("text", box.value) });
  const numbers = NUMBERS.map(([name, label, min, max]) => [name, numberBox(label, { min, max, step: name === "subsample" ? "any" : 1 },
    (value) => setting(name, name === "subsample" ? value : Math.round(value)), String)]);
  const rate = slider("learning rate η", { min: 0, max: RATES.length - 1, step: 1 },
    (i) => setting("learning_rate", RATES[i]), () => String(model.get("learning_rate")));
  rate.node.dataset.part = "eta";
  const dynamic = h("input", { type: "checkbox", onchange: () => setting("dynamic_window", dynamic.checked) });
  const details = h("details", { class: "w2v-more-settings" }, h("summary", null, "Text and settings"),
    h("label", { class: "w2v-text" }, "Text, one sentence a line", box),
    rate.node, h("div", { class: "w2v-numbers" }, ...numbers.map(([, { node }]) => node)),
    h("label", null, dynamic, "dynamic window: each draws its radius, 1 to m"));

  // What the reader does.
  const acts = PHASES.map((phase, i) => ({ phase, node: button(ACTS[i], () => act(phase)) }));
  const go = button("Run", () => (isRunning ? pause() : play()));
  const again = button("Start again", () => change({ steps: 0, phase: "predict" }));
  const reset = button("Reset", () => change(Object.fromEntries(NAMES.map((name, i) => [name, start[i]]))));
  const pace = slider("speed", { min: 0, max: SPEEDS.length - 1, step: 1 }, (i) => {
    speed = SPEEDS[i];
    pace.set(i);
  }, (i) => `${whole(SPEEDS[i])}/s`);
  pace.set(SPEEDS.indexOf(speed));

  const [story, setStory] = changing("p", { class: "w2v-story" });
  const [trouble, setTrouble] = changing("span");
  const rescue = button("", () => setting("min_count", problem.minCount));
  const warning = h("div", { class: "w2v-trouble", role: "alert" }, trouble, rescue);
  const [strip, net, board, plane, curve, status] = [sentenceStrip(), network(), equations(), vectorPlane(), lossCurve(), announcer()];
  const maps = [heatMap("W_in", "input vectors, a row a word", "Win"), heatMap("W_out", "output vectors", "Wout")];
  const [python, setPython] = changing("code");
  const snippet = h("pre", { tabindex: 0 }, python);
  const mapKey = h("p", { class: "w2v-readout w2v-map-key" }, "Deeper colour: larger. Below zero: orange, with a minus or half as wide. "
    + "Outlined or ▬ at the left: rows in use; ▲▼: what the step changed.");
  const matrices = [...maps.map(({ node }) => node), mapKey];
  const look = oneOf({ network: [net.node], formulas: [board.node], vectors: [plane.node], loss: [curve.node], matrices });
  const scene = h("div", { class: "w2v-stage" }, strip.node, look, net.node, board.node,
    h("div", { class: "w2v-views" }, plane.node, curve.node, ...matrices));
  const root = widget(
    h("div", { class: "w2v-choices" }, h("label", null, "Text ", texts), architecture.node, objective.node), details,
    h("div", { class: "w2v-acts" }, ...acts.map(({ node }) => node)),
    h("div", { class: "w2v-controls w2v-runs" }, go, pace.node, again, reset),
    warning, story, scene,
    h("details", { class: "w2v-more-settings" }, h("summary", null, "The same run in Python"),
      h("p", null, "The same seed draws the same numbers. This call ends where Run ends, in the same vectors:"), snippet,
      button("Select the code", () => document.getSelection().selectAllChildren(snippet))),
    status);

  const save = () => {
    lastSaved = performance.now();
    keep({ steps: theatre.steps, phase: theatre.phase });
  };
  const act = (phase) => {
    stopFrames();
    if (!theatre || theatre.isDone) return;
    do theatre.advance();
    while (!theatre.isDone && theatre.phase !== following(phase));
    save();
    picture(true);
  };
  const stopFrames = () => {
    if (frame !== null) cancelAnimationFrame(frame);
    [frame, isRunning] = [null, false];
  };
  const play = () => {
    if (!theatre || theatre.isDone) return;
    stopFrames();
    [isRunning, credit, lastFrame, lastShown] = [true, 1, performance.now(), 0];
    frame = requestAnimationFrame(run);
    status.say("Running.");
    picture();
  };
  const pause = () => {
    stopFrames();
    save();
    picture(true);
  };
  const run = () => {
    const now = performance.now();
    credit = Math.min(credit + (speed * Math.min(now - lastFrame, 100)) / 1000, speed);
    lastFrame = now;
    const [due, before] = [Math.floor(credit), theatre.steps];
    theatre.go(theatre.steps + due, "predict", now + BUDGET);
    credit -= Math.min(due, theatre.steps - before);
    if (theatre.isDone) {
      pause();
      return;
    }
    if (now - lastSaved > 1000) save();
    if (!calm.matches || now - lastShown > 600) { // without motion: a few pictures in larger steps
      lastShown = now;
      picture();
    }
    frame = requestAnimationFrame(run);
  };
  /** Go on from the start to where Python, or a saved notebook, wants to be. */
  const catchUp = () => {
    frame = null;
    const [steps, phase] = [model.get("steps"), model.get("phase")];
    if (!theatre.go(steps, phase, performance.now() + BUDGET)) {
      setStory(`Replaying: ${whole(theatre.steps)} of ${plural(steps, "batch")} …`);
      frame = requestAnimationFrame(catchUp);
      return;
    }
    if (theatre.steps !== steps || theatre.phase !== phase) save(); // the run ends before
    picture();
  };

  const picture = (isHeard = false) => {
    const { batch, before, settings, model: trained, failure, phase } = theatre;
    acts.forEach((one) => {
      const isNext = !isRunning && !theatre.isDone && one.phase === phase;
      one.node.classList.toggle("w2v-next", isNext);
      one.node.setAttribute("aria-current", isNext ? "step" : "false");
      one.node.setAttribute("aria-disabled", String(theatre.isDone));
    });
    go.setAttribute("aria-disabled", String(theatre.isDone));
    write(go, isRunning ? "Pause" : "Run");
    const room = settings.objective === "FullSoftmax" ? trained.vocabulary.words.length
      : settings.objective === "NegativeSampling" ? settings.negatives + 1 : Math.max(...trained.objective.tree.depths);
    const isFast = isRunning && (calm.matches || speed > 5); // too fast to follow word by word: then words do not flicker
    if (!isFast || performance.now() - lastDetail > 250) {
      lastDetail = performance.now();
      strip.draw(theatre);
      net.draw(theatre, Math.min(room, MOST_ROWS));
      board.draw(theatre);
    }
    plane.draw(theatre, isFast);
    curve.draw(theatre);
    const used = (name) => {
      if (!batch || isFast) return new Map();
      if (phase === "predict") return before[name];
      return new Map(rowsInUse(batch)[name].map((row) => [row, trained.embeddings[name][row]]));
    };
    const { tree } = trained.objective;
    maps[0].draw(trained.embeddings.W_in, trained.vocabulary.words, used("W_in"));
    const rowNames = tree ? trained.embeddings.W_out.map((_, row) => nodeName(tree, row)) : trained.vocabulary.words;
    maps[1].draw(trained.embeddings.W_out, rowNames, used("W_out"));
    warning.hidden = !failure;
    rescue.hidden = true;
    if (failure) {
      setTrouble(`Training has diverged. ${failure.message} Each step overshot: it made vectors longer, longer vectors made larger `
        + "scores, and these made the next step larger still. Lower η in the settings, or press Reset.");
    }
    const text = storyOf();
    setStory(text);
    if (isHeard) status.say(failure ? "Training has diverged." : text);
  };
  const storyOf = () => {
    const { batch, settings, model: trained, failure, isOver, phase, steps, run: { done, total } } = theatre;
    if (failure) return `Stopped after ${plural(steps, "batch")}.`;
    if (isRunning) return `Running: ${plural(steps, "batch")}, ${whole(done)} of ${whole(total)} words.`;
    const end = steps >= MOST_STEPS ? " The theatre stops here; the Python call below goes on."
      : isOver ? ` The training is over, after ${plural(steps, "batch")}.` : "";
    if (!batch) return "Press Predict: an example is drawn from the text, and the model says what it expects.";
    const example = batch.predictions[0];
    const words = trained.vocabulary.words;
    const names = example.inputs.map((w) => `“${cut(words[w])}”`);
    const given = names.length > 5 ? `${names.slice(0, 5).join(", ")} …` : names.join(", ");
    const target = `“${cut(words[example.target])}”`;
    const { tree } = trained.objective;
    const r = leadingRow(example, tree);
    if (phase === "error") {
      const drawn = settings.objective === "NegativeSampling"
        ? ` Drawn as noise: ${example.rows.slice(1, 7).map((w) => cut(words[w])).join(", ")}${example.rows.length > 7 ? " …" : ""}.` : "";
      const way = tree ? ` On the way to it are ${plural(example.rows.length, "yes-or-no question")}: first branch, or second?` : "";
      return `Given ${given}, which word is near? It was ${target}.${drawn}${way} The loss is ${show(example.loss)}.`;
    }
    if (phase === "update") {
      const name = tree ? `At the ${nodeName(tree, example.rows[r])}` : `For ${target}`;
      const [says, should, error] = [show(example.probabilities[r]), example.labels[r], signed(example.errors[r])];
      return `${name} the model says ${says} and should say ${should}: the error is ${error}. `
        + "Below zero: the score should rise. Above: it should fall.";
    }
    const after = predict(trained.embeddings, example, example, trained.objective).loss;
    const moved = (name) => { // a row may be in use and stay: at first, all output vectors are 0
      const matrix = trained.embeddings[name];
      return plural([...theatre.before[name]].filter(([row, old]) => old.some((x, i) => x !== matrix[row][i])).length, "row");
    };
    const [ins, outs] = [moved("W_in"), moved("W_out")];
    return `${ins} of W_in and ${outs} of W_out moved. For this example the loss went from ${show(example.loss)} to ${show(after)}.${end}`;
  };

  const controls = (settings) => {
    architecture.set(settings.architecture);
    objective.set(settings.objective);
    if (box.value !== settings.text) box.value = settings.text; // else leave the cursor alone
    const preset = presets.find((one) => one.settings.text === settings.text);
    texts.value = preset?.name ?? OWN;
    for (const [name, { set }] of numbers) set(settings[name]);
    rate.set(closest(RATES, settings.learning_rate));
    rate.input.setAttribute("aria-valuetext", String(settings.learning_rate));
    dynamic.checked = settings.dynamic_window;
    setPython(pythonCall(settings, preset?.call));
  };
  const draw = () => {
    if (isQuiet) return;
    stopFrames();
    const settings = Object.fromEntries(SETTINGS.map((name) => [name, model.get(name)]));
    const key = JSON.stringify(settings);
    const [steps, phase] = [model.get("steps"), model.get("phase")];
    const isBehind = !theatre || theatre.steps > steps || (theatre.steps === steps && PHASES.indexOf(theatre.phase) > PHASES.indexOf(phase));
    if (key !== built || isBehind) {
      if (key !== built) controls(settings);
      built = key;
      [theatre, problem] = [null, null];
      try {
        theatre = rehearse(settings);
      } catch (error) {
        if (!["CorpusError", "SettingError"].includes(error.name)) throw error;
        problem = error;
      }
      plane.forget();
    }
    scene.hidden = !theatre;
    story.hidden = !theatre;
    if (theatre) return catchUp();
    warning.hidden = false;
    setTrouble(problem.message);
    rescue.hidden = !problem.minCount;
    write(rescue, `Use min_count ${problem.minCount}`);
    for (const { node } of [...acts, { node: go }]) node.setAttribute("aria-disabled", "true");
    return status.say(problem.message);
  };
  const repaint = new MutationObserver(() => maps.forEach((map) => map.recolor()));
  repaint.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  repaint.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  const takeDown = stage({ model, el }, root, NAMES, draw, { status });
  return () => {
    stopFrames();
    repaint.disconnect();
    for (const map of maps) map.stop();
    takeDown();
  };
}

export default { render };
