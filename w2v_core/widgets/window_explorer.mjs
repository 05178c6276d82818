// From a text to training pairs: slide the window, throw the dice of training, see what CBOW and skip-gram make of it.
import { cbow, encode, keepProbability, sentencesOf, skipGram, vocabulary, windows } from "./models.mjs";
import { announcer, button, changing, formula, h, plural, show, slider, spoken, stage, term, whole, widget, write } from "./parts.mjs";
import { generator } from "./random.mjs";

const NAMES = ["text", "center", "radius", "dynamic", "subsample", "seed"];
const LONGEST_TEXT = 60000; // characters, as in window_explorer.py
const [SHOWN, BLOCK] = [60, 20]; // words of a long text on the page, and how far they move at once
// On the slider: the further to the left, the fewer words stay; at the right end, 0, it is off and all do.
const THRESHOLDS = [1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 0];

/** The first word on the page, of a text of `count` words. */
export const firstShown = (center, count) => Math.max(0, Math.min(Math.floor(center / BLOCK) * BLOCK - BLOCK, count - SHOWN));


/** A text as training reads it. */
export function readText(text) {
  const sentences = sentencesOf(text);
  return { sentences, words: sentences.flat(), known: sentences.length ? vocabulary(sentences, 1) : null };
}

/**
 * What training makes of a text: the places of the words that are left, a window for each center, and the numbers that
 * were thrown for each place, `stay` (subsampling) and `turn` (radius), in the order of Word2Vec.examples.
 */
export function throwDice({ sentences, words, known }, { radius, dynamic, subsample, seed }) {
  const found = { words, known, left: new Set(), laid: new Map(), stay: new Map(), turn: new Map() };
  if (!known) return found;
  const rng = generator(seed);
  const chances = keepProbability(known.counts, subsample);
  const subsampling = chances.some((chance) => chance < 1);
  const noted = (numbers, place) => {
    const number = rng.random();
    numbers.set(place, number);
    return number;
  };
  let start = 0;
  for (const sentence of sentences) {
    let places = sentence.map((_, i) => start + i);
    if (subsampling) {
      const rows = encode(known, sentence);
      places = places.filter((place, i) => noted(found.stay, place) < chances[rows[i]]);
    }
    let next = 0;
    const die = dynamic ? { random: () => noted(found.turn, places[next++]) } : null;
    for (const window of windows(places, radius, die)) found.laid.set(window.center, window);
    for (const place of places) found.left.add(place);
    start += sentence.length;
  }
  return { ...found, chances };
}

/** The words around the center, each a radio button in disguise. */
function strip(choose) {
  const rows = h("div");
  const [before, setBefore] = changing("p", { class: "w2v-unshown" });
  const [after, setAfter] = changing("p", { class: "w2v-unshown" });
  const node = h("fieldset", { class: "w2v-chips" }, h("legend", null, "Choose the center word"), before, rows, after);
  let [tokens, built, first] = [[], null, 0];

  const token = (word, place) => {
    const radio = h("input", { type: "radio", name: "center", onchange: () => choose(place) });
    const [note, role] = [h("small", { "aria-hidden": "true" }), spoken("")];
    return { place, radio, note, role, node: h("label", { class: "w2v-chip", "data-part": `w${place}` }, radio, h("bdi", null, word), role, note) };
  };
  const build = (sentences, count) => {
    let start = 0;
    const lines = sentences.map((sentence) => {
      const shown = sentence.map((word, i) => [word, start + i]).filter(([, place]) => place >= first && place < first + SHOWN);
      start += sentence.length;
      return shown.map(([word, place]) => token(word, place));
    });
    tokens = lines.flat();
    rows.replaceChildren(...lines.filter((line) => line.length)
      .map((line) => h("div", { class: "w2v-chiprow" }, ...line.map((one) => one.node))));
    setBefore(first ? `… ${plural(first, "word")} before` : "");
    setAfter(first + SHOWN < count ? `${plural(count - first - SHOWN, "word")} after …` : "");
  };
  node.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (!step) return;
    event.preventDefault(); // radio buttons by themselves would turn round at the edge of what is shown
    choose(tokens.find(({ radio }) => radio.checked).place + step);
    tokens.find(({ radio }) => radio.checked).radio.focus();
  });
  return {
    node,
    draw(sentences, { words, left, laid, turn }, center) {
      const newFirst = firstShown(center, words.length);
      if (sentences !== built || newFirst !== first) {
        [built, first] = [sentences, newFirst];
        build(sentences, words.length);
      }
      const context = laid.get(center)?.context ?? [];
      const before = context.filter((place) => place < center).length;
      for (const { place, radio, note, role, node } of tokens) {
        const at = context.indexOf(place);
        const distance = at < before ? before - at : at - before + 1;
        const isOut = !left.has(place);
        const kinds = { "is-center": place === center, "is-context": at >= 0, "is-out": isOut };
        for (const [kind, is] of Object.entries(kinds)) node.classList.toggle(kind, is);
        const parts = place === center ? ["k", ...context.flatMap((one) => [`c${one}`, `s${one}`])] : [`c${place}`, `s${place}`];
        node.dataset.lights = [`w${place}`, ...parts].join(" ");
        radio.checked = place === center;
        const reach = turn.has(place) && laid.has(place) ? `±${laid.get(place).reach}` : "";
        write(note, isOut ? "out" : at >= 0 ? `${at < before ? "−" : "+"}${distance}` : reach || (place === center ? "center" : ""));
        write(role, `${isOut ? " thrown out" : ""}${at >= 0 ? " in the window" : ""}`);
      }
    },
  };
}

