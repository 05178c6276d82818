// Drawings in the page's own units: a chart with labelled axes, lines, dots to drag. It fits its width; text keeps its
// size.
import { show } from "./parts.mjs";

const SVG = "http://www.w3.org/2000/svg";

/** One SVG element, as `h` makes HTML ones. */
export function svg(tag, attributes, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

export function setAll(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
}

/** An arrow between two places of the drawing; its head is smaller if it is short. */
export function arrowTo(a, b, attributes) {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length = Math.hypot(dx, dy);
  if (length < 1) return svg("g");
  const [ux, uy, head] = [dx / length, dy / length, Math.min(8, length)];
  const tip = [b, ...[0.5, -0.5].map((side) => [b[0] - head * (ux - side * uy), b[1] - head * (uy + side * ux)])];
  return svg("g", attributes,
    svg("line", { x1: a[0], y1: a[1], x2: b[0] - (head / 2) * ux, y2: b[1] - (head / 2) * uy }), svg("polygon", { points: tip.join(" ") }));
}

/** Round numbers from `from` to `to`, about `count` of them; powers of ten on a logarithmic axis. */
export function ticks({ from, to, log = false }, count = 5) {
  if (!(to > from)) return [from];
  if (log) {
    const [first, last] = [Math.ceil(Math.log10(from) - 1e-9), Math.floor(Math.log10(to) + 1e-9)];
    const step = Math.max(1, Math.ceil((last - first) / count));
    return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, i) => 10 ** (first + i * step));
  }
  const rough = (to - from) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999);
  const start = Math.ceil(from / step - 1e-9);
  return Array.from({ length: Math.floor(to / step + 1e-9) - start + 1 }, (_, i) => (start + i) * step + 0);
}

/** A tick as text: as few digits as it needs. */
export const tickText = (value) =>
  Math.abs(value) >= 1e4 || (value && Math.abs(value) < 1e-3) ? show(value, 0).replace(/^(−?)1\.0×/, "$1").replace(".0×", "×")
    : String(Number(value.toPrecision(3))).replace("-", "−");

/**
 * A chart: `x` and `y` are axes { label, from, to, log }, which `axes(x, y)` changes. `square` keeps the two scales equal.
 * Lines end at the frame; marks lie above them and may stand on it. Each is drawn in the order it was asked for, and again
 * whenever the width or an axis changes. `axesFor(width, height)`, if given, says which [x, y] fill a frame of this size.
 */
