// What every widget is made of: elements, numbers as text, bars, formulas whose terms light up, quiet announcements.

/** One element. Strings among the children become text nodes, so no word is ever read as HTML. */
export function h(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

/** Text for listeners only. */
export const spoken = (text) => h("span", { class: "w2v-spoken" }, text);

/** A number as readers see it: a real minus, and a power of ten where plain digits would show nothing. */
export function show(value, digits = 3) {
  const size = Math.abs(value);
  let text = Number.isNaN(value) ? "NaN" : size === Infinity ? "∞" : size.toFixed(digits);
  if (Number.isFinite(size) && (size >= 1e5 || (size > 0 && size < 0.5 * 10 ** -digits))) {
    const [front, power] = size.toExponential(size < 1e-99 || size >= 1e99 ? 0 : 1).split("e");
    text = `${front}×10${power.replace(/./g, (c) => ({ "+": "", "-": "⁻" })[c] ?? "⁰¹²³⁴⁵⁶⁷⁸⁹"[c])}`;
  }
  return (value < 0 ? "−" : "") + text;
}

/** A number with the digits it was given, at most three. */
export const exact = (value) => show(value, Math.min(3, (String(value).split(".")[1] ?? "0").length));

/** A count, rounded and in groups of three digits: 20,000. */
export const whole = (count) => String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ",");

/** A count and its noun: 1 word, 2,000 batches. */
export const plural = (count, noun) => `${whole(count)} ${noun}${count === 1 ? "" : noun.endsWith("h") ? "es" : "s"}`;

/** A text of at most `length` characters; of a longer one the beginning. */
export const cut = (text, length = 14) => ([...text].length > length ? `${[...text].slice(0, length - 1).join("")}…` : text);

export const signed = (value) => (value > 0 ? "+" : "") + show(value);

/** Write text only where it changed: the page does not flicker, and screen readers stay quiet. */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** A piece of text that changes: `const [node, set] = changing()`. */
export function changing(tag, attributes) {
  const node = h(tag ?? "span", attributes);
  return [node, (text) => write(node, text)];
}

/** A bar of one quantity, and its number. `draw(from, to, text)` takes the ends as parts of the width, 0 to 1. */
export function bar(quantity, label) {
  const fill = h("i");
  const value = h("span", { class: "w2v-number" });
  const mark = h("span", { class: "w2v-value", "data-mark": quantity }, spoken(`${label} `), value);
  const node = h("div", { class: `w2v-measure w2v-${quantity}` }, h("span", { class: "w2v-bar" }, fill), mark);
  node.draw = (from, to, text) => {
    fill.style.left = `${100 * Math.min(from, to)}%`;
    fill.style.width = `${100 * Math.abs(to - from)}%`;
    write(value, text);
  };
  return node;
}

export const button = (text, press) => h("button", { type: "button", class: "w2v-button", onclick: press }, text);

/** A labelled slider with its number; `hear` gets the number, `set` shows one, as `text` writes it. */
export function slider(label, range, hear, text = String) {
  const input = h("input", { type: "range", ...range, oninput: () => hear(Number(input.value)) });
  const [number, setNumber] = changing("span", { class: "w2v-number" });
  return {
    node: h("label", { class: "w2v-slider" }, h("span", null, label), input, number),
    input,
    set(value) {
      input.value = value;
      input.setAttribute("aria-valuetext", text(value));
      setNumber(text(value));
    },
  };
}

const typed = (value) => (Number.isInteger(value) ? value.toFixed(1) : String(value));

/** A number to type: `hear` gets it once it is one, moved into the range; half-typed text is left alone. */
export function numberBox(label, { min, max, step }, hear, text = typed) {
  let value;
  const input = h("input", {
    type: "number", min, max, step,
    oninput: () => {
      if (input.value.trim() !== "") hear(Math.max(min, Math.min(max, Number(input.value)))); // "1e" is "", too
    },
    onblur: () => (input.value = text(value)),
  });
  return {
    node: h("label", null, label, input),
    input,
    set(number) {
      value = number;
      if (Number(input.value) !== value || input.value === "") input.value = text(value); // else leave "1." alone
    },
  };
}

