// Turn counts into noise with an exponent; throw negatives from a seed; see what subsampling keeps.
import { keepProbability, negativeSampling } from "./models.mjs";
import {
  announcer, bar, button, changing, exact, formula, h, numberBox, show, slider, spoken, stage, term, whole, widget,
} from "./parts.mjs";
import { generator } from "./random.mjs";
import { wordsBox } from "./words.mjs";

const [MOST_WORDS, MOST_SHOWN, MOST_NEGATIVES, MOST_THROWS, LARGEST_SEED] = [5000, 12, 20, 1000, 2 ** 32 - 1];
const MOST_TERMS = 5; // of the sum below the fraction
const total = (values, group) => group.reduce((sum, w) => sum + values[w], 0);

const mean = (number) => (number < 100 ? show(number, 1) : whole(number));

/** The numbers of one seed, to be read from the start again and again; each is made only once. */
function memoryOf(seed) {
  const [rng, known] = [generator(seed), []];
  return () => {
    let next = 0;
    return { random: () => ((known[next] ??= rng.random()), known[next++]) };
  };
}

/** One row of the table: a word, or all rare words together. */
function noiseRow(name, group, count, choose) {
  const label = [
    h("span", { class: "w2v-word", title: name }, name), " ",
    h("span", { class: "w2v-number w2v-count" }, whole(count)),
  ];
  const radio = h("input", { type: "radio", name: "word", onchange: () => choose(group[0]) });
  const bars = ["share of the text", "share of the noise", "thrown, and expected", "kept"].map((what, column) =>
    bar(column === 1 ? "probability" : "plain", `${name}: ${what}`));
  const expected = h("b", { class: "w2v-expected" });
  bars[2].querySelector(".w2v-bar").append(expected);
  const part = group.length > 1 ? "rest" : group[0];
  const node = h("tr", null,
    h("th", { scope: "row", "data-part": `n${part}` },
      group.length > 1 ? h("div", null, ...label) : h("label", null, radio, ...label)),
    ...bars.map((one, column) => h("td", { "data-part": `${"fptk"[column]}${part}` }, one)));
  return {
    node,
    draw({ word, shares, noise, tally, kept, scale, throws, draws }) {
      const [share, likely, seen] = [shares, noise, tally].map((values) => total(values, group));
      radio.checked = word === group[0];
      bars[0].draw(0, share / scale, show(share));
      bars[1].draw(0, Math.min(1, likely / scale), show(likely));
      bars[2].draw(0, Math.min(1, seen / Math.max(draws, 1) / scale), `${whole(seen)} (${mean(draws * likely)})`);
      expected.style.left = `${100 * Math.min(1, likely / scale)}%`;
      expected.hidden = !throws;
      const chance = group.reduce((sum, w) => sum + shares[w] * kept[w], 0) / share;
      bars[3].draw(0, chance, show(chance));
    },
  };
}

