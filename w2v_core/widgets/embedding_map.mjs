// Trained vectors as a map: point at a word for its nearest words; add and subtract words and see where that leads.
import { arrowTo, chart, setAll, svg } from "./chart.mjs";
import { analogy, cosine, mainDirections, nearest, pca, shareOfSpread, unitVector } from "./models.mjs";
import { announcer, bar, button, changing, choice, cut, formula, h, show, slider, spoken, stage, term, widget, write } from "./parts.mjs";
import { SHAPES, scatter } from "./scatter.mjs";

const DATA = ["words", "coordinates", "clusters", "analogies"];
const CHOICES = ["mode", "word", "analogy", "along", "view"];
const [NEIGHBOURS, ANSWERS, LARGEST_ZOOM, TERMS] = [8, 6, 32, 3]; // as in embedding_map.py; products in a formula
const HEIGHT = 440; // of the map, in pixels
const GROUP_SHAPES = ["down", "plus", "left", "hexagon", "spark", "right", "hourglass", "bar"]; // none the mark of a quantity
const [MARGIN, DRAGGED] = [1.14, 4]; // around all words, as a factor; pixels that make a press a drag
const STEP = 0.25; // of the window that a button or key moves it
const between = (value, low, high) => Math.max(low, Math.min(high, value));
const part = (w) => `w${w}`;

/** All that follows from the vectors alone. */
function atlas(words, coordinates, clusters, analogies) {
  const rows = coordinates.map(unitVector);
  const index = new Map(words.map((word, w) => [word, w]));
  const groups = words.map(() => null);
  clusters.forEach(([, members], group) => members.forEach((word) => (groups[index.get(word)] = group)));
  let right;
  const map = {
    words, rows, index, groups, clusters, analogies, V: words.length, d: coordinates[0].length,
    /** Draw the map along the main directions of one cluster, or of all words. */
    turn(along) {
      const members = clusters.find(([name]) => name === along)?.[1] ?? words;
      map.framed = members.map((word) => index.get(word));
      const own = map.framed.map((w) => rows[w]);
      const directions = mainDirections(own);
      map.places = pca(rows, directions);
      map.share = shareOfSpread(own, pca(own, directions));
    },
    /** The cluster that all of these words share, if there is one that has room for two directions. */
    common: (asked) => clusters.find(([, members]) => members.length > 2 && asked.every((word) => members.includes(word)))?.[0],
    /** How many of the known analogies have their known answer first. */
    right: () => (right ??= analogies.filter(([a, b, c, known]) =>
      analogy(rows, index.get(a), index.get(b), index.get(c))[0][0] === index.get(known)).length),
    /** The known answer to "a is to b as c is to ?"; b and c may change places: the sum is the same. */
    known: ([a, b, c]) => index.get(analogies.find(([one, two, three]) =>
      one === a && ((two === b && three === c) || (two === c && three === b)))?.[3]),
  };
  return map;
}

const groupClass = (group) => `group-${group ?? "none"}`;
const shapeOf = (group) => (group === null ? "circle" : GROUP_SHAPES[group]);
const groupName = (map, w) => (map.groups[w] === null ? "" : `, ${map.clusters[map.groups[w]][0]}`);

/** The mark of a group of words. */
function key() {
  const path = svg("path");
  const node = svg("svg", { class: "w2v-key", viewBox: "-6.5 -6.5 13 13", "aria-hidden": "true" }, path);
  return {
    node,
    set(group) {
      node.setAttribute("class", `w2v-key w2v-${groupClass(group)}`);
      path.setAttribute("d", SHAPES[shapeOf(group)]);
    },
  };
}

