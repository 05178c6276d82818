// A printed formula; the reader points at the term that is wrong and learns why.
import { button, changing, formula, h, stage, term, widget, write } from "./parts.mjs";

const SHOWN = 3; // hints taken when the answer was asked for; 1 and 2 are the hints
const KINDS = {
  sign: "a plus or a minus is wrong or missing",
  factor: "something is multiplied too often, or not at all",
  term: "a piece of a sum is missing, or one too many",
  index: "a small letter points at the wrong thing, or at two things at once",
  range: "something begins, ends or goes on where it should not",
  log: "a logarithm is missing, one too many, or in the wrong place",
  bracket: "an operator reaches too far or not far enough",
  shape: "rows and columns do not fit",
  set: "the wrong words are collected",
  symbol: "one letter has two meanings, or two letters have one",
  condition: "it holds only in some cases, and these are not named",
  claim: "it can be counted or measured, and it is not so",
  direction: "who is given and who is guessed are exchanged",
};

const ATTRIBUTES = { fixed: ["stretchy", "false"], infix: ["form", "infix"] };

/** A tree of w2v_core.widgets.mathml as an element; every text in it stays text. */
function mathNode(tree) {
  if (typeof tree === "string") return tree;
  const [tag, look] = tree[0].split(".");
  const node = document.createElementNS("http://www.w3.org/1998/Math/MathML", tag);
  if (look) node.setAttribute(...(ATTRIBUTES[look] ?? ["class", look]));
  node.append(...tree.slice(1).map(mathNode));
  return node;
}

const SIGNS = { "∑": "sum", "∏": "product", "−": "minus", "/": "over", "′": "prime", "^": "hat", "~": "tilde", "ˇ": "check" };
const WAYS = {
  mfrac: ["fraction ", " over ", " end"], msub: ["", " sub "], msup: ["", " to the "], msubsup: ["", " sub ", " to the "],
  munder: ["", " over "], munderover: ["", " from ", " to "],
};

/** A tree as one would read it aloud: the name of a button cannot be a formula. */
export function aloud(tree) {
  if (typeof tree === "string") return SIGNS[tree] ?? tree;
  const [name, ...children] = tree;
  const [first, ...between] = WAYS[name.split(".")[0]] ?? [""];
  const said = children.map((child, i) => (i ? between[i - 1] ?? " " : first) + aloud(child)).join("");
  return (said + (between[children.length - 1] ?? "")).replace(" to the prime", " prime");
}

/** Where the book tells it: a link beside the book's other pages; in a notebook, where it would lead nowhere, a file name. */
function whereTold(link, el) {
  const isBook = el.closest(".w2v-page") && !("jpThemeLight" in document.body.dataset);
  if (isBook || /^https?:/.test(link)) return h("a", { href: link }, "Where the book tells it");
  return `The notebook ${link.replace(/\.html.*/, "")}.ipynb tells it`;
}

const math = (tree) => mathNode(["math", tree]);
const sentence = (pieces) => pieces.map((piece) => (typeof piece === "string" ? piece : math(piece)));

/** The terms of a formula as buttons, and what `guess` hears. */
function printedFormula({ set, wrong }, guess) {
  const buttons = new Map();
  const lines = set.lines.map((line) => h("div", null, ...line.map(([place, tree]) => {
    const [mark, setMark] = changing("span", { class: "w2v-slip-mark", "aria-hidden": "true" });
    const node = term(`t${place}`, math(tree), mark);
    node.addEventListener("click", () => guess(place));
    const draw = (text, words) => (setMark(text), node.setAttribute("aria-label", aloud(tree) + words));
    buttons.set(place, { node, draw });
    return node;
  })));
  const places = [...buttons.keys()];
  const middle = Math.ceil(places.length / 2);
  const half = places.indexOf(wrong[0]) < middle ? places.slice(0, middle) : places.slice(middle);
  return {
    node: formula("the printed formula, term by term", ...lines),
    side: half[0] === places[0] ? "first" : "second",
    draw(guesses, hints, isOpen) {
      for (const [place, { node, draw }] of buttons) {
        const isSlip = isOpen && wrong.includes(place);
        const isFine = guesses.includes(place) && !wrong.includes(place);
        node.classList.toggle("w2v-slip-found", isSlip);
        node.classList.toggle("w2v-slip-out", isFine || (!isOpen && hints >= 2 && !half.includes(place)));
        draw(isSlip ? "✗" : isFine ? "ok" : "", isSlip ? " (the slip)" : isFine ? " (not the slip)" : "");
      }
    },
  };
}

