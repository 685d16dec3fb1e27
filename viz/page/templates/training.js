"use strict";
(() => {
  const run = JSON.parse(document.getElementById("data").textContent);
  const { epochs, panels, boundary } = run;
  const at = (id) => document.getElementById(id);
  const make = (tag, text, kind) => {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    if (kind) element.className = kind;
    return element;
  };
  const draw = (parent, tag, attributes, text) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    if (text !== undefined) element.textContent = text;
    parent.append(element);
    return element;
  };
  function short(x) {
    if (x === null) return "none";
    const small = x !== 0 && Math.abs(x) < 1e-4;
    return small ? x.toExponential(3).replace(/\.?0*e/, "e") : String(Number(x.toPrecision(4)));
  }
  const percent = (x) => (x === null ? "none" : `${Number((100 * x).toFixed(1))} %`);
  const shown = (panel, x) => (panel.key === "accuracy" ? percent(x) : short(x));
  const finite = (panel) => panel.lines.flatMap((line) => line.values.filter((v) => v !== null));
  const swatch = (line) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    for (const [name, value] of [["width", 26], ["height", 8], ["aria-hidden", "true"]]) svg.setAttribute(name, value);
    draw(svg, "path", { d: "M0 4H26", stroke: line.colour, "stroke-width": 2.5, "stroke-dasharray": line.dash });
    return svg;
  };
  let now = epochs.length - 1, timer = null;

  // ── axes ─────────────────────────────────────────────────────────────────────────────────────
  const raised = (n) => [...String(n)].map((c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]).join("");
  function steps(low, high, most) {
    const rough = (high - low) / most, unit = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((f) => f * unit).find((s) => s >= rough * 0.999);
    const first = Math.ceil(low / step - 1e-9), found = [];
    for (let i = first; i * step <= high + step * 1e-9; i++) found.push(Number((i * step).toPrecision(12)));
    return found;
  }
  // The span of an axis with its ticks as [value, text].  A logarithmic one has no room for a few
  // zeros in disguise (1e-17): what lies far below the rest runs along its lower edge.
  function axis(panel) {
    const values = finite(panel).filter((v) => !panel.log || v > 0).sort((a, b) => a - b);
    let low = values[0], high = values.at(-1);
    if (!values.length) [low, high] = [panel.log ? 0.1 : 0, 1];
    if (panel.key === "accuracy" && low >= 0 && high <= 1) [low, high] = [0, 1];
    if (panel.log) {
      if (values.length) low = Math.max(low, values[Math.floor(values.length / 20)] / 100);
      const span = Math.max(Math.log10(high / low), 0.3), middle = Math.log10(high) + Math.log10(low);
      const [a, b] = [middle / 2 - span * 0.54, middle / 2 + span * 0.54], ticks = [];
      const every = Math.ceil((b - a) / 6);
      for (let e = Math.ceil(a); e <= b; e++) if (e % every === 0) ticks.push([10 ** e, `10${raised(e)}`]);
      if (ticks.length < 2) return { low: 10 ** a, high: 10 ** b, ticks: [1, 2, 5].flatMap((f) =>
        [Math.floor(a), Math.floor(a) + 1].map((e) => f * 10 ** e)).filter((v) => v >= 10 ** a && v <= 10 ** b).map((v) => [v, short(v)]) };
      return { low: 10 ** a, high: 10 ** b, ticks };
    }
    if (low === high) [low, high] = [low - (Math.abs(low) || 1) / 2, high + (Math.abs(high) || 1) / 2];
    const room = panel.key === "accuracy" ? 0.03 : 0.05;
    const text = panel.key === "accuracy" ? percent : short;
    return { low: low - (high - low) * room, high: high + (high - low) * room, ticks: steps(low, high, 5).map((v) => [v, text(v)]) };
  }

  // ── a panel with one line per curve and a marker at the epoch ────────────────────────────────
  const EDGE = { left: 58, right: 14, top: 8, bottom: 36 };
  function frame(svg, plot, edge) {
    const width = plot.clientWidth, height = plot.clientHeight;
    svg.replaceChildren();
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    return { left: edge.left, right: width - edge.right, top: edge.top, bottom: height - edge.bottom };
  }
  const between = (a, b, t) => a + (b - a) * t;

  class Chart {
    constructor(panel) {
      this.panel = panel;
      this.plot = at(panel.key).querySelector(".plot");
      this.svg = this.plot.querySelector("svg");
      this.legend = at(panel.key).querySelector(".legend");
      this.axis = axis(panel);
      const go = (e) => this.pick(e.clientX - this.plot.getBoundingClientRect().left);
      this.plot.addEventListener("pointerdown", (e) => { play(false); this.plot.setPointerCapture(e.pointerId); go(e); });
      this.plot.addEventListener("pointermove", (e) => { if (e.buttons) go(e); });
      if (panel.key === "loss" || panel.key === "accuracy") {
        this.said = panel.lines.map((line) => {
          const entry = make("span"), number = make("span");
          entry.append(swatch(line), `${line.name} `, number);
          this.legend.append(entry);
          return number;
        });
      }
    }
    x(epoch) {
      const [first, last] = [epochs[0], epochs.at(-1)], { left, right } = this.box;
      return first === last ? (left + right) / 2 : between(left, right, (epoch - first) / (last - first));
    }
    y(value) {
      const { low, high } = this.axis, scale = this.panel.log ? Math.log : (v) => v;
      const t = (scale(Math.max(value, this.panel.log ? low : value)) - scale(low)) / (scale(high) - scale(low));
      return between(this.box.bottom, this.box.top, t);
    }
    // Whole epochs to write below the axis, the first among them.
    whole() {
      const [first, last] = [epochs[0], epochs.at(-1)];
      if (first === last) return [first];
      const found = steps(first, last, 6).filter(Number.isInteger), gap = found[1] - found[0];
      return [first, ...found.filter((epoch) => epoch - first > gap / 3)];
    }
    pick(x) {
      const { left, right } = this.box, wanted = between(epochs[0], epochs.at(-1), (x - left) / (right - left));
      goto(epochs.reduce((best, e, i) => (Math.abs(e - wanted) < Math.abs(epochs[best] - wanted) ? i : best), 0));
    }
    redraw() {
      const { svg, panel } = this, box = this.box = frame(svg, this.plot, EDGE);
      if (box.right <= box.left || box.bottom <= box.top) return;
      if (panel.key === "gradients" && this.axis.high > run.exploding) {
        const edge = this.y(Math.max(run.exploding, this.axis.low));
        draw(svg, "rect", { class: "alert", x: box.left, y: box.top, width: box.right - box.left, height: Math.max(edge - box.top, 0) });
        at("gradients").querySelector(".scale").textContent = "logarithmic; red: exploding";
      }
      for (const [value, text] of this.axis.ticks) {
        draw(svg, "path", { class: "grid", d: `M${box.left} ${this.y(value)}H${box.right}` });
        draw(svg, "text", { x: box.left - 6, y: this.y(value) + 4, "text-anchor": "end" }, text);
      }
      for (const epoch of this.whole()) {
        draw(svg, "text", { x: this.x(epoch), y: box.bottom + 16, "text-anchor": "middle" }, String(epoch));
      }
      draw(svg, "text", { x: (box.left + box.right) / 2, y: box.bottom + 31, "text-anchor": "middle" }, "epoch");
      draw(svg, "path", { class: "frame", d: `M${box.left} ${box.top}V${box.bottom}H${box.right}` });
      for (const line of panel.lines) draw(svg, "path", { class: "line", d: this.path(line), stroke: line.colour, "stroke-dasharray": line.dash });
      if (run.best !== null && run.best >= epochs[0] && run.best < epochs.at(-1)) {
        draw(svg, "path", { class: "best", d: `M${this.x(run.best)} ${box.top}V${box.bottom}` });
        const rising = panel.key === "accuracy" || panel.key === "weights", y = rising ? box.bottom - 6 : box.top + 12;
        draw(svg, "text", { x: this.x(run.best) - 4, y, "text-anchor": "end", class: "halo" }, "best");
      }
      this.marker = draw(svg, "path", { class: "marker" });
      this.dots = panel.lines.map((line) => draw(svg, "circle", { class: "dot", r: 4, fill: line.colour }));
      this.mark();
    }
    path(line) {
      let pen = "M";
      return line.values.map((v, i) => {
        if (v === null || (this.panel.log && v <= 0)) { pen = "M"; return ""; }
        const part = `${pen}${this.x(epochs[i]).toFixed(1)} ${this.y(v).toFixed(1)}`;
        pen = "L";
        return part;
      }).join("");
    }
    mark() {
      const { panel, box } = this;
      if (!this.marker) return;
      const x = this.x(epochs[now]).toFixed(1);
      this.marker.setAttribute("d", `M${x} ${box.top}V${box.bottom}`);
      panel.lines.forEach((line, i) => {
        const v = line.values[now], seen = v !== null && !(panel.log && v <= 0);
        this.dots[i].setAttribute("visibility", seen ? "visible" : "hidden");
        if (seen) { this.dots[i].setAttribute("cx", x); this.dots[i].setAttribute("cy", this.y(v).toFixed(1)); }
        if (this.said) this.said[i].textContent = shown(panel, v);
      });
      const numbers = panel.lines.slice(0, 8).map((line) => `${line.name} ${shown(panel, line.values[now])}`);
      this.svg.setAttribute("aria-label", `${panel.title} over the epochs${panel.log ? ", logarithmic axis" : ""}; at epoch ${epochs[now]}: ${numbers.join(", ")}`);
    }
  }

  // ── the decision boundary ────────────────────────────────────────────────────────────────────
  const FILLS = [[0, 114, 178], [230, 140, 20], [0, 158, 115], [204, 100, 160], [86, 180, 233], [150, 120, 0], [200, 60, 40], [110, 110, 120]];
  const SHAPES = [
    (r) => `m${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`,
    (r) => `m${-r} ${-r}h${2 * r}v${2 * r}h${-2 * r}z`,
    (r) => `m0 ${-1.3 * r}l${1.3 * r} ${2.2 * r}h${-2.6 * r}z`,
    (r) => `m0 ${-1.4 * r}l${1.4 * r} ${1.4 * r}l${-1.4 * r} ${1.4 * r}l${-1.4 * r} ${-1.4 * r}z`,
    (r) => `m0 ${1.3 * r}l${1.3 * r} ${-2.2 * r}h${-2.6 * r}z`,
  ];
  const WIDE = 400;  // pixels of the picture, about
  const dark = (k) => `rgb(${FILLS[k % 8].map((c) => Math.round(c * 0.62))})`;
  class Boundary {
    constructor() {
      const figure = at("boundary"), { columns, rows } = boundary;
      this.plot = figure.querySelector(".plot");
      this.svg = figure.querySelector("svg");
      this.canvas = figure.querySelector("canvas");
      this.cells = Uint8Array.from(atob(boundary.cells), (c) => c.charCodeAt(0));
      this.fine = Math.ceil(WIDE / columns);
      this.canvas.width = (columns - 1) * this.fine;
      this.canvas.height = (rows - 1) * this.fine;
      this.picture = this.canvas.getContext("2d").createImageData(this.canvas.width, this.canvas.height);
      const legend = figure.querySelector(".legend");
      boundary.classes.forEach((name, k) => {
        const entry = make("span"), svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
        for (const [key, value] of [["width", 14], ["height", 14], ["aria-hidden", "true"]]) svg.setAttribute(key, value);
        this.markers(svg, k, [[7, 7]], 4.5);
        entry.append(svg, name);
        legend.append(entry);
      });
      const { length } = boundary.points, { samples } = boundary;
      legend.append(make("span", length < samples ? `${length} of ${samples} training samples` : `${length} training samples`, "scale"));
    }
    markers(svg, k, places, r) {
      const d = places.map(([x, y]) => `M${x.toFixed(1)} ${y.toFixed(1)}${SHAPES[k % 5](r)}`).join("");
      draw(svg, "path", { d, fill: dark(k), stroke: "#fff", "stroke-width": 1, class: `points class${k}` });
    }
    redraw() {
      const box = frame(this.svg, this.plot, { left: 58, right: 14, top: 8, bottom: 36 }), { svg } = this;
      if (box.right <= box.left || box.bottom <= box.top) return;
      const [x0, x1] = boundary.x, [y0, y1] = boundary.y;
      const px = (v) => between(box.left, box.right, (v - x0) / (x1 - x0)), py = (v) => between(box.bottom, box.top, (v - y0) / (y1 - y0));
      Object.assign(this.canvas.style, { left: `${box.left}px`, top: `${box.top}px`, width: `${box.right - box.left}px`, height: `${box.bottom - box.top}px` });
      for (const v of steps(x0, x1, 6)) draw(svg, "text", { x: px(v), y: box.bottom + 16, "text-anchor": "middle" }, short(v));
      for (const v of steps(y0, y1, 6)) draw(svg, "text", { x: box.left - 6, y: py(v) + 4, "text-anchor": "end" }, short(v));
      draw(svg, "text", { x: (box.left + box.right) / 2, y: box.bottom + 31, "text-anchor": "middle" }, boundary.features[0]);
      const middle = (box.top + box.bottom) / 2;
      draw(svg, "text", { x: 12, y: middle, "text-anchor": "middle", transform: `rotate(-90 12 ${middle})` }, boundary.features[1]);
      draw(svg, "rect", { class: "frame", x: box.left, y: box.top, width: box.right - box.left, height: box.bottom - box.top });
      const places = boundary.classes.map(() => []);
      boundary.points.forEach(([x, y], i) => places[boundary.labels[i]]?.push([px(x), py(y)]));
      places.forEach((some, k) => { if (some.length) this.markers(svg, k, some, boundary.points.length > 200 ? 3 : 3.8); });
      this.mark();
    }
    mark() {
      let k = boundary.epochs.findLastIndex((e) => e <= epochs[now]);
      k = Math.max(k, 0);
      at("asof").textContent = boundary.epochs[k] === epochs[now] ? `after epoch ${epochs[now]}` : `after epoch ${boundary.epochs[k]}, the last one recorded before`;
      if (k === this.drawn) return;
      this.drawn = k;
      const share = this.paint(k).map((part, c) => `${boundary.classes[c]} ${percent(part)}`);
      this.svg.setAttribute("aria-label", `decision boundary after epoch ${boundary.epochs[k]}; shares of the area: ${share.join(", ")}`);
    }
    // Each pixel goes to the class with the largest weighted margin among the four grid points
    // around it: for two classes that is where the interpolated score changes its sign.
    paint(k) {
      const { columns, rows, levels, classes } = boundary, { width, height, data } = this.picture;
      const offset = k * columns * rows, winner = new Uint8Array(width * height), votes = new Float64Array(classes.length);
      const count = new Array(classes.length).fill(0), own = boundary.tops[k];
      for (let py = 0; py < height; py++) {
        const v = (height - 1 - py + 0.5) / this.fine, j = Math.min(Math.floor(v), rows - 2), t = v - j;
        for (let px = 0; px < width; px++) {
          const u = (px + 0.5) / this.fine, i = Math.min(Math.floor(u), columns - 2), s = u - i, base = offset + j * columns + i;
          votes.fill(0);
          for (const [step, weight] of [[0, (1 - s) * (1 - t)], [1, s * (1 - t)], [columns, (1 - s) * t], [columns + 1, s * t]]) {
            const cell = this.cells[base + step], c = Math.floor(cell / levels), m = (cell % levels) / (levels - 1);
            votes[c] += weight * (m * m + 1e-9);
          }
          let best = 0, second = 0;
          for (let c = 1; c < votes.length; c++) if (votes[c] > votes[best]) best = c;
          for (let c = 0; c < votes.length; c++) if (c !== best) second = Math.max(second, votes[c]);
          const strength = 0.2 + 0.4 * Math.sqrt(Math.max(votes[best] - second, 0) * own), at = 4 * (py * width + px);
          winner[py * width + px] = best;
          count[best] += 1;
          for (let c = 0; c < 3; c++) data[at + c] = 255 + (FILLS[best % 8][c] - 255) * strength;
          data[at + 3] = 255;
        }
      }
      for (let p = 0; p < winner.length - width; p++) {
        if ((p + 1) % width && (winner[p] !== winner[p + 1] || winner[p] !== winner[p + width])) data.set([40, 45, 52, 255], 4 * p);
      }
      this.canvas.getContext("2d").putImageData(this.picture, 0, 0);
      return count.map((n) => n / winner.length);
    }
  }

  // ── the numbers ──────────────────────────────────────────────────────────────────────────────
  const panelOf = (key) => panels.find((panel) => panel.key === key);
  const curves = panels.filter((panel) => panel.key === "loss" || panel.key === "accuracy");
  const rows = curves.flatMap((panel) => panel.lines.map((line) => [panel, line]));
  const cells = rows.map(([, line]) => {
    const row = make("tr"), head = make("th"), cell = make("td");
    head.scope = "row";
    head.append(swatch(line), line.name);
    row.append(head, cell);
    at("curves").tBodies[0].append(row);
    return cell;
  });
  const gradients = panelOf("gradients")?.lines ?? [], weights = panelOf("weights")?.lines ?? [];
  const sizes = panelOf("gradients") ? axis(panelOf("gradients")) : null;
  const parameters = (weights.length ? weights : gradients).map((line, i) => {
    const row = make("tr"), head = make("th"), g = make("td"), bar = make("td", undefined, "bar"), w = make("td");
    head.scope = "row";
    head.append(swatch(line), line.name);
    row.append(head, g, bar, w);
    at("parameters").tBodies[0].append(row);
    return { line, i, g, bar, w };
  });
  function verdict(g, largest) {
    if (g === null) return "not finite";
    if (g >= run.exploding) return "exploding";
    return g < Math.min(largest, 1) / 1000 ? "vanishing" : "";
  }
  function tabulate() {
    at("epoch").textContent = `Epoch ${epochs[now]} of ${run.last}`;
    rows.forEach(([panel, line], i) => { cells[i].textContent = shown(panel, line.values[now]); });
    const largest = Math.max(0, ...gradients.map((line) => line.values[now] ?? 0));
    for (const { line, i, g, bar, w } of parameters) {
      w.textContent = weights[i] ? short(weights[i].values[now]) : "";
      if (!gradients[i]) continue;
      const value = gradients[i].values[now], t = value > 0 ? (Math.log(value) - Math.log(sizes.low)) / (Math.log(sizes.high) - Math.log(sizes.low)) : 0;
      const strip = make("i");
      strip.style.width = `${(Math.max(0, Math.min(1, t)) * 100).toFixed(1)}%`;
      strip.style.background = line.colour;
      g.textContent = short(value);
      const alarm = verdict(value, largest);
      bar.replaceChildren(...(alarm ? [make("b", alarm)] : [strip]));
    }
  }

  // ── epochs ───────────────────────────────────────────────────────────────────────────────────
  const charts = panels.map((panel) => new Chart(panel));
  if (boundary && !boundary.refused) charts.push(new Boundary());
  if (boundary?.refused) at("boundary").querySelector(".plot").replaceChildren(make("p", `Not drawn: ${boundary.refused}`, "hint"));
  function goto(k) {
    now = Math.min(Math.max(k, 0), epochs.length - 1);
    at("slider").value = now;
    at("slider").setAttribute("aria-valuetext", `epoch ${epochs[now]} of ${run.last}`);
    at("count").value = `epoch ${epochs[now]} of ${run.last}`;
    at("first").disabled = at("back").disabled = now === 0;
    at("end").disabled = at("next").disabled = now === epochs.length - 1;
    charts.forEach((chart) => chart.mark());
    tabulate();
    if (timer === null) at("said").textContent = `Epoch ${epochs[now]} of ${run.last}: ${rows.map(([panel, line]) => `${line.name} ${shown(panel, line.values[now])}`).join(", ")}`;
  }
  // The whole run in about twelve seconds; in twenty still pictures for who wants less motion.
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const pause = calm ? 1000 : Math.min(Math.max(12000 / epochs.length, 80), 600);
  const stride = Math.max(1, Math.round(calm ? epochs.length / 20 : (epochs.length * pause) / 12000));
  function play(on) {
    clearInterval(timer);
    timer = null;
    if (on && now === epochs.length - 1) goto(0);
    if (on) timer = setInterval(() => (now === epochs.length - 1 ? play(false) : goto(now + stride)), pause);
    else goto(now);
    at("play").textContent = on ? "‖ pause" : "▶ play";
    at("play").setAttribute("aria-label", on ? "pause" : "play");
  }
  const move = (k) => { play(false); goto(k); };

  at("main").classList.toggle("bounded", Boolean(boundary));
  at("main").classList.toggle("plain", !boundary && !run.recorded);
  at("main").classList.toggle("solo", curves.length === 1);
  at("slider").max = epochs.length - 1;
  const first = rows.map(([panel, line]) => `${line.name} ${shown(panel, line.values[0])} → ${shown(panel, line.values.at(-1))}`);
  at("summary").textContent = [`${run.last} epoch${run.last === 1 ? "" : "s"}`, ...first].join(" · ") +
    (run.best === null ? "" : ` · parameters of epoch ${run.best}, the best`) + (epochs.length < run.last - epochs[0] + 1 ? ` · ${epochs.length} of them shown` : "");
  at("first").addEventListener("click", () => move(0));
  at("back").addEventListener("click", () => move(now - 1));
  at("next").addEventListener("click", () => move(now + 1));
  at("end").addEventListener("click", () => move(Infinity));
  at("play").addEventListener("click", () => play(timer === null));
  at("slider").addEventListener("input", (e) => move(Number(e.target.value)));
  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const page = Math.max(1, Math.round(epochs.length / 10));
    const keys = {
      ArrowRight: () => move(now + 1), ArrowLeft: () => move(now - 1), Home: () => move(0), End: () => move(Infinity),
      PageUp: () => move(now - page), PageDown: () => move(now + page), " ": () => play(timer === null),
    };
    if (!keys[e.key] || (e.key === " " && e.target.tagName === "BUTTON")) return;
    e.preventDefault();
    keys[e.key]();
  });
  new ResizeObserver(() => charts.forEach((chart) => chart.redraw())).observe(at("main"));
  charts.forEach((chart) => chart.redraw());
  goto(now);
})();