/** One of a few: radio buttons in a row. `options` are [value, text] pairs; `name` is new within the widget. */
export function choice(legend, name, options, hear) {
  const radios = options.map(([value]) => h("input", { type: "radio", name, onchange: () => hear(value) }));
  return {
    node: h("fieldset", { class: "w2v-choice" }, h("legend", null, legend),
      ...options.map(([, text], i) => h("label", null, radios[i], text))),
    set: (value) => radios.forEach((radio, i) => (radio.checked = options[i][0] === value)),
  };
}

/** One term of a formula; pointing at it lights the parts it stands for. */
export function term(part, ...children) {
  return h("button", { type: "button", class: "w2v-term", "data-part": part, tabindex: -1 }, ...children);
}

/** One line of a formula: Tab enters it, the arrow keys walk through its terms. */
export function formula(label, ...children) {
  const line = h("div", { class: "w2v-formula", role: "toolbar", "aria-label": label }, ...children);
  const terms = [...line.querySelectorAll(".w2v-term")];
  terms[0].tabIndex = 0;
  line.addEventListener("focusin", (event) => {
    for (const one of terms) one.tabIndex = one === event.target ? 0 : -1;
  });
  line.addEventListener("keydown", ({ key }) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[key] ?? 0;
    if (step) terms[(terms.indexOf(line.querySelector(":focus")) + step + terms.length) % terms.length].focus();
  });
  return line;
}

/**
 * The root of a widget. Pointing at (or focusing) a part lights all parts of the same name, or those that its
 * data-lights lists. A form, so that radio buttons of two copies on one page are two groups.
 */
export function widget(...children) {
  const root = h("form", { class: "w2v-widget", novalidate: "", onsubmit: (event) => event.preventDefault() });
  const light = (source) => {
    const part = source?.closest("[data-part]");
    const names = part ? (part.dataset.lights ?? part.dataset.part).split(" ") : [];
    for (const one of root.querySelectorAll("[data-part]")) {
      one.classList.toggle("w2v-lit", names.includes(one.dataset.part));
    }
  };
  const focused = () => light(root.querySelector(":focus"));
  root.relight = focused; // for parts that have another name after a change
  root.addEventListener("pointerover", (event) => light(event.target));
  root.addEventListener("pointerleave", (event) => event.pointerType === "touch" || focused());
  root.addEventListener("focusin", focused);
  root.addEventListener("focusout", () => light(null));
  root.addEventListener("click", (event) => event.target.closest(".w2v-term")?.focus()); // Safari does not by itself
  root.addEventListener("keydown", (event) => event.stopPropagation()); // JupyterLab would take the arrow keys
  root.append(...children);
  return root;
}

/** A sentence for screen readers, spoken once the reader has stopped moving things. */
export function announcer() {
  const node = h("p", { class: "w2v-spoken", role: "status" });
  let timer;
  node.say = (text) => {
    clearTimeout(timer);
    timer = setTimeout(() => write(node, text), 700);
  };
  node.stop = () => clearTimeout(timer);
  return node;
}

/**
 * Put a widget on its stage: draw it now and whenever one of its settings changes. Returns how to take it down.
 * Where some settings ask for other elements, `build` makes these and draws them when one of the settings `built` changes.
 */
export function stage({ model, el }, root, names, draw, { status, built = [], build = draw } = {}) {
  const quietly = () => {
    build();
    status?.stop(); // silent until the reader does something
  };
  const heard = [...names.map((name) => [name, draw]), ...built.map((name) => [name, quietly])];
  for (const [name, hear] of heard) model.on(`change:${name}`, hear);
  el.append(root);
  quietly();
  return () => {
    for (const [name, hear] of heard) model.off(`change:${name}`, hear);
    status?.stop();
    root.remove();
  };
}
