"use strict";
(() => {
  const at = (id) => document.getElementById(id);
  const all = (css, inside = document) => [...inside.querySelectorAll(css)];

  // ── formulas: framed where a part is wrong, else plain, else in a frame for several rows; what
  // KaTeX cannot read stays as its author wrote it ─────────────────────────────────────────────
  const trust = (context) => context.command === "\\htmlClass" && /^mark-[a-z-]+$/.test(context.class);
  const options = { throwOnError: true, strict: false, maxSize: 50, maxExpand: 500, trust };
  function rendered(element, display) {
    const plain = element.textContent;
    const rows = `\\begin{aligned}${plain}\\end{aligned}`;
    for (const tex of [element.dataset.framed, plain, rows]) {
      if (tex === undefined) continue;
      try {
        const html = katex.renderToString(tex, { ...options, displayMode: display });
        element.innerHTML = html;
        element.classList.add("written");
        if (tex === element.dataset.framed) element.classList.add("framed");
        return;
      } catch (error) {
        if (!(error instanceof katex.ParseError)) throw error;
      }
    }
    element.classList.add("source");
  }
  all(".math").forEach((e) => rendered(e, e.classList.contains("display")));
  all(".formula").forEach((e) => rendered(e, false));

  // A display that is too wide for its column is written smaller, down to 7 tenths.
  function fitted() {
    for (const e of all(".math.display.written")) {
      e.style.fontSize = "";
      if (e.scrollWidth > e.clientWidth) e.style.fontSize = `${Math.max(0.7, (0.98 * e.clientWidth) / e.scrollWidth)}em`;
    }
  }
  fitted();
  document.fonts.ready.then(fitted);
  addEventListener("resize", fitted);

  // ── a formula and its marks point to each other ──────────────────────────────────────────────
  const noted = all("[data-marks]");
  const notesOf = (e) => e.dataset.marks.split(" ").map(at).filter(Boolean);
  for (const formula of noted) {
    const notes = notesOf(formula), openable = notes.filter((n) => n.tagName === "DETAILS");
    const both = [formula, ...notes];
    const light = (on) => () => both.forEach((e) => e.classList.toggle("lit", on));
    for (const e of both) {
      e.addEventListener("mouseenter", light(true));
      e.addEventListener("mouseleave", light(false));
    }
    if (!openable.length) continue;
    formula.classList.add("openable");
    formula.addEventListener("click", () => {
      const open = !openable.some((n) => n.open);
      openable.forEach((n) => { n.open = open; });
    });
  }

  // ── from mistake to mistake ──────────────────────────────────────────────────────────────────
  const stops = all(".note.stop"), details = all("details.note");
  let here = -1;
  function go(k) {
    if (!stops.length) return;
    here = (k + stops.length) % stops.length;
    all(".note.now").forEach((e) => e.classList.remove("now"));
    const stop = stops[here];
    stop.open = true;
    stop.classList.add("now");
    stop.scrollIntoView({ block: "center" });
    stop.querySelector("summary").focus({ preventScroll: true });
    at("count").value = `mistake ${here + 1} of ${stops.length}`;
  }
  function openAll(on) {
    details.forEach((d) => { d.open = on; });
    at("all").setAttribute("aria-pressed", String(on));
    at("all").textContent = on ? "close all" : "open all";
  }
  const toggled = () => openAll(at("all").getAttribute("aria-pressed") !== "true");
  const next = () => go(here + 1), previous = () => go(here < 0 ? -1 : here - 1);
  at("next").addEventListener("click", next);
  at("previous").addEventListener("click", previous);
  at("all").addEventListener("click", toggled);
  at("bar").hidden = !details.length;
  if (!stops.length) ["next", "previous", "count"].forEach((id) => { at(id).hidden = true; });
  else at("count").value = `${stops.length} mistake${stops.length > 1 ? "s" : ""}`;
  document.addEventListener("keydown", (e) => {
    const keys = { n: next, p: previous, e: toggled };
    if (e.ctrlKey || e.metaKey || e.altKey || !keys[e.key]) return;
    keys[e.key]();
    e.preventDefault();
  });
  document.querySelector(".outcome a")?.addEventListener("click", (e) => {
    e.preventDefault();
    go(stops.findIndex((s) => `#${s.id}` === e.target.getAttribute("href")));
  });

  // ── on paper nothing opens ───────────────────────────────────────────────────────────────────
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = stops.filter((d) => !d.open);
    closed.forEach((d) => { d.open = true; });
  });
  addEventListener("afterprint", () => closed.forEach((d) => { d.open = false; }));
})();
