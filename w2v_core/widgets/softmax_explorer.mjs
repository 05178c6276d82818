// Move the scores of the candidates; watch their probabilities, errors and loss, and where the textbook formula fails.
import { logSoftmax, naiveSoftmax, softmax, softmaxErrors } from "./numerics.mjs";
import { announcer, bar, changing, exact, formula, h, numberBox, show, signed, spoken, stage, term, widget } from "./parts.mjs";

const LIMIT = 1000; // of a typed score; the sliders cover the middle
const PUSH = 900; // added to every score: exp(900) is more than a number can hold

/** The head of a column: its symbol, with its mark, above its name. */
const header = (symbol, name, quantity = "score") =>
  h("th", { scope: "col", class: `w2v-${quantity}` },
    h("span", { class: "w2v-symbol", "data-mark": quantity }, symbol), " ", name);

/** One candidate: its word and target button, its score, its two bars. */
function candidate(word, index, { choose, setScore }) {
  const radio = h("input", { type: "radio", name: "target", onchange: () => choose(index) });
  const range = { min: -5, max: 5, step: 0.1 };
  const slider = h("input", { type: "range", ...range, oninput: () => setScore(index, Number(slider.value)) });
  const box = numberBox(spoken(`score of ${word}, number`), { min: -LIMIT, max: LIMIT, step: 0.1 }, (score) => setScore(index, score));
  const probability = bar("probability", `probability of ${word}`);
  const error = bar("error", `error of ${word}`);
  const [star, setStar] = changing("span", { class: "w2v-target w2v-star", "aria-hidden": "true" });
  const cell = (part, lights, child) => h("td", { "data-part": part + index, "data-lights": lights + index }, child);
  const node = h("tr", null,
    h("th", { scope: "row", "data-part": `y${index}`, "data-lights": `y${index} c${index}` },
      h("label", null, radio, h("span", { class: "w2v-word" }, word), star)),
    cell("s", "s",
      h("div", { class: "w2v-pair" },
        h("label", null, spoken(`score of ${word}, slider`), slider),
        box.node)),
    cell("p", `c${index} p`, probability),
    cell("e", `c${index} e`, error));
  return {
    node,
    draw(score, p, e, isTarget) {
      slider.value = score;
      slider.setAttribute("aria-valuetext", String(score));
      box.set(score);
      radio.checked = isTarget;
      setStar(isTarget ? "★" : "");
      probability.draw(0, p, show(p));
      error.draw(0.5, 0.5 + e / 2, signed(e));
    },
  };
}

/** The three formulas, for the target word, with the current numbers in them. */
function formulas(words) {
  const sets = { target: [], probability: [], exponents: [], components: [] }; // writers, by what they write
  const value = (list, tag, attributes) => {
    const [node, set] = changing(tag, attributes);
    sets[list].push(set);
    return node;
  };
  const hat = () => term("p", h("span", { class: "w2v-probability" }, "ŷ", value("target", "sub")));
  const power = (part) => term(part, "e", spoken(" to the "), value("exponents", "sup"));
  const top = power("s");
  const sum = words.flatMap((word, w) => (w ? [" + ", power(`s${w}`)] : [power(`s${w}`)]));
  const [temperature, setTemperature] = changing();
  const [loss, setLoss] = changing("span", { class: "w2v-number" });
  const components = words.map((word, w) => {
    const part = term(`c${w}`, spoken(`${word}: `), value("components", "span", { class: "w2v-number" }));
    part.dataset.lights = `c${w} p${w} y${w} e${w}`;
    return part;
  });
  const hats = [hat(), hat()];
  const number = () => value("probability", "span", { class: "w2v-number w2v-probability", "data-mark": "probability" });
  const nodes = [
    formula("the probability, term by term", hats[0], " = ",
      h("span", { class: "w2v-fraction" }, h("span", null, top), spoken(" divided by "), h("span", null, ...sum)),
      " = ", number(), h("span", { class: "w2v-aside" }, term("T", "τ = ", temperature))),
    formula("the loss, term by term", "loss = −log ", hats[1], " = −log ", number(), " = ", h("strong", null, loss)),
    formula("the errors, term by term", h("span", { class: "w2v-error", "data-mark": "error" }, "e"), " = ",
      h("span", { class: "w2v-probability" }, "ŷ"), " − ", h("span", { class: "w2v-target" }, "y"), " = (",
      ...components.flatMap((part, w) => [h("span", { class: "w2v-number" }, part, w + 1 < words.length ? "," : ")"), " "])),
  ];
  return {
    nodes,
    draw({ scores, target, T, probabilities, loss }) {
      const shown = scores.map((score) => (T === 1 ? exact(score) : `${exact(score)}/${exact(T)}`));
      [shown[target], ...shown].forEach((text, i) => sets.exponents[i](text));
      top.dataset.part = `s${target}`;
      for (const node of hats) node.dataset.part = `p${target}`;
      for (const set of sets.target) set(words[target]);
      for (const set of sets.probability) set(show(probabilities[target]));
      setTemperature(exact(T));
      setLoss(show(loss));
      sets.components.forEach((set, w) => set(`${show(probabilities[w])} − ${w === target ? 1 : 0}`));
    },
  };
}