export function chart(label, x, y, { height = 260, square = false, axesFor } = {}) {
  const grid = svg("g", { class: "w2v-grid", "aria-hidden": "true" });
  const lines = svg("svg", { "aria-hidden": "true" }); // an inner svg cuts off what is outside, and needs no id for it
  const marks = svg("g");
  const node = svg("svg", { class: "w2v-chart", role: "group", "aria-label": label, height }, grid, lines, marks);
  const room = { left: 46, right: 10, top: 8, bottom: 40 };
  const drawings = [];
  let width = 0;
  const part = (axis, value) => {
    const f = axis.log ? Math.log : (number) => number;
    return (f(value) - f(axis.from)) / (f(axis.to) - f(axis.from));
  };
  const place = (a, b) => [
    room.left + part(x, a) * (width - room.left - room.right),
    height - room.bottom - part(y, b) * (height - room.top - room.bottom),
  ];
  const back = (axis, share) =>
    axis.log ? axis.from * (axis.to / axis.from) ** share : axis.from + share * (axis.to - axis.from);
  /** The values under a pointer event. */
  const value = (event) => {
    const box = node.getBoundingClientRect();
    return [
      back(x, (event.clientX - box.left - room.left) / (width - room.left - room.right)),
      back(y, (height - room.bottom - event.clientY + box.top) / (height - room.top - room.bottom)),
    ];
  };
  const axesNow = () => {
    const [right, bottom] = [width - room.right, height - room.bottom];
    const text = (at, anchor, content) => svg("text", { x: at[0], y: at[1], "text-anchor": anchor }, content);
    const line = (at, x1, y1, x2, y2) => svg("line", { class: at ? "" : "w2v-zero", x1, y1, x2, y2 });
    grid.replaceChildren(
      ...ticks(x, Math.min(8, Math.max(3, Math.floor(width / 55)))).flatMap((at) => {
        const [px] = place(at, y.from);
        return [line(at, px, room.top, px, bottom), text([px, bottom + 16], "middle", tickText(at))];
      }),
      ...ticks(y).flatMap((at) => {
        const py = place(x.from, at)[1];
        return [line(at, room.left, py, right, py), text([room.left - 6, py + 4], "end", tickText(at))];
      }),
      text([(room.left + right) / 2, height - 6], "middle", x.label),
      svg("text", { "text-anchor": "middle", transform: `translate(12 ${(room.top + bottom) / 2}) rotate(-90)` }, y.label),
    );
  };
  const draw = () => {
    if (!width) return;
    const digits = axesFor ? 5 : Math.max(...ticks(y).map((at) => tickText(at).length)); // a frame to zoom in stays in its place
    room.left = 28 + 7.5 * digits;
    if (axesFor) [x, y] = axesFor(width - room.left - room.right, height - room.top - room.bottom);
    if (square) {
      height = (width - room.left - room.right) * (y.to - y.from) / (x.to - x.from) + room.top + room.bottom;
      node.setAttribute("height", height);
    }
    const [edge, frame] = [3, [width - room.left - room.right, height - room.top - room.bottom]]; // half a thick line
    const box = [room.left - edge, room.top - edge, frame[0] + 2 * edge, frame[1] + 2 * edge];
    setAll(lines, { x: box[0], y: box[1], width: box[2], height: box[3], viewBox: box.join(" ") });
    axesNow();
    for (const drawing of drawings) drawing();
  };
  const layer = (drawing) => {
    drawings.push(drawing);
    return () => width && drawing();
  };
  const self = {
    node, place, value,
    /** Where the frame is: left, top, right, bottom, in pixels. */
    frame: () => [room.left, room.top, width - room.right, height - room.bottom],
    /** Change the axes and draw everything again. */
    axes(newX = {}, newY = {}) {
      [x, y] = [{ ...x, ...newX }, { ...y, ...newY }];
      draw();
    },
    /**
     * A curve of one quantity; call the result with points [[x, y], ...]. `dash` tells it from others without colour;
     * with a `part` it lights up with the terms of that name.
     */
    line(quantity, { dash = "", thin = false, part } = {}) {
      const path = svg("path", { class: "w2v-curve", "stroke-dasharray": dash, "stroke-width": thin ? 1 : 2 });
      const reach = svg("path", { class: "w2v-curve w2v-reach" });
      const group = svg("g", { class: `w2v-${quantity}`, ...(part && { "data-part": part }) }, path);
      if (part) group.append(reach);
      lines.append(group);
      let points = [];
      const redraw = layer(() => {
        const seen = points.filter(([a, b]) => Number.isFinite(a) && Number.isFinite(b));
        const d = seen.map(([a, b], i) => `${i ? "L" : "M"}${place(a, b).map((p) => p.toFixed(1)).join(" ")}`).join("");
        for (const one of [path, reach]) one.setAttribute("d", d);
      });
      return (newPoints) => { points = newPoints; redraw(); };
    },
    /** Anything else: an SVG node that `move(node, place)` sets up; call the result after a change. */
    mark(markNode, move) {
      marks.append(markNode);
      return layer(() => move(markNode, place));
    },
  };
  const fit = () => {
    const space = Math.round(node.getBoundingClientRect().width);
    if (!space || space === width) return;
    width = space;
    draw();
  };
  new ResizeObserver(fit).observe(node);
  return self;
}

/**
 * A dot to drag with the pointer or, once focused, with the arrow keys (Shift: ten times as far). `moved(x, y)` hears the
 * values that the reader wants; whoever made the dot decides, and calls `set`. `step` is one press of a key. A dot that
 * goes `along` a curve has one value: up is right, down is left.
 */
export function dot(plot, quantity, label, { radius = 9, shape = svg("circle", { r: radius }), step = 0.1, text = "", along = false, moved }) {
  const node = svg("g", { class: `w2v-dot w2v-${quantity}`, tabindex: 0, role: "slider", "aria-label": label, "aria-valuenow": 0 },
    svg("circle", { r: 18, class: "w2v-reach" }), shape, svg("text", { x: radius + 4, y: 4 }, text));
  let [at, held] = [[0, 0], false];
  node.addEventListener("pointerdown", (event) => {
    held = true;
    node.setPointerCapture(event.pointerId);
    event.preventDefault();
    node.focus();
  });
  // A finger drags, and does not scroll; touch-action in the style does not reach parts of an svg.
  node.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
  node.addEventListener("pointermove", (event) => held && moved(...plot.value(event)));
  for (const end of ["pointerup", "pointercancel"]) node.addEventListener(end, () => (held = false));
  node.addEventListener("keydown", (event) => {
    const [right, left] = [[1, 0], [-1, 0]];
    const [up, down] = along ? [right, left] : [[0, 1], [0, -1]];
    const way = { ArrowLeft: left, ArrowRight: right, ArrowDown: down, ArrowUp: up }[event.key];
    if (!way) return;
    event.preventDefault();
    const far = step * (event.shiftKey ? 10 : 1);
    moved(at[0] + far * way[0], at[1] + far * way[1]);
  });
  const redraw = plot.mark(node, (_, place) => node.setAttribute("transform", `translate(${place(...at)})`));
  return {
    node,
    /** Put it there; `said` is what a screen reader says of the place. */
    set(x, y, said = `${show(x, 2)}, ${show(y, 2)}`) {
      at = [x, y];
      setAll(node, { "aria-valuenow": x, "aria-valuetext": said });
      redraw();
    },
  };
}
