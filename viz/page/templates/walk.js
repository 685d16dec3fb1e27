"use strict";
(() => {
  const { nodes, root, views } = JSON.parse(document.getElementById("data").textContent);
  const at = (id) => document.getElementById(id);
  const make = (tag, text, kind) => {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    if (kind) element.className = kind;
    return element;
  };
  const formula = (tex, block = true) => {
    const place = make(block ? "div" : "span", undefined, block ? "formula" : "");
    katex.render(tex, place, { displayMode: false, throwOnError: false, trust: false, strict: false });
    return place;
  };

  // Who uses a node, as [consumer, index of the contribution], in the order of the backward pass.
  const users = nodes.map(() => []);
  for (let i = nodes.length - 1; i >= 0; i--) nodes[i].sends.forEach((s, k) => users[s.to].push([i, k]));

  // ── the three passes as lists of steps ───────────────────────────────────────────────────────
  const passes = {
    forward: nodes.flatMap((n, i) => (n.leaf ? [] : [{ node: i }])),
    backward: nodes.flatMap((n, i) => (n.leaf ? [] : [{ node: i }])).reverse(),
    naive: naive(),
  };
  for (const steps of Object.values(passes)) if (!steps.length) steps.push({ node: root });

  // Recursion that goes on at once: a node sends before all of its consumers have sent to it.
  function naive() {
    const seen = new Set(), steps = [], stack = [root], got = nodes.map(() => 0);
    while (stack.length) {
      const i = stack.pop();
      if (seen.has(i) || nodes[i].leaf) continue;
      seen.add(i);
      steps.push({ node: i, early: i !== root && got[i] < users[i].length, got: got[i] });
      nodes[i].sends.forEach((s) => { got[s.to] += 1; });
      [...nodes[i].sends].reverse().forEach((s) => stack.push(s.to));
    }
    return steps;
  }

  // What a wrong order makes of the gradients, for single numbers.
  const short = (x) => String(Number(x.toPrecision(4)));
  const differs = (x, exact) => Math.abs(x - exact) > 1e-9 * Math.max(1, Math.abs(exact));
  function naiveGradients(steps) {
    if (!nodes.every((n) => n.exact !== null && n.sends.every((s) => s.slope !== null))) return null;
    const g = nodes.map(() => 0);
    g[root] = 1;
    for (const { node } of steps) for (const s of nodes[node].sends) g[s.to] += g[node] * s.slope;
    return g;
  }

  const TITLES = { forward: "forward pass", backward: "backward pass", naive: "backward in a wrong order" };
  let pass = "backward", step = 0, view = 0, picked = null, timer = null;

  // ── the drawing ──────────────────────────────────────────────────────────────────────────────
  const sheets = [...document.querySelectorAll(".view")];
  const boxes = views.map((v) => v.boxes.map((id) => at(id)));
  const edges = views.map((v) => {
    const found = new Map();
    for (const [use, id] of Object.entries(v.edges)) found.set(use, at(id));
    return found;
  });
  const zoom = sheets.map((sheet) => {
    const svg = sheet.querySelector("svg");
    svg.setAttribute("preserveAspectRatio", "xMidYMid meet");
    svg.removeAttribute("width");
    svg.removeAttribute("height");
    return Panzoom(sheet, { maxScale: 40, minScale: 0.2, cursor: "grab" });
  });
  at("graph").addEventListener("wheel", (e) => zoom[view].zoomWithWheel(e), { passive: false });

  // How far each node is: "later" (nothing has arrived), "partial", "done".
  function states() {
    const steps = passes[pass], got = nodes.map(() => 0), sent = new Set();
    for (let k = 0; k <= step; k++) {
      sent.add(steps[k].node);
      if (pass !== "forward") nodes[steps[k].node].sends.forEach((s) => { got[s.to] += 1; });
    }
    return nodes.map((n, i) => {
      if (pass === "forward") return n.leaf || sent.has(i) ? "done" : "later";
      if (i === root || got[i] === users[i].length) return "done";
      return got[i] ? "partial" : "later";
    });
  }

  const RANK = { later: 0, partial: 1, done: 2 };
  function paint() {
    const now = passes[pass][step], state = states(), sent = new Set();
    for (let k = 0; k <= step; k++) sent.add(passes[pass][k].node);
    if (document.body.className !== pass) document.body.className = pass;  // restyles everything
    const worst = new Map();  // of the nodes in one box, the one that is least far
    boxes[view].forEach((box, i) => {
      const known = worst.get(box);
      if (known === undefined || RANK[state[i]] < RANK[known]) worst.set(box, state[i]);
    });
    for (const [box, s] of worst) {
      box.classList.toggle("later", s === "later");
      box.classList.toggle("partial", s === "partial");
      box.classList.remove("now", "picked", "wrong");
    }
    if (view === 0) writeGradients(state);
    boxes[view][now.node].classList.add("now");
    boxes[view][now.node].classList.remove("later");
    if (now.early) boxes[view][now.node].classList.add("wrong");
    if (picked !== null) boxes[view][picked].classList.add("picked");
    const lit = new Map();
    for (const [use, edge] of edges[view]) {
      const consumer = Number(use.split("-")[0]);
      const rank = consumer === now.node ? 2 : sent.has(consumer) ? 1 : 0;
      lit.set(edge, Math.max(rank, lit.get(edge) ?? 0));
    }
    for (const [edge, rank] of lit) {
      edge.classList.toggle("now", rank === 2);
      edge.classList.toggle("later", rank === 0);
    }
  }

  // The gradient on each box as it is at this step: what has arrived so far.  Not in a large
  // drawing, where a new text takes too long to lay out.
  const WRITTEN = 400;
  sheets.forEach((sheet, k) => sheet.classList.toggle("unwritten", k > 0 || nodes.length > WRITTEN));
  const written = nodes.length > WRITTEN ? [] : boxes[0].map((box) => {
    const text = box.querySelector(".role-grad");
    return text && { node: text.lastChild, whole: text.lastChild.textContent };
  });
  function writeGradients(state) {
    const so = new Map(), steps = passes[pass].slice(0, step + 1);
    const g = pass === "naive" ? naiveGradients(steps) : null;
    for (const s of steps) nodes[s.node].sends.forEach((one) => so.set(one.to, one.sum));
    written.forEach((place, i) => {
      if (!place) return;
      let text = place.whole;
      if (pass === "naive" && i !== root) text = g ? short(g[i]) : "?";
      else if (state[i] === "partial") text = `${so.get(i)} so far`;
      if (place.node.textContent !== text) place.node.textContent = text;
      if (pass === "naive" && g && step === passes[pass].length - 1 && differs(g[i], nodes[i].exact)) boxes[0][i].classList.add("wrong");
    });
  }

  // ── the words ────────────────────────────────────────────────────────────────────────────────
  const link = (i) => {
    const a = make("a", nodes[i].name, "node");
    a.setAttribute("role", "button");
    a.tabIndex = 0;
    a.addEventListener("click", () => pick(i));
    a.addEventListener("keydown", (e) => { if (e.key === "Enter") pick(i); });
    return a;
  };

  function said() {
    const box = at("step"), steps = passes[pass], { node: i, early, got } = steps[step], n = nodes[i];
    box.replaceChildren(make("p", `Step ${step + 1} of ${steps.length}, ${TITLES[pass]}`, "of"));
    const title = make("h2");
    title.append(link(i), n.op && n.op !== n.name ? ` (${n.op})` : "", n.shape ? ` ${n.shape}` : "");
    box.append(title);
    if (n.warning) box.append(make("p", `⚠ ${n.warning}`, "danger"));
    if (pass === "forward") {
      box.append(formula(n.tex), make("p", `data ${n.data}`));
      return;
    }
    if (i === root) box.append(make("p", "The pass begins here: the result's gradient with respect to itself is 1."));
    else box.append(waiting(i, early, got));
    box.append(make("h3", "What it sends to its arguments"));
    if (!n.sends.length) box.append(make("p", "Nothing: it has no arguments that are nodes."));
    const naiveNow = pass === "naive";
    for (const s of n.sends) {
      const part = make("div");
      part.append(make("p", `to ${nodes[s.to].name}:`), formula(s.tex));
      if (s.slope === null || naiveNow) part.append(make("p", naiveNow ? "" : `adds ${s.amount}`, "grad"));
      if (!naiveNow && users[s.to].length > 1) part.append(make("p", `so far ${s.sum}, from ${count(s.to)} of ${users[s.to].length} uses`, "of"));
      box.append(part);
    }
    if (naiveNow && step === steps.length - 1) box.append(verdict());
  }

  const count = (i) => {
    const done = new Set(passes[pass].slice(0, step + 1).map((s) => s.node));
    return users[i].filter(([u]) => done.has(u)).length;
  };

  function waiting(i, early, got) {
    const box = make("div"), total = users[i].length;
    if (early) {
      box.append(make("p", `Too early: only ${got} of its ${total} uses have sent. What it sends now is built on an unfinished sum.`, "danger"));
    } else {
      box.append(make("p", total === 1 ? "Its only consumer has sent, so its gradient is complete:" :
        `All ${total} uses have sent, so its gradient is complete:`));
    }
    const done = new Set(passes[pass].slice(0, step + 1).map((s) => s.node)), list = make("ul");
    users[i].slice(0, 12).forEach(([u, k]) => {
      const item = make("li", undefined, done.has(u) && u !== i ? "sent" : "waits");
      item.append(link(u), `: ${nodes[u].sends[k].amount}`);
      list.append(item);
    });
    if (total > 12) list.append(make("li", `and ${total - 12} more`));
    box.append(list);
    if (!early) box.append(formula(nodes[i].gradTex));
    if (!early && nodes[i].exact === null) box.append(make("p", `= ${nodes[i].grad}`, "grad"));
    return box;
  }

  function verdict() {
    const box = make("div"), steps = passes.naive, early = steps.filter((s) => s.early);
    box.append(make("h3", "What came of it"));
    if (!early.length) {
      box.append(make("p", "Nothing went wrong: in this graph no node has a second consumer that comes later, so this order is right as well."));
      return box;
    }
    const names = make("p");
    names.append("First wrong: ", link(early[0].node), `, which sent on after ${early[0].got} of ${users[early[0].node].length} uses.`);
    box.append(names);
    const g = naiveGradients(steps);
    if (g) {
      const list = make("ul");
      nodes.forEach((n, i) => {
        if (!n.leaf || !differs(g[i], n.exact)) return;
        const item = make("li");
        item.append(link(i), `: ${short(g[i])} instead of ${n.grad}`);
        list.append(item);
      });
      box.append(list);
    }
    return box;
  }

  function pick(i) {
    picked = i;
    const n = nodes[i], box = at("node");
    box.hidden = false;
    const title = make("h2", n.name);
    box.replaceChildren(make("p", "Selected", "of"), title);
    if (n.scope.length) box.append(make("p", `in ${n.scope.join(" › ")}`, "of"));
    box.append(formula(n.tex), make("p", `data ${n.data}`));
    if (n.warning) box.append(make("p", `⚠ ${n.warning}`, "danger"));
    box.append(make("p", `gradient ${n.grad}`, "grad"));
    if (users[i].length) {
      box.append(make("h3", "It came from"));
      users[i].slice(0, 20).forEach(([u, k]) => {
        const row = make("p");
        row.append(link(u), `: ${nodes[u].sends[k].amount}`);
        box.append(row, formula(nodes[u].sends[k].tex));
      });
      if (users[i].length > 20) box.append(make("p", `and from ${users[i].length - 20} more uses`));
    }
    if (!n.leaf) {
      const go = make("button", "go to its step");
      go.addEventListener("click", () => goto(passes[pass].findIndex((s) => s.node === i)));
      box.append(go);
    }
    paint();
  }

  // ── steps ────────────────────────────────────────────────────────────────────────────────────
  function goto(k) {
    step = Math.min(Math.max(k, 0), passes[pass].length - 1);
    at("slider").max = passes[pass].length - 1;
    at("slider").value = step;
    at("count").value = `step ${step + 1} of ${passes[pass].length}`;
    at("first").disabled = at("back").disabled = step === 0;
    at("last").disabled = at("next").disabled = step === passes[pass].length - 1;
    paint();
    said();
  }
  function play(on) {
    clearInterval(timer);
    timer = on ? setInterval(() => (step === passes[pass].length - 1 ? play(false) : goto(step + 1)), 900) : null;
    at("play").textContent = on ? "‖ pause" : "▶ play";
    at("play").setAttribute("aria-label", on ? "pause" : "play");
  }
  function setPass(name) {
    const here = passes[pass][step].node;
    pass = name;
    document.querySelector(`input[name="pass"][value="${name}"]`).checked = true;
    const same = name === "naive" ? 0 : passes[name].findIndex((s) => s.node === here);
    goto(Math.max(same, 0));
  }
  function setView(k) {
    view = k;
    sheets.forEach((s, i) => { s.hidden = i !== k; });
    paint();
  }

  at("first").addEventListener("click", () => goto(0));
  at("back").addEventListener("click", () => goto(step - 1));
  at("next").addEventListener("click", () => goto(step + 1));
  at("last").addEventListener("click", () => goto(Infinity));
  at("play").addEventListener("click", () => play(timer === null));
  at("slider").addEventListener("input", (e) => goto(Number(e.target.value)));
  at("in").addEventListener("click", () => zoom[view].zoomIn());
  at("out").addEventListener("click", () => zoom[view].zoomOut());
  at("fit").addEventListener("click", () => zoom[view].reset());
  at("pass").addEventListener("change", (e) => setPass(e.target.value));
  at("fold")?.addEventListener("change", (e) => setView(Number(e.target.value)));
  const titles = new Map();
  nodes.forEach((n, i) => titles.set(titles.has(n.name) ? `${n.name} #${i}` : n.name, i));
  for (const name of titles.keys()) {
    const option = make("option");
    option.value = name;
    at("names").append(option);
  }
  at("search").addEventListener("change", (e) => {
    const text = e.target.value.trim();
    const exact = titles.get(text) ?? [...titles].find(([name]) => name.includes(text))?.[1];
    if (text && exact !== undefined) pick(exact);
  });
  boxes.forEach((list) => {
    const last = new Map();
    list.forEach((box, i) => last.set(box, i));
    for (const [box, i] of last) {
      let from = null;
      box.addEventListener("pointerdown", (e) => { from = [e.clientX, e.clientY]; });
      box.addEventListener("pointerup", (e) => {
        if (from && Math.hypot(e.clientX - from[0], e.clientY - from[1]) < 5) pick(i);
      });
    }
  });
  document.addEventListener("keydown", (e) => {
    if (e.target.id === "search" || e.ctrlKey || e.metaKey || e.altKey) return;
    const keys = {
      ArrowRight: () => goto(step + 1), ArrowLeft: () => goto(step - 1), Home: () => goto(0),
      End: () => goto(Infinity), " ": () => play(timer === null), "/": () => at("search").focus(),
      f: () => setPass(pass === "forward" ? "backward" : "forward"),
      "+": () => zoom[view].zoomIn(), "-": () => zoom[view].zoomOut(), 0: () => zoom[view].reset(),
    };
    if (!keys[e.key] || (e.key === " " && e.target.tagName === "BUTTON")) return;
    if (e.target.type === "radio" && e.key.startsWith("Arrow")) return;
    e.preventDefault();
    keys[e.key]();
  });
  goto(0);
})();
