// Words and counts in; the tree grows merge by merge, and the answers on the way to a word multiply to its probability.
import { setAll, svg } from "./chart.mjs";
import { hierarchicalSoftmax, sharesAsScores } from "./models.mjs";
import { entropy, sigmoid } from "./numerics.mjs";
import { announcer, bar, button, changing, formula, h, show, slider, stage, term, widget, write } from "./parts.mjs";
import { generator } from "./random.mjs";
import { wordsBox } from "./words.mjs";

const [MOST_WORDS, MOST_DRAWN] = [200, 20];
const ROW = 36; // height of a leaf's row, in pixels, as in the style sheet
const DRINKS = ["tea", "milk", "sugar", "spoon", "cup", "water", "lemon", "honey"];
const EXAMPLES = [
  ["The chapter’s", ["the", "tea", "milk", "sugar", "spoon"], [8, 5, 4, 3, 2]],
  ["Even counts", DRINKS, DRINKS.map(() => 4)],
  ["Zipf: 1/rank", [...DRINKS, "bread", "salt", "pan", "oven"], Array.from({ length: 12 }, (_, i) => Math.round(120 / (i + 1)))],
  ["Worst case", DRINKS, DRINKS.map((_, i) => 2 ** i)],
];
const count = (number) => show(number, 0);

/** As many node scores, from −2 to 2 in tenths, as TreeExplorer in Python draws from this seed. */
function drawnScores(length, seed) {
  const rng = generator(seed);
  return Array.from({ length }, () => Math.round(40 * rng.random() - 20) / 10);
}

/** Where each node stands: across in percent, down in pixels; and the leaves in the order of their rows. */
function treePlaces({ V, merges, depths }) {
  const [across, down, order] = [[], [], []];
  const deepest = Math.max(...depths);
  const lay = (node, depth) => {
    across[node] = node < V ? 100 : (100 * depth) / deepest;
    if (node < V) down[node] = ROW * (order.push(node) - 0.5);
    else {
      for (const child of merges[node - V]) lay(child, depth + 1);
      down[node] = (down[merges[node - V][0]] + down[merges[node - V][1]]) / 2;
    }
  };
  lay(2 * V - 2, 0);
  return { across, down, order, deepest };
}

