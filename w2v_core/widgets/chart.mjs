// Drawings in the page's own units: a chart with labelled axes, lines, dots to drag. It fits its width, text keeps its size.
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
  Math.abs(value) >= 1e4 || (value && Math.abs(value) < 1e-3) ? show(value, 0).replace(/^1\.0×/, "").replace(".0×", "×")
    : String(Number(value.toPrecision(3))).replace("-", "−");

/**
 * A chart: `x` and `y` are axes { label, from, to, log }, which `axes(x, y)` changes. `square` keeps the two scales equal.
 * Layers are drawn in the order they are asked for, and again whenever the width or an axis changes.
 */
export function chart(label, x, y, { height = 260, square = false } = {}) {
  const [grid, layers] = [svg("g", { class: "w2v-grid" }), svg("g")];
  const node = svg("svg", { class: "w2v-chart", role: "group", "aria-label": label, height }, grid, layers);
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
    const line = (x1, y1, x2, y2) => svg("line", { x1, y1, x2, y2 });
    grid.replaceChildren(
      ...ticks(x, width < 420 ? 4 : 7).flatMap((at) => {
        const [px] = place(at, y.from);
        return [line(px, room.top, px, bottom), text([px, bottom + 16], "middle", tickText(at))];
      }),
      ...ticks(y).flatMap((at) => {
        const py = place(x.from, at)[1];
        return [line(room.left, py, right, py), text([room.left - 6, py + 4], "end", tickText(at))];
      }),
      text([(room.left + right) / 2, height - 6], "middle", x.label),
      svg("text", { "text-anchor": "middle", transform: `translate(12 ${(room.top + bottom) / 2}) rotate(-90)` }, y.label),
    );
  };
  const draw = () => {
    if (!width) return;
    axesNow();
    for (const drawing of drawings) drawing();
  };
  const layer = (drawing) => {
    drawings.push(drawing);
    return () => width && drawing();
  };
  const self = {
    node, place, value,
    /** Change the axes and draw everything again. */
    axes(newX, newY) {
      [x, y] = [{ ...x, ...newX }, { ...y, ...newY }];
      draw();
    },
    /** A curve of one quantity; call the result with points [[x, y], ...]. `dash` tells it from others without colour. */
    line(quantity, { dash = "", thin = false } = {}) {
      const path = svg("path", { class: `w2v-curve w2v-${quantity}`, "stroke-dasharray": dash, "stroke-width": thin ? 1 : 2 });
      layers.append(path);
      let points = [];
      const redraw = layer(() => {
        const seen = points.filter(([a, b]) => Number.isFinite(a) && Number.isFinite(b));
        path.setAttribute("d", seen.map(([a, b], i) => `${i ? "L" : "M"}${place(a, b).map((p) => p.toFixed(1)).join(" ")}`).join(""));
      });
      return (newPoints) => { points = newPoints; redraw(); };
    },
    /** Anything else: `make` gives an SVG node, `move(node, place)` sets it up; call the result after a change. */
    mark(markNode, move) {
      layers.append(markNode);
      return layer(() => move(markNode, place));
    },
  };
  const fit = () => {
    const space = node.clientWidth;
    if (!space || space === width) return;
    width = space;
    if (square) {
      height = (width - room.left - room.right) * (y.to - y.from) / (x.to - x.from) + room.top + room.bottom;
      node.setAttribute("height", height);
    }
    draw();
  };
  new ResizeObserver(fit).observe(node);
  return self;
}

/**
 * A dot to drag with the pointer or, once focused, with the arrow keys (Shift: ten times as far). `moved(x, y)` hears the
 * values that the reader wants; whoever made the dot decides, and puts it at `dot.at`. `step` is one press of a key.
 */
export function dot(plot, quantity, label, { radius = 9, step = 0.1, text = "", moved }) {
  const shape = svg("circle", { r: radius });
  const node = svg("g", { class: `w2v-dot w2v-${quantity}`, tabindex: 0, role: "slider", "aria-label": label, "aria-valuenow": 0 },
    svg("circle", { r: 18, class: "w2v-reach" }), shape, svg("text", { x: radius + 4, y: 4 }, text));
  let [at, held] = [[0, 0], false];
  node.addEventListener("pointerdown", (event) => {
    held = true;
    node.setPointerCapture(event.pointerId);
    event.preventDefault();
    node.focus();
  });
  node.addEventListener("pointermove", (event) => held && moved(...plot.value(event)));
  for (const end of ["pointerup", "pointercancel"]) node.addEventListener(end, () => (held = false));
  node.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] }[event.key];
    if (!way) return;
    event.preventDefault();
    const far = step * (event.shiftKey ? 10 : 1);
    moved(at[0] + far * way[0], at[1] + far * way[1]);
  });
  const redraw = plot.mark(node, (_, place) => node.setAttribute("transform", `translate(${place(...at)})`));
  return {
    node,
    set(x, y) {
      at = [x, y];
      setAll(node, { "aria-valuenow": x, "aria-valuetext": `${show(x, 2)}, ${show(y, 2)}` });
      redraw();
    },
  };
}