/** The formulas for one word, with the current numbers. */
function noiseFormulas(words, counts, order, word) {
  const texts = {};
  const text = (name, kind = "") => {
    const [node, set] = changing("span", { class: `w2v-number ${kind}` });
    (texts[name] ??= []).push(set);
    return node;
  };
  const name = () => h("span", { class: "w2v-word" }, words[word]);
  const count = (w) => h("span", { class: "w2v-number" }, whole(counts[w]));
  const power = (w) => term(`n${w}`, count(w), spoken(" to the "), h("sup", { "data-part": "power" }, text("power")));
  const shown = order.slice(0, order.length > MOST_TERMS + 1 ? MOST_TERMS : MOST_TERMS + 1);
  const rest = order.length - shown.length;
  const sum = shown.flatMap((w, i) => (i ? [" + ", power(w)] : [power(w)]));
  if (rest) {
    const others = term("rest", `⋯ (${whole(rest)} more)`);
    others.dataset.lights = ["rest", ...order.slice(MOST_TERMS).map((w) => `n${w}`), "nrest"].join(" ");
    sum.push(" + ", others);
  }
  const P = () => term(`p${word}`, h("span", { class: "w2v-probability" }, "P", h("sub", null, "n"), "(", name(), ")"));
  const f = () => term(`f${word}`, "f", h("sub", null, name()));
  const result = (...children) => h("strong", { class: "w2v-number" }, "= ", ...children);
  const fraction = (above, below) =>
    h("span", { class: "w2v-fraction" }, h("span", null, ...above), spoken(" divided by "), h("span", null, ...below));
  return {
    nodes: [
      formula("the share of the noise, term by term", P(), " = ", fraction([power(word)], sum), " ",
        result(h("span", { "data-mark": "probability", class: "w2v-probability" }, text("likely")))),
      formula("the share of the text, term by term",
        f(), " = ", fraction([term(`n${word}`, count(word))], [text("tokens")]), " ",
        result(text("share")), h("span", { class: "w2v-aside" }, "noise : text = ", text("ratio"))),
      formula("what was thrown, term by term", "expected: ", term("throws", text("throws"), " throws"), " · ",
        term("K", text("negatives")), " · ", P(), " ", result(text("expected")), 
        h("span", { class: "w2v-aside" }, "thrown: ", term(`t${word}`, text("seen")))),
      formula("what is kept, term by term", "kept: min(1, √(", term("threshold", "t"), " / ", f(), ")) ",
        h("span", { class: "w2v-number" }, "= min(1, √(", text("threshold"), " / ", text("share"), ")) "),
        result(term(`k${word}`, text("kept")))),
    ],
    set(written) {
      for (const [key, value] of Object.entries(written)) for (const set of texts[key]) set(value);
    },
  };
}