/** The tree from left to right, each leaf in the row of its word. */
function treeDrawing(words, counts, tree, choose) {
  const { V, merges, weights } = tree;
  const { across, down, order, deepest } = treePlaces(tree);
  const x = (node) => `${across[node]}%`;

  const marks = weights.map((weight, node) => { // a box at each inner node, a ring at each leaf
    const [place, setPlace] = [svg("text", { class: "w2v-order", x: x(node), y: down[node] + 4, "text-anchor": "end" }),
      (text) => write(place, text)];
    const width = 10 + 8 * count(weight).length;
    place.setAttribute("dx", node < V ? -9 : -width / 2 - 4);
    const shapes = node < V
      ? [svg("circle", { cx: x(node), cy: down[node], r: 4 })]
      : [svg("rect", { x: x(node), y: down[node] - 10, width, height: 20, transform: `translate(${-width / 2} 0)` }),
        svg("text", { x: x(node), y: down[node] + 4, "text-anchor": "middle" }, count(weight))];
    return { node: svg("g", { class: node < V ? "w2v-leaf" : "w2v-node" }, ...shapes, place), setPlace };
  });
  const edges = merges.flatMap((children, n) => children.map((child, bit) => {
    const [above, y] = [x(V + n), down[child]];
    const answer = svg("tspan", { class: `w2v-answer ${deepest > 6 ? "w2v-deep" : ""}`, dx: 4 });
    const line = (attributes) => [svg("line", { x1: above, y1: down[V + n], x2: above, y2: y, ...attributes }),
      svg("line", { x1: above, y1: y, x2: x(child), y2: y, ...attributes })];
    const node = svg("g", { class: "w2v-edge" }, ...line(), ...line({ class: "w2v-reach" }),
      svg("text", { x: above, y, dx: 5, dy: bit ? 13 : -4 }, String(bit), answer));
    return { node, child, above: V + n, setAnswer: (text) => write(answer, text) };
  }));

  const rows = order.map((word) => {
    const radio = h("input", { type: "radio", name: "word", onchange: () => choose(word) });
    const probability = bar("probability", `probability of ${words[word]}`);
    const node = h("tr", { "data-part": `w${word}` },
      h("th", { scope: "row" }, h("label", null, radio, h("span", { class: "w2v-word", title: words[word] }, words[word]))),
      h("td", { class: "w2v-number" }, count(counts[word])),
      h("td", { class: "w2v-code w2v-number" }, tree.code(word).join("")),
      h("td", null, probability));
    return { node, word, radio, probability };
  });

  const head = (name, kind = "") => h("th", { scope: "col", class: kind }, name);
  const room = 9 + 4 * count(weights.at(-1)).length; // for the left half of the root's box
  const node = h("div", { class: "w2v-tree", style: `--w2v-depth: ${deepest}; --w2v-root: ${room}px` },
    svg("svg", { height: ROW * V, "aria-hidden": "true" }, ...edges.map((edge) => edge.node), ...marks.map((mark) => mark.node)),
    h("table", null,
      h("thead", null, h("tr", null, head("word"), head("count"), head("code", "w2v-code"), head("p(word)", "w2v-probability"))),
      h("tbody", null, ...rows.map((row) => row.node))));

  if (deepest > 5) setAll(node, { tabindex: 0, role: "group", "aria-label": "the tree" }); // on a phone it scrolls
  return {
    node, order,
    draw({ word, merged, probabilities, answers, path }) {
      const made = V + merged; // nodes with a smaller number stand
      const next = merges[merged] ?? [];
      marks.forEach((mark, one) => {
        mark.node.style.display = one < made ? "" : "none";
        mark.node.classList.toggle("w2v-next", next.includes(one));
        mark.setPlace(["①", "②"][next.indexOf(one)] ?? "");
        const question = path.indexOf(one - V);
        if (question >= 0) mark.node.dataset.part = `q${question}`;
        else delete mark.node.dataset.part;
      });
      for (const edge of edges) {
        const question = path.indexOf(edge.above - V);
        const isOnPath = question >= 0 && (edge.child === word || path.includes(edge.child - V));
        edge.node.style.display = edge.above < made ? "" : "none";
        edge.node.classList.toggle("w2v-path", isOnPath);
        edge.setAnswer(isOnPath ? show(answers[question]) : "");
        if (isOnPath) edge.node.dataset.part = `q${question}`;
        else delete edge.node.dataset.part;
      }
      for (const row of rows) {
        row.radio.checked = row.word === word;
        row.node.classList.toggle("w2v-chosen", row.word === word);
        row.probability.draw(0, probabilities[row.word], show(probabilities[row.word]));
      }
    },
  };
}

/** The product along the path to a word, with its numbers, and a slider for the score of each question. */
function pathQuestions(name, code, path, weights, setScore) {
  const numbers = code.map(() => changing("span", { class: "w2v-number w2v-probability" }));
  const [product, setProduct] = changing("strong", { class: "w2v-number w2v-probability", "data-mark": "probability" });
  const between = (terms) => terms.flatMap((one, j) => (j ? [" · ", one] : [one]));
  const line = formula("the probability, question by question", "p(", h("span", { class: "w2v-word" }, name), ") = ",
    ...between(code.map((bit, j) => term(`q${j}`, bit ? "σ(−s" : "σ(s", h("sub", null, String(j + 1)), ")"))), " = ",
    ...between(numbers.map(([number], j) => term(`q${j}`, number))), " = ", product);
  const sliders = path.map((row, j) => {
    const label = h("span", null, "score s", h("sub", null, String(j + 1)), j ? `, node ${count(weights[j])}` : ", root");
    const one = slider(label, { min: -6, max: 6, step: 0.1 }, (score) => setScore(row, score), (score) => show(score, 2));
    one.node.dataset.part = `q${j}`;
    return one;
  });
  return {
    nodes: [line, h("div", { class: "w2v-tree-questions" }, ...sliders.map((one) => one.node))],
    draw(scores, answers, p) {
      sliders.forEach((one, j) => one.set(scores[path[j]]));
      numbers.forEach(([, set], j) => set(show(answers[j])));
      setProduct(show(p));
    },
  };
}