/** The same probability as the textbook writes it, and with the largest score subtracted first. */
function twoWays() {
  const line = (name) => {
    const [fraction, setFraction] = changing("span", { class: "w2v-number" });
    const [verdict, setVerdict] = changing();
    const node = h("li", null, h("span", { class: "w2v-name" }, name), " ", fraction, " ", verdict);
    return { node, set: (text, end) => (setFraction(text), setVerdict(end)) };
  };
  const ways = [line("naive: as the formula says"), line("stable: largest score subtracted first")];
  const fraction = (scores, target, p) => {
    const sum = scores.reduce((total, score) => total + Math.exp(score), 0);
    return `${show(Math.exp(scores[target]))} / ${show(sum)} = ${show(p)}`;
  };
  return {
    node: h("ul", { class: "w2v-ways", "aria-label": "the same fraction, computed in two ways" }, ...ways.map((way) => way.node)),
    draw({ scaled, target, loss }) {
      const p = naiveSoftmax(scaled)[target];
      const shifted = scaled.map((score) => score - Math.max(...scaled));
      const fails = !(p > 0); // NaN, or 0 with an infinite loss
      ways[0].node.classList.toggle("w2v-failed", fails);
      ways[0].set(fraction(scaled, target, p), `${fails ? "✗ fails," : "✓"} loss ${show(-Math.log(p))}`);
      ways[1].set(fraction(shifted, target, Math.exp(-loss)), `✓ loss ${show(loss)}`);
    },
  };
}

function render({ model, el }) {
  const names = ["scores", "target", "temperature"];
  const start = names.map((name) => model.get(name)); // where Reset returns to
  const change = (name, value) => (model.set(name, value), model.save_changes());
  const setScore = (index, score) =>
    change("scores", model.get("scores").map((old, w) => (w === index ? score : old)));
  const slider = h("input", { type: "range", min: 0.1, max: 5, step: 0.1, oninput: () => change("temperature", Number(slider.value)) });
  const [temperature, setTemperature] = changing("span", { class: "w2v-number" });
  const push = h("button", { type: "button", class: "w2v-button",
    onclick: () => change("scores", model.get("scores").map((score) => Number((score + PUSH).toFixed(6)))) }, `Add ${PUSH} to every score`);
  const reset = h("button", { type: "button", class: "w2v-button",
    onclick: () => names.forEach((name, i) => change(name, start[i])) }, "Reset");
  const status = announcer();
  const root = widget();
  let draw;

  const build = () => {
    const [words, center] = [model.get("words"), model.get("center")];
    const rows = words.map((word, w) => candidate(word, w, { choose: (index) => change("target", index), setScore }));
    const [lines, ways] = [formulas(words), twoWays()];
    root.replaceChildren(
      h("fieldset", null,
        h("legend", null, center ? `Which word stands near “${center}”?` : "Which word is it?"),
        h("table", { class: "w2v-candidates" },
          h("thead", null, h("tr", null, header("y", "target", "target"), header("s", "score"),
            header("ŷ", "probability", "probability"), header("ŷ − y", "error", "error"))),
          h("tbody", null, ...rows.map((row) => row.node)))),
      h("div", { class: "w2v-controls" },
        h("label", { "data-part": "T" }, "temperature τ ", slider, temperature), push, reset),
      h("div", { class: "w2v-formulas" }, ...lines.nodes),
      ways.node, status);
    draw = () => {
      const [scores, target, T] = names.map((name) => model.get(name));
      if (scores.length !== words.length) return; // new words and new scores come in two messages
      const scaled = scores.map((score) => score / T);
      const [probabilities, errors] = [softmax(scaled), softmaxErrors(scaled, target)];
      const loss = -logSoftmax(scaled)[target];
      rows.forEach((row, w) => row.draw(scores[w], probabilities[w], errors[w], w === target));
      slider.value = T;
      slider.setAttribute("aria-valuetext", String(T));
      setTemperature(exact(T));
      push.disabled = Math.max(...scores) + PUSH > LIMIT;
      lines.draw({ scores, target, T, probabilities, loss });
      ways.draw({ scaled, target, loss });
      status.say(`${words[target]}: probability ${show(probabilities[target])}, loss ${show(loss)}.`);
    };
    draw();
  };
  return stage({ model, el }, root, names, () => draw(), { status, built: ["words", "center"], build });
}

export default { render };