function render({ model, el }) {
  const names = ["puzzles", "at", "guesses", "hints"];
  const get = () => Object.fromEntries(names.map((name) => [name, model.get(name)]));
  const change = (settings) => {
    for (const [name, value] of Object.entries(settings)) model.set(name, value);
    model.save_changes();
  };
  const isFound = ({ wrong }, guessed) => guessed.some((place) => wrong.includes(place));
  const isOpen = ({ puzzles, at, guesses, hints }) => hints[at] === SHOWN || isFound(puzzles[at], guesses[at]);
  const here = (list, at, value) => list.map((old, k) => (k === at ? value : old));

  const guess = (place) => {
    const state = get();
    const { at, guesses } = state;
    if (isOpen(state) || guesses[at].includes(place)) return;
    change({ guesses: here(guesses, at, [...guesses[at], place]) });
  };
  const go = (by) => {
    const { puzzles, at } = get();
    change({ at: (at + by + puzzles.length) % puzzles.length });
  };
  const setHints = (count) => {
    const { at, hints } = get();
    change({ hints: here(hints, at, count) });
  };
  const hint = button("Hint", () => setHints(Math.min(2, model.get("hints")[model.get("at")] + 1)));
  const showMe = button("Show me", () => setHints(SHOWN));
  const again = button("Start again", () =>
    change({ at: 0, guesses: model.get("puzzles").map(() => []), hints: model.get("puzzles").map(() => 0) }));

  const [legend, setLegend] = changing("legend");
  const [source, setSource] = changing("em");
  const [about, place] = [h("span"), h("div", { class: "w2v-slip-formula" })];
  const message = h("p", { role: "status" });
  const hinted = h("p");
  const answer = h("div", { class: "w2v-slip-answer" });
  const [score, setScore] = changing("p", { class: "w2v-slip-score" });
  const root = widget(
    h("fieldset", null, legend,
      h("p", { class: "w2v-slip-about" }, source, " ", about), place),
    h("div", { class: "w2v-controls" },
      button("Previous", () => go(-1)), button("Next", () => go(1)), hint, showMe, again),
    h("div", { class: "w2v-slip-talk" }, message, hinted, answer), score);

  let [printed, key, told] = [];

  const whatToSay = ({ puzzles, at, guesses, hints }) => {
    const [puzzle, guessed] = [puzzles[at], guesses[at]];
    if (isFound(puzzle, guessed)) return [guessed.length > 1 ? "Found: ✗ marks the slip." : "Found at once: ✗ marks the slip."];
    if (hints[at] === SHOWN) return ["Here it is: ✗ marks the slip."];
    if (!guessed.length) return ["Point at the term that is wrong. With the keyboard: Tab, arrow keys, Enter."];
    const reason = puzzle.set.fine[guessed.at(-1)];
    if (reason) return ["The slip is not there. ", ...sentence(reason)];
    return [guessed.length > 1 ? "It is not there either. There are hints." : "The slip is not there. Look again."];
  };
  const solution = ({ kind, set, link, id }) => [
    h("p", null, h("strong", null, `The slip (${kind}). `), ...sentence(set.slip)),
    h("p", null, "Correct, in the letters of this book:"),
    h("div", { class: "w2v-slip-formula" }, ...set.correct.map((line) => h("div", null, ...sentence(line)))),
    h("p", null, ...(link ? [whereTold(link, el), "; "] : []), `${id} in the ledger.`),
  ];

  const draw = () => {
    const state = get();
    const { puzzles, at, guesses, hints } = state;
    if (at >= puzzles.length || guesses.length !== puzzles.length || hints.length !== puzzles.length) return; // on their way
    const puzzle = puzzles[at];
    const newKey = JSON.stringify(puzzle);
    if (newKey !== key) {
      printed = printedFormula(puzzle, guess);
      place.replaceChildren(printed.node);
      about.replaceChildren(...sentence(puzzle.set.about));
      setSource(`${puzzle.source}.`);
      answer.replaceChildren(...solution(puzzle));
    }
    setLegend(`Spot the slip: ${at + 1} of ${puzzles.length}`);
    const open = isOpen(state);
    printed.draw(guesses[at], hints[at], open);
    const newTold = JSON.stringify([newKey, guesses[at], hints[at] === SHOWN]);
    if (newTold !== told) message.replaceChildren(...whatToSay(state)); // once: screen readers read what is replaced
    [key, told] = [newKey, newTold];
    const hintsNow = open ? 0 : hints[at];
    write(hinted, [
      hintsNow > 0 ? `Hint 1, the kind is ${puzzle.kind}: ${KINDS[puzzle.kind]}.` : "",
      hintsNow > 1 ? `Hint 2: it is in the ${printed.side} half, the rest is grey.` : "",
    ].join(" ").trim());
    hint.disabled = open || hints[at] > 1;
    showMe.disabled = open;
    answer.hidden = !open;
    const found = puzzles.filter((one, k) => isFound(one, guesses[k])).length;
    const atOnce = puzzles.filter((one, k) => hints[k] === 0 && one.wrong.includes(guesses[k][0])).length;
    setScore(`Found: ${found} of ${puzzles.length}; at the first try and without a hint: ${atOnce}.`);
  };
  return stage({ model, el }, root, names, draw);
}

export default { render };