/** A list of words with their cosines. Each is a button that goes to the word; `attend(w)` hears which is pointed at. */
function wordList(map, count, go, attend) {
  const lines = Array.from({ length: Math.min(count, map.V) }, () => {
    const [mark, cosines] = [key(), bar("plain", "cosine")];
    const [word, setWord] = changing("bdi", { class: "w2v-word" });
    const [star, setStar] = changing("span", { class: "w2v-target" });
    const press = h("button", { type: "button", class: "w2v-go", onclick: () => go(node.w) }, mark.node, h("span", null, word, star));
    const node = h("li", { onpointerover: () => attend(node.w), onpointerleave: () => attend(null),
      onfocusin: () => attend(node.w), onfocusout: () => attend(null) }, press, cosines);
    node.set = (w, value, isKnown) => {
      node.w = w;
      node.dataset.part = part(w);
      mark.set(map.groups[w]);
      setWord(map.words[w]);
      setStar(isKnown ? " ★" : "");
      cosines.draw(0, Math.max(0, value), show(value));
    };
    return node;
  });
  return {
    node: h("ol", null, ...lines),
    set: (found, known) => lines.forEach((line, i) => {
      line.hidden = i >= found.length;
      if (!line.hidden) line.set(...found[i], found[i][0] === known);
    }),
  };
}

/** A term that is a word's vector; `set` gives it another word. */
function vectorTerm(map) {
  const [name, setName] = changing("sub");
  const node = term("", h("span", { class: "w2v-input" }, "v", name));
  return {
    node,
    set(w, lights = part(w)) {
      setName(map.words[w]);
      Object.assign(node.dataset, { part: part(w), lights });
    },
  };
}

const negative = (number, text) => (number < 0 ? `(${text})` : text);

/** What a cosine is, for two words. */
function cosineFormula(map) {
  const [one, other] = [vectorTerm(map), vectorTerm(map)];
  const [sum, setSum] = changing("span", { class: "w2v-products" });
  const [value, setValue] = changing("strong", { class: "w2v-number" });
  const result = term("", value);
  const shown = map.d > TERMS ? TERMS : map.d;
  const rest = map.d > shown ? ` + ⋯ (${map.d - shown} more)` : "";
  return {
    node: formula("the cosine of two vectors of length 1, number by number", "cos(", one.node, ", ", other.node, ") = ",
      sum, " = ", result),
    set(v, w) {
      one.set(v);
      other.set(w);
      const [first, second] = [map.rows[v], map.rows[w]];
      setSum(first.slice(0, shown).map((x, i) => `${negative(x, show(x))} · ${negative(second[i], show(second[i]))}`).join(" + ") + rest);
      setValue(show(cosine(first, second)));
      Object.assign(result.dataset, { part: "cos", lights: `cos ${part(w)}` });
    },
  };
}

/** The sum of an analogy, as vectors and as places on the map. */
function sumFormulas(map) {
  const [vectors, places] = [0, 1].map(() => [0, 1, 2].map(() => vectorTerm(map)));
  const texts = places.map(({ node }) => {
    const [text, set] = changing("span", { class: "w2v-number" });
    node.replaceChildren(text);
    return set;
  });
  const [end, setEnd] = changing("span", { class: "w2v-number" });
  const first = vectorTerm(map);
  const [value, setValue] = changing("strong", { class: "w2v-number" });
  const goal = (...children) => term("g", ...children);
  const g = () => h("b", null, "g");
  const line = ([b, a, c]) => [b.node, " − ", a.node, " + ", c.node];
  return {
    nodes: [
      formula("the sum", goal(g()), " = ", ...line(vectors)),
      formula("the sum on the map", ...line(places), " = ", goal(end)),
      formula("the cosine of the sum and the first answer", "cos(", goal(g()), ", ", first.node, ") = ", value),
    ],
    set(a, b, c, at, answer) {
      const lights = [`${part(b)} way`, `${part(a)} way`, part(c)];
      const text = (place) => `(${show(place[0], 2)}, ${show(place[1], 2)})`;
      [b, a, c].forEach((w, i) => {
        vectors[i].set(w, lights[i]);
        Object.assign(places[i].node.dataset, { part: part(w), lights: lights[i] });
        texts[i](text(map.places[w]));
      });
      setEnd(text(at));
      first.set(answer[0]);
      setValue(show(answer[1]));
    },
  };
}