/** Entropy, mean and largest depth, and a balanced tree, on one scale. */
function depthFigures() {
  const names = ["entropy H of the counts", "mean depth, questions a running word", "log₂ V, a balanced tree", "longest path"];
  const bars = names.map((name) => bar("plain", name));
  const parts = ["H", "mean", "log", "longest"];
  const [[low, setLow], [mean, setMean], [high, setHigh], [most, setMost]] = names.map(() => changing("span", { class: "w2v-number" }));
  const list = h("ul", { class: "w2v-ways w2v-tree-depths", "aria-label": "how many questions" },
    ...names.map((name, i) => h("li", { "data-part": parts[i] },
      h("span", { class: "w2v-name", "aria-hidden": "true" }, name), bars[i])));
  const line = formula("the bounds of the mean depth", "H ≤ mean depth < H + 1: ", term("H", low), " ≤ ", term("mean", mean),
    " < ", high, h("span", { class: "w2v-aside" }, "longest path ≤ V − 1 = ", most));
  return {
    nodes: [list, line],
    draw(counts, { V, depths, meanDepth }) {
      const total = counts.reduce((a, b) => a + b);
      const H = entropy(counts.map((one) => one / total));
      const figures = [H, meanDepth, Math.log2(V), Math.max(...depths)];
      figures.forEach((figure, i) => bars[i].draw(0, figure / Math.max(...figures), show(figure, i < 3 ? 3 : 0)));
      setLow(show(H));
      setMean(show(meanDepth));
      setHigh(show(H + 1));
      setMost(String(V - 1));
    },
  };
}