function render({ model, el }) {
  const names = ["words", "counts", "word", "power", "negatives", "seed", "throws", "threshold"];
  const get = () => Object.fromEntries(names.map((name) => [name, model.get(name)]));
  const start = get(); // where Reset returns to
  let changingMore = false; // words are drawn with their own counts, not with those of the words before
  const change = (settings) => {
    changingMore = true;
    for (const [name, value] of Object.entries(settings)) model.set(name, value);
    changingMore = false;
    draw();
    model.save_changes();
  };
  const box = wordsBox(MOST_WORDS, (words, counts) => {
    const old = get();
    change({ words, counts, word: Math.max(0, words.indexOf(old.words[old.word])) });
  });
  const power = slider("exponent α", { min: 0, max: 1, step: 0.01 }, (value) => change({ power: value }), exact);
  power.node.dataset.part = "power";
  const threshold = slider("subsampling t", { min: -5, max: 0, step: 0.05 },
    (value) => change({ threshold: Number((10 ** value).toPrecision(2)) }), () => show(model.get("threshold"), 4));
  threshold.node.dataset.part = "threshold";
  const wholeBox = (label, name, min, max) =>
    numberBox(label, { min, max, step: 1 }, (value) => change({ [name]: Math.round(value) }), String);
  const negatives = wholeBox("negatives K", "negatives", 1, MOST_NEGATIVES);
  negatives.node.dataset.part = "K";
  const seed = wholeBox("seed", "seed", 0, LARGEST_SEED);
  const throwMore = (more) => change({ throws: Math.min(MOST_THROWS, model.get("throws") + more) });
  const [once, often] = [button("", () => throwMore(1)), button("100 throws", () => throwMore(100))];
  const forget = button("Forget the throws", () => change({ throws: 0 }));
  const reset = button("Reset", () => (change(start), box.set(start.words, start.counts)));
  const [last, setLast] = changing("p", { class: "w2v-last" });
  const [sum, setSum] = changing("p", { class: "w2v-kept" });
  const body = h("tbody");
  const formulas = h("div", { class: "w2v-formulas" });
  const head = (text, kind = "") => h("th", { scope: "col", class: kind }, text);
  const status = announcer();
  const root = widget(
    h("fieldset", null, h("legend", null, "Which words become noise, and which are kept?"),
      h("div", { class: "w2v-noise-input" }, box.node,
        h("div", { class: "w2v-noise-settings" }, power.node, threshold.node,
          h("div", { class: "w2v-controls" }, negatives.node, seed.node, reset),
          h("div", { class: "w2v-controls", "data-part": "throws" }, once, often, forget), last)),
      h("table", { class: "w2v-noise" },
        h("thead", null, h("tr", null, head("word, count"), head("share of the text"),
          head("share of the noise", "w2v-probability"), head("thrown (expected)"), head("kept"))), body)),
    formulas, sum, status);

  let [rows, lines, order, scale, key, memory, seedKept] = [];
  const build = (words, counts) => {
    order = words.map((_, w) => w).sort((a, b) => counts[b] - counts[a]);
    const groups = order.slice(0, MOST_SHOWN).map((w) => [words[w], [w]]);
    const others = order.slice(MOST_SHOWN);
    if (others.length) groups.push([`${whole(others.length)} others`, others]);
    rows = groups.map(([name, group]) => noiseRow(name, group, total(counts, group), (word) => change({ word })));
    body.replaceChildren(...rows.map((row) => row.node));
    const tokens = total(counts, order);
    scale = Math.max(...groups.map(([, group]) => total(counts, group) / tokens), others.length / words.length);
    box.set(words, counts);
  };
  const draw = () => {
    const settings = get();
    const { words, counts, word } = settings;
    if (changingMore || counts.length !== words.length || word >= words.length) return; // the rest is on its way
    const newKey = JSON.stringify([words, counts]);
    if (newKey !== key?.words) build(words, counts);
    if (newKey !== key?.words || word !== key?.word) {
      lines = noiseFormulas(words, counts, order, word);
      formulas.replaceChildren(...lines.nodes);
    }
    key = { words: newKey, word };
    if (seedKept !== settings.seed) [seedKept, memory] = [settings.seed, memoryOf(settings.seed)];

    const objective = negativeSampling(counts, { negatives: settings.negatives, power: settings.power });
    const rng = memory();
    const tally = words.map(() => 0);
    let thrown = [];
    for (let one = 0; one < settings.throws; one++) {
      thrown = objective.candidates(0, rng).rows.slice(1);
      for (const w of thrown) tally[w] += 1;
    }
    const tokens = total(counts, order);
    const shares = counts.map((count) => count / tokens);
    const kept = keepProbability(counts, settings.threshold);
    const draws = settings.throws * settings.negatives;
    const { noise } = objective;
    for (const row of rows) row.draw({ ...settings, shares, noise, tally, kept, draws, scale });
    lines.set({
      power: exact(settings.power), tokens: whole(tokens), share: show(shares[word]), likely: show(noise[word]),
      ratio: show(noise[word] / shares[word], 2), throws: whole(settings.throws), negatives: String(settings.negatives),
      expected: mean(draws * noise[word]), seen: whole(tally[word]),
      threshold: show(settings.threshold, 4), kept: show(kept[word]),
    });
    power.set(settings.power);
    threshold.set(Math.log10(settings.threshold));
    negatives.set(settings.negatives);
    seed.set(settings.seed);
    once.textContent = settings.negatives > 1 ? `Throw ${settings.negatives} negatives` : "Throw 1 negative";
    once.disabled = often.disabled = settings.throws === MOST_THROWS;
    forget.disabled = !settings.throws;
    const list = thrown.map((w) => words[w]).join(", ");
    setLast(settings.throws ? `Throw ${whole(settings.throws)}: ${list}` : "Nothing thrown yet.");
    const left = total(counts.map((count, w) => count * kept[w]), order);
    setSum(`Subsampling keeps about ${whole(left)} of ${whole(tokens)} running words.`);
    status.say(`${words[word]}: ${show(shares[word])} of the text, ${show(noise[word])} of the noise, ` +
      `thrown ${tally[word]} of ${draws}, kept ${show(kept[word])}.`);
  };
  return stage({ model, el }, root, names, draw, { status });
}

export default { render };