/** Let the reader move the window on a plot: drag, two fingers, Ctrl and wheel; `zoom(factor, place)`, `pan(by)`. */
function navigation(plot, zoom, pan, canPan) {
  const { node, value } = plot;
  const held = new Map(); // pointers: where they were seen last
  let start = null; // of a press that may become a drag
  const middle = () => {
    const all = [...held.values()];
    const mean = (name) => all.reduce((sum, one) => sum + one[name], 0) / all.length;
    return { clientX: mean("clientX"), clientY: mean("clientY") };
  };
  const spread = () => {
    const [one, other] = [...held.values()];
    return other ? Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY) : null;
  };
  node.addEventListener("pointerdown", (event) => {
    held.set(event.pointerId, event);
    start = event;
  });
  node.addEventListener("pointermove", (event) => {
    if (!held.has(event.pointerId)) return;
    const [from, gap] = [middle(), spread()];
    const far = Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY);
    if (held.size === 1 && !node.hasPointerCapture(event.pointerId)) {
      if (far < DRAGGED || !canPan()) return;
      node.setPointerCapture(event.pointerId); // now it is no click on a word
    }
    held.set(event.pointerId, event);
    const to = middle();
    const [[x, y], [u, v]] = [value(from), value(to)];
    pan([x - u, y - v]);
    if (gap) zoom(spread() / gap, value(to));
  });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) node.addEventListener(end, (event) => held.delete(event.pointerId));
  node.addEventListener("pointerleave", (event) => node.hasPointerCapture(event.pointerId) || held.delete(event.pointerId));
  node.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return; // a plain wheel scrolls the page
    event.preventDefault();
    zoom(2 ** (-event.deltaY / 200), value(event));
  }, { passive: false });
}