/** The examples of one window for both architectures; every term lights its words. */
function examples() {
  const lists = ["CBOW", "skip-gram"].map((name) => {
    const [count, setCount] = changing("span", { class: "w2v-number" });
    const body = h("div");
    return { node: h("div", null, h("strong", null, name), ": ", count, body), body, setCount };
  });
  const name = (quantity, word) => h("bdi", { class: `w2v-${quantity}`, "data-mark": quantity }, word);
  const arrow = () => h("span", null, h("span", { "aria-hidden": "true" }, " → "), spoken(" predicts "));
  const lighting = (part, lights, ...children) => {
    const node = term(part, ...children);
    node.dataset.lights = `${part} ${lights}`;
    return node;
  };
  let drawn;
  return {
    node: h("div", { class: "w2v-examples" }, ...lists.map(({ node }) => node)),
    draw(words, center, context) {
      const key = JSON.stringify([center, words[center], context.map((place) => [place, words[place]])]);
      if (key === drawn) return; // the reader may be pointing at a term
      drawn = key;
      const found = context.length ? [cbow, skipGram].map((architecture) => architecture(center, context)) : [[], []];
      lists.forEach(({ setCount, body }, i) => {
        setCount(plural(found[i].length, "example"));
        body.replaceChildren(); // stays so if there is no example
      });
      for (const { inputs, target } of found[0]) {
        lists[0].body.append(formula("the CBOW example, word by word",
          ...inputs.flatMap((place) => [lighting(`c${place}`, `w${place}`, name("input", words[place])), " "]),
          arrow(), lighting("k", `w${target}`, name("target", words[target]))));
      }
      if (context.length) lists[1].body.append(formula("the skip-gram examples, one by one", ...found[1].map(({ inputs: [input], target }) =>
        h("span", null, lighting(`s${target}`, `w${target} w${input}`, name("input", words[input]), arrow(), name("target", words[target]))))));
    },
  };
}

/** What was thrown for the center word: two formulas with their numbers. */
function throws() {
  const parts = {};
  const value = (name) => (parts[name] = changing("span", { class: "w2v-number" }))[0];
  const word = (name) => (parts[name] = changing("bdi"))[0];
  const share = term("f", value("f"));
  const [verdict, setVerdict] = changing("strong");
  const stays = formula("does the center word stay?", "“", word("stayWord"), "” stays if its throw is below min(1, √(t/f)) = min(1, √(",
    term("t", value("t")), " / ", share, ")) = ", value("chance"), ". ",
    h("span", { class: "w2v-number" }, "Thrown: ", value("stay"), " ", verdict));
  const reach = formula("the radius of the window", "“", word("reachWord"), "” has radius 1 + ⌊m · throw⌋ = 1 + ⌊",
    term("m", value("m")), " · ", value("turn"), "⌋ = ", h("strong", null, value("reach")));
  const put = (texts) => Object.entries(texts).forEach(([name, text]) => parts[name][1](text));
  return {
    node: h("div", { class: "w2v-formulas" }, stays, reach),
    draw(now, center, { radius, subsample }) {
      stays.hidden = !now.stay.has(center);
      reach.hidden = !now.turn.has(center) || !now.laid.has(center);
      if (!stays.hidden) {
        const [text, row] = [now.words[center], now.known.index.get(now.words[center])];
        share.dataset.lights = ["f", ...now.words.flatMap((one, place) => (one === text ? [`w${place}`] : []))].join(" ");
        put({ stayWord: text, t: String(subsample), f: `(${whole(now.known.counts[row])}/${whole(now.known.tokens)})`,
          chance: show(now.chances[row]), stay: show(now.stay.get(center)) });
        setVerdict(now.left.has(center) ? "✓ stays" : "✗ out");
      }
      if (!reach.hidden) {
        put({ reachWord: now.words[center], m: String(radius), turn: show(now.turn.get(center)), reach: String(now.laid.get(center).reach) });
      }
    },
  };
}

