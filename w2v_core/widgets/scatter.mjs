// Named points on a chart: labels that do not overlap; those without room appear when their point is pointed at.
import { setAll, svg } from "./chart.mjs";
import { cut } from "./parts.mjs";

const [DOT, RING, GAP, LINE] = [4.5, 11, 3, 14]; // radius of a point and of its ring, space, height of a label: in pixels
const LONGEST_LABEL = 24; // characters
const shortened = (text) => cut(text, LONGEST_LABEL);

/** Outlines around the origin, to tell groups of points apart without colour. */
export const SHAPES = {
  circle: "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0Z",
  square: "M-4 -4H4V4H-4Z",
  diamond: "M0 -5.5L5.5 0L0 5.5L-5.5 0Z",
  triangle: "M0 -5.5L5.2 4H-5.2Z",
  down: "M0 5.5L5.2 -4H-5.2Z",
  plus: "M-1.7 -5H1.7V-1.7H5V1.7H1.7V5H-1.7V1.7H-5V-1.7H-1.7Z",
  cross: "M-5 -3L-3 -5L0 -2L3 -5L5 -3L2 0L5 3L3 5L0 2L-3 5L-5 3L-2 0Z",
  hexagon: "M-5 0L-2.5 -4.4H2.5L5 0L2.5 4.4H-2.5Z",
  left: "M-5.5 0L4 -5.2V5.2Z",
  right: "M5.5 0L-4 -5.2V5.2Z",
  hourglass: "M-4.5 -5H4.5L1 0L4.5 5H-4.5L-1 0Z",
  spark: "M0 -6.5L1.7 -1.7L6.5 0L1.7 1.7L0 6.5L-1.7 1.7L-6.5 0L-1.7 -1.7Z",
  bar: "M-6 -2H6V2H-6Z",
};

/** Where a label of this width may stand around a point: the middle of its box, best place first. */
const sides = (width, reach) => {
  const [across, up] = [reach + GAP + width / 2, reach + LINE / 2];
  return [[across, 0], [-across, 0], [0, -up], [0, up], [across, -up], [-across, -up], [across, up], [-across, up]];
};

/**
 * Middles of the labels, null where there is no room. `spots` are { at: [x, y], width, reach = radius, first, last }, in
 * pixels: the labels of those that come `first` are placed first, over other points if need be; `last` is the side where
 * the label stood before (or null), which it keeps if it can, so that nothing flickers while points move. `frame` is
 * [left, top, right, bottom].
 */
export function placeLabels(spots, frame) {
  const [left, top, right, bottom] = frame;
  const isInside = ([x, y]) => x >= left - DOT && x <= right + DOT && y >= top - DOT && y <= bottom + DOT;
  const seen = spots.map((spot, i) => i).filter((i) => isInside(spots[i].at));
  const dots = seen.map((i) => [...spots[i].at, spots[i].reach ?? DOT, spots[i].reach ?? DOT]); // middle, half width, half height
  const labels = [];
  const places = spots.map(() => null);
  const turn = (i) => (spots[i].first ? 0 : spots[i].last !== null ? 1 : 2);
  for (const i of [...seen].sort((a, b) => turn(a) - turn(b))) {
    const { at: [x, y], width, reach = DOT, first, last } = spots[i];
    const options = sides(width, reach);
    const order = options.map((_, side) => side);
    if (last !== null) order.unshift(last);
    const middle = (side) => [x + options[side][0], y + options[side][1]];
    const isFree = (side, others) => {
      const [a, b] = middle(side);
      const isWithin = a - width / 2 >= left && a + width / 2 <= right && b - LINE / 2 >= top && b + LINE / 2 <= bottom;
      return isWithin && others.every(([c, d, w, h]) => Math.abs(a - c) >= w + width / 2 || Math.abs(b - d) >= h + LINE / 2);
    };
    let side = order.find((one) => isFree(one, dots) && isFree(one, labels));
    if (side === undefined && first) side = order.find((one) => isFree(one, labels)); // rather over a point than not at all
    if (side === undefined) continue;
    places[i] = { at: middle(side), side };
    labels.push([...places[i].at, width / 2, LINE / 2]);
  }
  return places;
}