function render({ model, el }) {
  const names = ["words", "counts", "scores", "word", "merged"];
  const get = () => Object.fromEntries(names.map((name) => [name, model.get(name)]));
  const start = get(); // where Reset returns to
  const change = (settings) => {
    for (const [name, value] of Object.entries(settings)) model.set(name, value);
    model.save_changes();
  };

  /** Take other words; what belongs to them and still fits is kept. */
  const setWords = (words, counts) => {
    const old = get();
    const V = words.length;
    const scores = V === old.words.length ? old.scores : drawnScores(V - 1, 0);
    change({ words, counts, scores, word: Math.max(0, words.indexOf(old.words[old.word])), merged: V - 1 });
  };
  const box = wordsBox(MOST_WORDS, setWords);
  const examples = EXAMPLES.map(([name, words, counts]) => button(name, () => (setWords(words, counts), box.set(words, counts))));
  const merges = slider("merges made", { min: 0, step: 1 }, (merged) => change({ merged }));
  const step = (by) => change({ merged: model.get("merged") + by });
  const first = button("Start over", () => change({ merged: 0 }));
  const undo = button("Undo", () => step(-1));
  const merge = button("Merge the two rarest", () => step(1));
  const reset = button("Reset", () => (change(start), box.set(start.words, start.counts)));
  const [next, setNext] = changing("p", { class: "w2v-tree-note" });
  let seed = 0;
  const setScores = {
    "Random scores": () => drawnScores(model.get("scores").length, ++seed),
    "All scores 0": () => model.get("scores").map(() => 0),
    "Scores from the counts": () => sharesAsScores(objective.tree),
  };
  const scoreButtons = Object.entries(setScores).map(([name, scores]) => button(name, () => change({ scores: scores() })));

  const [legend, setLegend] = changing("legend");
  const [place, product] = [h("div"), h("div", { class: "w2v-formulas" })];
  const growing = h("div", null, merges.node, h("div", { class: "w2v-controls" }, merge, undo, first), next);
  const drawn = h("div", null, h("fieldset", null, legend, place), product,
    h("div", { class: "w2v-controls" }, ...scoreButtons));
  const sum = h("div", { class: "w2v-tree-sum", "aria-hidden": "true" });
  const [total, setTotal] = changing("strong", { class: "w2v-number" });
  const figures = depthFigures();
  const status = announcer();
  const root = widget(
    h("div", { class: "w2v-tree-input" },
      box.node, h("div", null, h("div", { class: "w2v-controls" }, "Try:", ...examples, reset), growing)),
    drawn,
    h("p", { class: "w2v-tree-note" }, "The probabilities of all words add up to ", total, "."), sum,
    ...figures.nodes, status);

  let [objective, tree, shares, drawing, questions] = [];
  let [treeKey, pathKey, lastMerged] = [];

  /** A new tree: its drawing, if it is not too large, and one share of the sum for each word. */
  const build = (words, counts) => {
    objective = hierarchicalSoftmax(counts);
    tree = objective.tree;
    drawing = words.length <= MOST_DRAWN ? treeDrawing(words, counts, tree, (word) => change({ word })) : null;
    place.replaceChildren(...(drawing ? [drawing.node] : []));
    shares = new Map((drawing?.order ?? words.map((_, w) => w)).map((w) => [w, h("i", { "data-part": `w${w}` })]));
    sum.replaceChildren(...shares.values());
    drawn.hidden = !drawing;
    for (const node of [merges.node, merge, undo, first]) node.hidden = !drawing;
    merges.input.max = words.length - 1;
    figures.draw(counts, tree);
    box.set(words, counts);
  };

  const named = (words, node) => (node < tree.V ? `${words[node]} (${count(tree.weights[node])})` : `the node ${count(tree.weights[node])}`);
  const nextMerge = (words, merged) => {
    if (!drawing) return `Only the figures are shown: ${words.length} words are too many to draw, ${MOST_DRAWN} are the most.`;
    if (merged === tree.V - 1) return `All ${merged} merges are made: start over to see the tree grow.`;
    const [one, other] = tree.merges[merged].map((node) => named(words, node));
    return `Next, merge the two rarest: ① ${one} and ② ${other} become a node ${count(tree.weights[tree.V + merged])}.`;
  };

  const draw = () => {
    const { words, counts, scores, word, merged } = get();
    const V = words.length;
    if (counts.length !== V || scores.length !== V - 1 || word >= V || merged >= V) return; // the rest is on its way
    const key = JSON.stringify([words, counts]);
    if (key !== treeKey) build(words, counts);
    const [path, code] = [tree.path(word), tree.code(word)];
    if (drawing && (key !== treeKey || pathKey !== word)) {
      questions = pathQuestions(words[word], code, path, path.map((row) => tree.weights[V + row]),
        (row, score) => change({ scores: model.get("scores").map((old, n) => (n === row ? score : old)) }));
      product.replaceChildren(...questions.nodes);
    }
    [treeKey, pathKey] = [key, word];

    const probabilities = words.map((_, w) => {
      const wanted = objective.candidates(w);
      return Math.exp(-objective.loss(wanted.rows.map((row) => scores[row]), wanted).loss); // eq:tree-probability
    });
    if (drawing) {
      const answers = path.map((row, j) => sigmoid(code[j] ? -scores[row] : scores[row])); // eq:tree-one-question
      drawing.draw({ word, merged, probabilities, answers, path });
      questions.draw(scores, answers, probabilities[word]);
    }
    for (const [w, share] of shares) {
      share.style.width = `${100 * probabilities[w]}%`;
      share.classList.toggle("w2v-chosen", w === word);
    }
    setTotal(show(probabilities.reduce((a, b) => a + b)));
    merges.set(merged);
    merge.disabled = merged === V - 1;
    for (const one of [undo, first]) one.disabled = merged === 0;
    setNext(nextMerge(words, merged));
    setLegend(merged === V - 1 ? "Pick a word: its path starts at the root, on the left"
      : "The tree grows towards the root, on the left; all numbers are those of the finished tree");
    status.say(drawing && merged === lastMerged
      ? `${words[word]}: code ${code.join("")}, probability ${show(probabilities[word])}.` : nextMerge(words, merged));
    lastMerged = merged;
  };
  return stage({ model, el }, root, names, draw, { status });
}

export default { render };