/** How much the whole text gives: in this throw, and if no dice were thrown. */
function tally() {
  const sets = [];
  const cell = () => {
    const [node, set] = changing("td", { class: "w2v-number" });
    sets.push(set);
    return node;
  };
  const row = (name) => h("tr", null, h("th", { scope: "row" }, name), cell(), cell(), cell());
  const counts = ({ left, laid }) => [left.size, laid.size, [...laid.values()].reduce((sum, { context }) => sum + context.length, 0)];
  return {
    node: h("table", { class: "w2v-tally" },
      h("thead", null, h("tr", null, ...["The whole text", "words", "CBOW examples", "skip-gram examples"].map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", null, row("with these dice"), row("without dice"))),
    counts,
    draw: (now, plain) => [...counts(now), ...counts(plain)].forEach((count, i) => sets[i](whole(count))),
  };
}

function render({ model, el }) {
  const start = NAMES.map((name) => model.get(name)); // where Reset returns to
  const change = (name, value) => (model.set(name, value), model.save_changes());
  let [read, textRead, thrown, now, plain] = [null, null, "", null, null];

  const box = h("textarea", { rows: 4, spellcheck: "false", maxlength: LONGEST_TEXT, oninput: () => change("text", box.value) });
  const [lack, setLack] = changing("p", { class: "w2v-lack" });
  const choose = (place) => change("center", Math.max(0, Math.min(place, now.words.length - 1)));
  const place = slider("center: word", { min: 1, max: 1, step: 1 }, (number) => choose(number - 1), whole);
  const radius = slider("radius m", { min: 1, max: 10, step: 1 }, (m) => change("radius", m));
  const dynamic = h("input", { type: "checkbox", onchange: () => change("dynamic", dynamic.checked) });
  const threshold = slider("subsampling t", { min: 0, max: THRESHOLDS.length - 1, step: 1 },
    (index) => change("subsample", THRESHOLDS[index]), () => String(model.get("subsample") || "off"));
  radius.node.dataset.part = "m";
  threshold.node.dataset.part = "t";
  const again = button("Throw again", () => change("seed", model.get("seed") + 1));
  const [seed, setSeed] = changing("span", { class: "w2v-number" });
  const [words, lists, dice, counts, status] = [strip(choose), examples(), throws(), tally(), announcer()];
  const picture = h("div", null, words.node, h("div", { class: "w2v-controls" }, place.node, radius.node), lists.node);
  const root = widget(
    h("label", { class: "w2v-typed" }, "Text, one sentence a line", box), lack, picture,
    h("fieldset", { class: "w2v-dice" }, h("legend", null, "Dice"),
      h("div", { class: "w2v-controls" },
        h("label", null, dynamic, "dynamic window: each throws its radius, 1 to m"), threshold.node,
        h("div", { class: "w2v-throw" }, again, seed)),
      dice.node),
    counts.node,
    h("div", { class: "w2v-controls" }, button("Reset", () => NAMES.forEach((name, i) => change(name, start[i])))), status);

  const draw = () => {
    const settings = Object.fromEntries(NAMES.map((name) => [name, model.get(name)]));
    const { text, subsample } = settings;
    again.disabled = !settings.dynamic && !subsample;
    const newThrow = JSON.stringify([settings.radius, settings.dynamic, subsample, settings.seed]);
    if (text !== textRead || newThrow !== thrown) {
      if (text !== textRead) {
        if (box.value !== text) box.value = text; // else leave the cursor alone
        read = readText(text);
      }
      [textRead, thrown] = [text, newThrow];
      now = throwDice(read, settings);
      plain = again.disabled ? now : throwDice(read, { ...settings, dynamic: false, subsample: 0 });
      counts.draw(now, plain);
    }
    const count = now.words.length;
    const center = Math.min(settings.center, count - 1);
    const lacking = count > 1 ? "" : count ? `The only word is “${now.words[0]}”. A window needs at least two: type another.`
      : "There is no word yet. A window needs at least two: type a sentence.";
    setLack(lacking);
    lack.hidden = count > 1;
    picture.hidden = count < 2;
    place.input.max = Math.max(count, 1);
    place.set(center + 1);
    radius.set(settings.radius);
    dynamic.checked = settings.dynamic;
    const distance = (one) => (one && subsample ? Math.abs(Math.log(one / subsample)) : one === subsample ? 0 : Infinity);
    threshold.set(THRESHOLDS.reduce((best, one, i) => (distance(one) < distance(THRESHOLDS[best]) ? i : best), 0));
    dice.node.hidden = count < 2 || again.disabled;
    setSeed(again.disabled ? "" : `throw ${settings.seed}`);
    if (count < 2) return status.say(lacking);
    const context = now.laid.get(center)?.context ?? [];
    lists.node.style.setProperty("--w2v-radius", settings.radius); // room for all that this radius can give
    words.draw(read.sentences, now, center);
    lists.draw(now.words, center, context);
    dice.draw(now, center, settings);
    const [, windowCount, pairCount] = counts.counts(now);
    return status.say(`${now.words[center]}: ${now.left.has(center) ? plural(context.length, "word") + " in its window" : "thrown out"}. `
      + `The text gives ${plural(windowCount, "CBOW example")} and ${plural(pairCount, "skip-gram example")}.`);
  };
  return stage({ model, el }, root, NAMES, draw, { status });
}

export default { render };