/** The place in `spots` nearest to number `from` on the side of an arrow key; `from` itself if there is none. */
export function neighbour(spots, from, key) {
  const [dx, dy] = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
  let [best, least] = [from, Infinity];
  spots.forEach(([x, y], i) => {
    const [along, beside] = [
      (x - spots[from][0]) * dx + (y - spots[from][1]) * dy,
      Math.abs((x - spots[from][0]) * dy) + Math.abs((y - spots[from][1]) * dx),
    ];
    const far = along + 2 * beside;
    if (along > 0 && beside <= 2 * along && far < least) [best, least] = [i, far];
  });
  return best;
}

/**
 * Points with labels on a `plot` of chart.mjs. Call `set` with the points:
 * { x, y, text, quantity = "input", shape = "circle", part, lights, first, faint, chosen, said = text }; it may be called
 * in every frame: points are known again by their `text`, which must differ. All points are one stop of the Tab key; the
 * arrow keys walk between them, and Enter, Space or a click call `pick(point)`. `attend(point)` hears which one the reader
 * points at or has focused (null: none); `reveal(point)` is asked to bring one into the frame before the keys go there.
 */
export function scatter(plot, label, pick = () => {}, { attend = () => {}, reveal = () => {} } = {}) {
  const [dots, front] = [svg("g", { role: "listbox", "aria-label": label }), svg("g", { class: "w2v-front", "aria-hidden": "true" })];
  const node = svg("g", { class: "w2v-scatter" }, dots, front);
  const frontText = svg("text", { class: "w2v-label" });
  front.append(frontText);
  const known = new Map(); // text to its nodes
  let [points, active, measure, raised] = [[], null, null, []];

  const showFront = () => {
    const one = known.get(active);
    frontText.textContent = one && !raised.includes(active) ? shortened(active) : "";
    if (one) setAll(frontText, { x: one.labelAt[0], y: one.labelAt[1] + LINE / 3, "text-anchor": "middle" });
    const ones = raised.map((text) => known.get(text)).filter((found) => found && found.dot.style.display !== "none");
    const spots = ones.map(({ at, width, side }) => ({ at, width: 1.1 * width, reach: RING, first: false, last: side }));
    const texts = placeLabels(spots, plot.frame()).flatMap((found, i) =>
      found ? [{ ...spots[i], at: found.at, node: svg("text", { class: "w2v-label", "text-anchor": "middle", x: found.at[0], y: found.at[1] + LINE / 3 }, ones[i].words.textContent) }] : []);
    front.replaceChildren(...texts.map(({ node: text }) => text), frontText);
    for (const [text, { words, width, labelAt: [a, b] }] of known) {
      const isCovered = text === active || texts.some(({ at: [x, y], width: other }) => Math.abs(a - x) < (width + other) / 2 && Math.abs(b - y) < LINE);
      words.classList.toggle("w2v-covered", isCovered);
    }
  };
  const raise = (text) => {
    if (text === active) return;
    const before = raised;
    active = text;
    attend(points.find((point) => point.text === text) ?? null);
    if (raised === before) showFront(); // else it was shown with those that were raised
  };
  const focusedText = () => points.find((point) => known.get(point.text).dot === dots.querySelector(":focus-visible"))?.text ?? null;
  const create = (text) => {
    const shape = svg("path");
    const words = svg("text", { class: "w2v-label", "text-anchor": "middle", y: LINE / 3 }, shortened(text));
    const dot = svg("g", { class: "w2v-point", role: "option", tabindex: -1, "aria-selected": "false" },
      svg("circle", { r: RING, class: "w2v-reach" }), shape, words);
    const one = { dot, shape, words, width: null, side: null, at: [0, 0], labelAt: [0, 0] };
    dot.addEventListener("pointerover", () => raise(text)); // before the widget lights what has the same name
    dot.addEventListener("pointerleave", () => raise(focusedText()));
    dot.addEventListener("focus", () => {
      for (const { dot: other } of known.values()) other.setAttribute("tabindex", other === dot ? 0 : -1);
      raise(text);
    });
    dot.addEventListener("blur", () => raise(null));
    dot.addEventListener("click", () => pick(points.find((point) => point.text === text)));
    known.set(text, one);
    return one;
  };
  dots.addEventListener("keydown", (event) => {
    const from = points.findIndex(({ text }) => known.get(text).dot === event.target);
    if (from < 0 || event.shiftKey) return;
    if (event.key.startsWith("Arrow")) {
      const next = points[neighbour(points.map(({ text }) => known.get(text).at), from, event.key)];
      reveal(next);
      known.get(next.text).dot.focus();
    } else if (event.key === "Enter" || event.key === " ") pick(points[from]);
    else return;
    event.preventDefault();
  });

  const lay = (_, place) => {
    if (!measure) {
      measure = document.createElement("canvas").getContext("2d");
      measure.font = getComputedStyle(plot.node).font || "12.8px system-ui";
    }
    const spots = points.map(({ x, y, text, first, chosen }) => {
      const one = known.get(text);
      one.width ??= measure.measureText(shortened(text)).width + 4;
      one.at = place(x, y);
      return { at: one.at, width: one.width, reach: chosen ? RING : DOT, first, last: one.side };
    });
    const frame = plot.frame();
    placeLabels(spots, frame).forEach((found, i) => {
      const one = known.get(points[i].text);
      const [x, y] = one.at;
      one.side = found ? found.side : null;
      const across = Math.max(frame[0] + one.width / 2, Math.min(x, frame[2] - one.width / 2)); // if it has no room: above
      one.labelAt = found ? found.at : [across, Math.max(frame[1] + LINE / 2, y - DOT - LINE / 2)];
      one.dot.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
      setAll(one.words, { x: (one.labelAt[0] - x).toFixed(1), y: (one.labelAt[1] - y + LINE / 3).toFixed(1) });
      one.words.classList.toggle("w2v-unplaced", !found);
      const isOut = x < frame[0] - 1 || x > frame[2] + 1 || y < frame[1] - 1 || y > frame[3] + 1;
      one.dot.style.display = isOut ? "none" : ""; // a chart may show a part of its points
    });
    showFront();
  };
  const redraw = plot.mark(node, lay);
  return {
    node,
    set(newPoints) {
      points = newPoints;
      const texts = new Set(points.map(({ text }) => text));
      for (const [text, { dot }] of known) {
        if (texts.has(text)) continue;
        dot.remove();
        known.delete(text);
      }
      for (const { text, quantity = "input", shape = "circle", part, lights, faint, chosen, said = text } of points) {
        const isNew = !known.has(text);
        const one = known.get(text) ?? create(text);
        if (isNew) dots.append(one.dot);
        const kind = ["w2v-point", `w2v-${quantity}`, faint ? "is-faint" : "", chosen ? "is-chosen" : ""].filter((name) => name).join(" ");
        if (one.kind !== kind) one.dot.setAttribute("class", one.kind = kind);
        if (one.said !== said) one.dot.setAttribute("aria-label", one.said = said);
        if (one.outline !== shape) one.shape.setAttribute("d", SHAPES[one.outline = shape]);
        one.dot.setAttribute("aria-selected", String(Boolean(chosen)));
        for (const [name, value] of [["part", part], ["lights", lights]]) {
          if (value === undefined) delete one.dot.dataset[name];
          else one.dot.dataset[name] = value;
        }
      }
      if (points.length && ![...known.values()].some(({ dot }) => dot.getAttribute("tabindex") === "0")) {
        known.get(points[0].text).dot.setAttribute("tabindex", 0);
      }
      redraw();
    },
    /** Bring up the labels of a few points; the others step back. Cheap enough for every move of the pointer. */
    raise(texts) {
      for (const text of raised) known.get(text)?.dot.classList.remove("is-raised");
      raised = [...texts];
      for (const text of raised) known.get(text)?.dot.classList.add("is-raised");
      node.classList.toggle("has-raised", raised.length > 0);
      showFront();
    },
    /** Move the focus to one point. */
    focus: (text) => known.get(text)?.dot.focus(),
  };
}