/** The widget for one set of vectors. `change(name, value)` changes a setting. */
function scene(map, model, change, status, relight) {
  const now = { attended: null, center: null, found: [], goal: null, answers: [], ranks: new Map() };
  const drawn = {}; // what each part of the picture was last drawn from
  const get = (name) => model.get(name);
  const isAnalogy = () => get("mode") === "analogy";
  const number = (word) => map.index.get(word);
  const go = (w) => {
    change("word", map.words[w]);
    relight(); // the list has changed under the pointer
  };

  // --- the map ---

  const seen = { middle: [0, 0], half: [1, 1] }; // the window, as it is drawn
  const clamp = ([x, y], zoom, frame = seen.frame) => {
    const points = [...map.framed.map((w) => map.places[w]), ...(now.goal ? [now.goal] : [])];
    const ends = [0, 1].map((k) => points.reduce(([low, high], at) => [Math.min(low, at[k]), Math.max(high, at[k])], [Infinity, -Infinity]));
    const scale = Math.max(...ends.map(([low, high], k) => (MARGIN * (high - low)) / frame[k])) || 1 / frame[0]; // a pixel, at magnification 1
    const half = frame.map((pixels) => (pixels * scale) / 2);
    const middle = [x, y].map((at, k) => {
      const [center, free] = [(ends[k][0] + ends[k][1]) / 2, half[k] * (1 - 1 / zoom)];
      return between(at, center - free, center + free);
    });
    return { middle, half: half.map((one) => one / zoom) };
  };
  const axesFor = (width, height) => {
    const [x, y, zoom] = get("view");
    seen.frame = [width, height];
    Object.assign(seen, clamp([x, y], zoom));
    return ["first main direction", "second main direction"].map((label, k) =>
      ({ label, from: seen.middle[k] - seen.half[k], to: seen.middle[k] + seen.half[k] }));
  };
  const plot = chart("map of the words", { label: "", from: -1, to: 1 }, { label: "", from: -1, to: 1 }, { height: HEIGHT, axesFor });
  const look = (middle, zoom) => {
    if (!seen.frame) return; // not drawn yet
    const inside = clamp(middle, zoom).middle;
    change("view", [...inside.map((one) => Number(one.toFixed(5))), zoom]);
  };
  const isSeen = (at) => at.every((value, k) => Math.abs(value - seen.middle[k]) <= seen.half[k]);
  /** Zoom so that a place of the map stays where it is in the window: if none is given, the word or sum in question. */
  const zoomBy = (factor, place) => {
    const zoom = between(get("view")[2] * factor, 1, LARGEST_ZOOM);
    const wanted = isAnalogy() ? now.goal : map.places[number(get("word"))];
    const fixed = place ?? (isSeen(wanted) ? wanted : seen.middle);
    const shrink = get("view")[2] / zoom;
    look(fixed.map((at, k) => at + (seen.middle[k] - at) * shrink), zoom);
  };
  const pan = (by) => look(seen.middle.map((at, k) => at + by[k]), get("view")[2]);
  const panStep = (way) => pan(way.map((one, k) => 2 * STEP * one * seen.half[k]));
  const reveal = (w) => isSeen(map.places[w]) || look(map.places[w], get("view")[2]);
  const whole = () => look([0, 0], 1);
  navigation(plot, zoomBy, pan, () => get("view")[2] > 1);
  const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  plot.node.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return; // the browser's own zoom
    if (event.key === "+" || event.key === "=") zoomBy(2 ** 0.5);
    else if (event.key === "-") zoomBy(2 ** -0.5);
    else if (event.key === "0") whole();
    else if (event.shiftKey && WAYS[event.key]) panStep(WAYS[event.key]);
    else return;
    event.preventDefault();
  });

  const ways = svg("svg", { class: "w2v-ways-there w2v-ink", "aria-hidden": "true" }); // an inner svg cuts off what is outside
  const drawWays = plot.mark(ways, (_, place) => {
    const [left, top, right, bottom] = plot.frame();
    setAll(ways, { x: left, y: top, width: right - left, height: bottom - top, viewBox: [left, top, right - left, bottom - top].join(" ") });
    const at = (w) => place(...map.places[w]);
    const line = (kind, [x1, y1], [x2, y2], name) => svg("line", { class: kind, x1, y1, x2, y2, ...(name && { "data-part": name }) });
    if (!isAnalogy()) {
      ways.replaceChildren(...now.found.map(([w]) => line("", at(now.center), at(w), part(w))));
      return;
    }
    const [a, b, c] = get("analogy").map(number);
    const [x, y] = place(...now.goal);
    ways.replaceChildren(
      line("w2v-side", at(a), at(c)), line("w2v-side", at(b), [x, y]), line("w2v-side", [x, y], at(now.answers[0][0])),
      arrowTo(at(a), at(b), { "data-part": "way" }), arrowTo(at(c), [x, y], { "data-part": "way" }),
      svg("g", { "data-part": "g" }, svg("path", { class: "w2v-goal", d: `M${x - 7} ${y}H${x + 7}M${x} ${y - 7}V${y + 7}` }),
        svg("text", { x: x + 8, y: y - 6 }, "g")));
  });
  const points = scatter(plot, "words; the arrow keys walk between them", ({ w }) => go(w), {
    attend: (point) => attend(point ? point.w : null),
    reveal: ({ w }) => reveal(w),
  });
  const setPoints = () => {
    const framed = new Set(map.framed);
    const turn = (w) => (framed.has(w) ? 0 : 2) + (map.groups[w] === null ? 1 : 0); // who gets a label first
    const order = map.words.map((_, w) => w).sort((v, w) => turn(v) - turn(w));
    const asked = new Set(isAnalogy() ? get("analogy").map(number) : [number(get("word"))]);
    points.set(order.map((w) => ({
      w, x: map.places[w][0], y: map.places[w][1], text: map.words[w], quantity: groupClass(map.groups[w]), shape: shapeOf(map.groups[w]),
      part: part(w), lights: part(w), first: asked.has(w), chosen: asked.has(w), faint: !framed.has(w), said: map.words[w] + groupName(map, w),
    })));
  };

  const magnification = slider("zoom", { min: 0, max: Math.log2(LARGEST_ZOOM), step: 0.1 },
    (power) => zoomBy(2 ** power / get("view")[2]), (power) => `× ${(2 ** power).toFixed(1)}`);
  const tool = (name, text, press) => {
    const node = button(text, press);
    node.setAttribute("aria-label", name);
    return node;
  };
  const closer = tool("zoom in", "+", () => zoomBy(2 ** 0.5));
  const farther = tool("zoom out", "−", () => zoomBy(2 ** -0.5));
  const moves = [["left", "←", "ArrowLeft"], ["right", "→", "ArrowRight"], ["up", "↑", "ArrowUp"], ["down", "↓", "ArrowDown"]]
    .map(([name, text, arrow]) => tool(`move ${name}`, text, () => panStep(WAYS[arrow])));
  const all = button("whole map", whole);
  const legend = map.clusters.map(([name], group) => {
    const mark = key();
    mark.set(group);
    return h("li", null, mark.node, h("bdi", { class: "w2v-word" }, name));
  });
  if (legend.length && map.groups.includes(null)) {
    const mark = key();
    mark.set(null);
    legend.push(h("li", null, mark.node, "other words"));
  }
  const [share, setShare] = changing("p", { class: "w2v-note" });
  const plane = h("div", { class: "w2v-plane" }, plot.node,
    h("ul", { class: "w2v-legend", "aria-label": "marks" }, ...legend),
    h("div", { class: "w2v-tools" }, farther, magnification.node, closer, h("span", { class: "w2v-moves" }, ...moves, all)), share,
    h("p", { class: "w2v-note" }, "To zoom: Ctrl and the wheel, two fingers, or in the map the keys + − 0. To move: drag, or Shift and the arrow keys."));
  if (!legend.length) plane.querySelector(".w2v-legend").remove();

  // --- nearest words ---

  const [problem, setProblem] = changing("p", { class: "w2v-note w2v-failed", role: "alert" });
  const name = `w2v-${Math.random().toString(36).slice(2)}`; // of the list of words; another copy has another
  const find = h("input", { type: "text", list: name, autocomplete: "off", spellcheck: "false", placeholder: "type a word",
    oninput: () => {
      setProblem("");
      if (map.index.has(find.value)) go(number(find.value));
    },
    onchange: () => search(find.value.trim()),
  });
  const search = (text) => {
    if (!text) return;
    const small = text.toLowerCase();
    const begin = map.words.filter((word) => word.toLowerCase().startsWith(small));
    const word = map.index.has(text) ? text : begin.find((one) => one.toLowerCase() === small) ?? (begin.length === 1 ? begin[0] : null);
    if (word !== null) {
      go(number(word));
      reveal(number(word));
      return;
    }
    const short = cut(text, 24);
    const hint = begin.length ? ` These begin so: ${begin.slice(0, 5).join(", ")}.` : "";
    setProblem(`“${short}” is not among the ${map.V} words of the map.${hint}`);
  };
  const near = wordList(map, NEIGHBOURS, go, (w) => showPair(w));
  const [title, setTitle] = changing("p", { class: "w2v-title" });
  const cosines = cosineFormula(map);
  const showPair = (w) => now.found.length && cosines.set(now.center, w ?? now.found[0][0]);
  const neighbours = h("div", null,
    h("div", { class: "w2v-find" }, h("label", null, "find", find), h("datalist", { id: name }, ...map.words.map((word) => h("option", { value: word }))), problem),
    title, near.node);

  // --- analogies ---

  const options = () => map.words.map((word) => h("option", { value: word }, word));
  const sum = ([a, b, c]) => `${b} − ${a} + ${c}`;
  /** Ask a new question; the map turns so that its words are seen apart, if they are of one cluster. */
  const ask = (asked) => {
    turnTo(asked);
    change("analogy", asked);
  };
  const turnTo = (asked) => {
    const cluster = map.common(asked);
    if (cluster && cluster !== get("along")) turnMap(cluster);
  };
  const turnMap = (along) => {
    change("along", along);
    whole();
  };
  const sides = [[1, "", "the word at the end of the arrow"], [0, "−", "the word that is subtracted"], [2, "+", "the word that is added"]].map(([place, sign, label]) => {
    const select = h("select", { onchange: () => ask(get("analogy").map((word, k) => (k === place ? select.value : word))) }, ...options());
    return { place, select, node: h("label", null, h("span", { "aria-hidden": "true" }, sign), spoken(label), select) };
  });
  const preset = h("select", { onchange: () => preset.value !== "" && ask(map.analogies[preset.value].slice(0, 3)) },
    h("option", { value: "" }, "choose a known analogy"), ...map.analogies.map((one, i) => h("option", { value: i }, sum(one))));
  const answers = wordList(map, ANSWERS, go, () => {});
  const [verdict, setVerdict] = changing("p", { class: "w2v-note w2v-verdict" });
  const [rank, setRank] = changing("p", { class: "w2v-note w2v-rank" });
  const [tally, setTally] = changing("p", { class: "w2v-note" });
  const [answersTitle, setAnswersTitle] = changing("p", { class: "w2v-title" });
  const sums = sumFormulas(map);
  const analogies = h("div", null,
    h("div", { class: "w2v-sum" }, ...(map.analogies.length ? [h("label", null, spoken("known analogies"), preset)] : []), ...sides.map(({ node }) => node)),
    answersTitle, answers.node, verdict, rank, tally);

  // --- both ---

  const modes = choice("Show", "mode", [["neighbours", "nearest words"], ["analogy", "a sum of words"]], (mode) => {
    change("mode", mode);
    if (mode === "analogy") turnTo(get("analogy"));
  });
  const wide = map.clusters.filter(([, members]) => members.length > 2);
  const along = h("select", { onchange: () => turnMap(along.value === "" ? null : wide[along.value][0]) },
    h("option", { value: "" }, "all words"), ...wide.map(([name], i) => h("option", { value: i }, name)));
  const directions = h("label", { class: "w2v-along" }, "map along the directions of", along);
  directions.hidden = !wide.length;
  const formulas = { neighbours: h("div", { class: "w2v-formulas" }, cosines.node), analogy: h("div", { class: "w2v-formulas" }, ...sums.nodes) };

  /** Show what the reader points at, or else has chosen: cheap, for it happens at every move of the pointer. */
  const attend = (w) => {
    now.attended = w;
    if (isAnalogy()) {
      const place = now.ranks.get(w);
      setRank(w === null ? "Point at a word to see its place in the list."
        : place === undefined ? `${map.words[w]} is part of the sum and may not answer.`
        : `${map.words[w]}: cosine ${show(now.answers[place][1])}, number ${place + 1} of ${now.answers.length}.`);
      const raised = [...(w === null ? [] : [map.words[w]]), ...get("analogy"), ...now.answers.slice(0, 3).map(([one]) => map.words[one])];
      points.raise([...new Set(raised)]);
      return;
    }
    const center = w ?? number(get("word"));
    if (center !== now.center) {
      now.center = center;
      now.found = nearest(map.rows, center, NEIGHBOURS);
      near.set(now.found);
      setTitle(`Nearest to ${map.words[center]}`);
      showPair(null);
    }
    drawWays();
    points.raise([center, ...now.found.map(([one]) => one)].map((one) => map.words[one]));
  };
  const draw = () => {
    const { mode, word, analogy: asked, along: turned, view } = Object.fromEntries(CHOICES.map((one) => [one, get(one)]));
    modes.set(mode);
    for (const [node, its] of [[neighbours, "neighbours"], [analogies, "analogy"], ...Object.entries(formulas).map(([its, node]) => [node, its])]) {
      node.hidden = mode !== its;
    }
    const [a, b, c] = asked.map(number);
    const changed = (name, ...values) => {
      const text = JSON.stringify(values);
      const isNew = drawn[name] !== text;
      drawn[name] = text;
      return isNew;
    };
    if (changed("turned", turned)) {
      map.turn(turned);
      setShare(`The map shows ${Math.round(100 * map.share)}% of the spread of ${turned ? `“${turned}”` : "all words"} in ${map.d} coordinates: what is near here can be far apart.`);
      drawn.sum = null;
    }
    along.value = turned === null ? "" : wide.findIndex(([name]) => name === turned);
    if (mode === "analogy") {
      if (changed("sum", asked)) {
        now.goal = map.places[b].map((at, k) => at - map.places[a][k] + map.places[c][k]);
        now.answers = analogy(map.rows, a, b, c, map.V);
        now.ranks = new Map(now.answers.map(([w], place) => [w, place]));
      }
      for (const { place, select } of sides) select.value = asked[place];
      preset.value = String(map.analogies.findIndex((one) => one.slice(0, 3).every((w, k) => w === asked[k]))).replace("-1", "");
      const known = map.known(asked);
      answers.set(now.answers.slice(0, ANSWERS), known);
      setAnswersTitle(`Nearest to ${sum(asked)}`);
      const place = now.ranks.get(known);
      write(verdict, known === undefined ? "The known analogies do not tell the answer to this one."
        : place === 0 ? `✓ ${map.words[known]}, the known answer ★, comes first.`
        : `✗ The known answer ★ is ${map.words[known]}${place === undefined ? ", which is part of the sum" : `: number ${place + 1} of ${now.answers.length}`}.`);
      setTally(map.analogies.length ? `The known answer comes first in ${map.right()} of ${map.analogies.length} known analogies.` : "");
      sums.set(a, b, c, now.goal, now.answers[0]);
    } else {
      now.goal = null;
      drawn.sum = null;
    }
    magnification.set(Math.log2(view[2]));
    plot.node.classList.toggle("is-zoomed", view[2] > 1);
    farther.disabled = view[2] === 1;
    closer.disabled = view[2] === LARGEST_ZOOM;
    for (const node of [...moves, all]) node.disabled = view[2] === 1;
    if (mode === "neighbours") attend(null); // what the lines on the map need
    if (changed("points", mode, asked, word, turned)) setPoints();
    if (changed("window", view, now.goal, turned)) plot.axes();
    if (changed("said", mode, mode === "analogy" ? asked : word)) {
      status.say(mode === "analogy" ? `${sum(asked)}: ${now.answers.slice(0, 3).map(([w, value]) => `${map.words[w]} ${show(value)}`).join(", ")}. ${verdict.textContent}`
        : `Nearest to ${word}: ${nearest(map.rows, number(word), 3).map(([w, value]) => `${map.words[w]} ${show(value)}`).join(", ")}.`);
    }
    drawWays();
    attend(mode === "analogy" ? now.attended : null);
  };
  return { nodes: [h("div", { class: "w2v-controls" }, modes.node, directions), h("div", { class: "w2v-map" }, plane, h("div", { class: "w2v-asked" }, neighbours, analogies)), ...Object.values(formulas)], draw };
}

function render({ model, el }) {
  const start = CHOICES.map((name) => model.get(name)); // where Reset returns to
  const change = (name, value) => {
    model.set(name, value);
    model.save_changes();
  };
  const status = announcer();
  const root = widget();
  let draw = () => {};
  const build = () => {
    const data = DATA.map((name) => model.get(name));
    if (data[0].length !== data[1].length) return; // new words and new coordinates come in two messages
    const one = scene(atlas(...data), model, change, status, root.relight);
    root.replaceChildren(...one.nodes, h("div", { class: "w2v-controls" },
      button("Reset", () => CHOICES.forEach((name, i) => change(name, start[i])))), status);
    draw = one.draw;
    draw();
  };
  return stage({ model, el }, root, CHOICES, () => draw(), { status, built: DATA, build });
}

export default { render };
