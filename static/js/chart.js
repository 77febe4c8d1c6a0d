// Puts the interactive chart in the place of the drawing, once the reader is near it and the
// browser has time, or at the first touch. Whatever goes wrong, the drawing stays.

const figures = document.querySelectorAll("[data-figure-url]");
const DARK = matchMedia("(prefers-color-scheme: dark)");
let library;

/** Load Plotly once: first its rules as a file, as our policy allows no injected style. */
function loadPlotly(place) {
  library ??= (async () => {
    await new Promise((resolve, reject) => {
      const link = document.createElement("link");
      link.rel = "stylesheet";
      link.id = "plotly.js-style-global";
      link.className = "no-inline-styles";
      link.href = place.dataset.plotlyCss;
      link.onload = resolve;
      link.onerror = reject;
      document.head.append(link);
    });
    await new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = place.dataset.plotly;
      script.onload = resolve;
      script.onerror = reject;
      document.head.append(script);
    });
    return globalThis.Plotly;
  })();
  return library;
}

function colours() {
  const style = getComputedStyle(document.documentElement);
  return (name) => style.getPropertyValue(`--${name}`).trim();
}

/** Give every role its colour, and every word and mark the place and size that it had in the drawing. */
function dress(figure, box) {
  const token = colours();
  const drawing = [...box.querySelectorAll("svg.chart-svg")].find((svg) => getComputedStyle(svg).display !== "none");
  const narrow = drawing.classList.contains("chart-narrow");
  const { layout } = figure;
  const view = layout.meta.views[narrow ? "narrow" : "wide"];
  const unit = box.clientWidth / view.width;
  const size = (css) => parseFloat(getComputedStyle(drawing.querySelector(css)).fontSize) * unit;
  const font = { family: getComputedStyle(document.body).fontFamily, size: size("text"), color: token("ink-soft") };
  const lines = {
    zone: { width: 0 },
    step: { color: token("grid"), width: 0.75 * unit, dash: `${unit}px,${3 * unit}px` },
    goal: { color: token("brand"), width: 1.75 * unit },
    year: { color: token("ink-soft"), width: unit, dash: `${1.5 * unit}px,${4 * unit}px` },
    today: { color: token("ink-soft"), width: unit },
    leader: { color: token("ink-soft"), width: unit },
    tick: { color: token("ink-soft"), width: 1.5 * unit },
    next: { color: token("talk"), width: 2 * unit },
    bar: { color: token("brand"), width: unit },
    break: { color: token("ink-soft"), width: unit, dash: `${3 * unit}px,${3 * unit}px` },
  };
  const fills = { zone: token("brand-soft"), bar: token("brand-soft"), break: token("surface"), next: token("surface") };
  layout.shapes = [...layout.shapes, ...view.shapes];
  for (const shape of layout.shapes) {
    shape.line = lines[shape.name];
    if (fills[shape.name]) shape.fillcolor = fills[shape.name];
    if (shape.name === "zone") shape.opacity = 0.5;
  }
  const inks = {
    b: { ...font, color: token("ink"), weight: 600 },
    g: { ...font, color: token("brand"), weight: 700 },
    t: { ...font, color: token("ink"), weight: 600, size: font.size * 0.93 },
  };
  layout.annotations = view.annotations.map((note) => ({ ...note, font: inks[note.name] ?? font }));
  const small = view.radius < 3.6;
  for (const trace of figure.data) {
    const role = trace.meta.role;
    if (trace.mode === "lines") {
      trace.line = { color: token("brand"), width: (small ? 1.25 : 2.25) * unit, dash: trace.line.dash === "dot" ? `${1.5 * unit}px,${(small ? 2 : 3.5) * unit}px` : "solid" };
      continue;
    }
    const full = role === "measured";
    const rim = full ? { color: token("surface"), width: small ? 0 : 1.75 * unit } : { color: token(role === "not_comparable" ? "ink-soft" : "brand"), width: (small ? 1 : 2) * unit };
    const shape = full || role === "not_comparable" ? 2 : 2.5;
    trace.marker = { ...trace.marker, size: view.radius * shape * unit + rim.width, color: token(full ? "brand" : "surface"), line: rim, opacity: 1 };
    trace.text = trace.text.map((words) => fold(words, narrow ? 34 : 60));
  }
  layout.font = font;
  layout.hoverlabel = { bgcolor: token("ink"), bordercolor: token("ink"), font: { ...font, color: token("surface"), size: Math.max(14, font.size) }, align: "left", namelength: 0 };
  layout.width = box.clientWidth;
  layout.height = box.clientHeight;
  layout.margin = Object.fromEntries(Object.entries(view.margin).map(([side, room]) => [side, room * unit]));
  layout.margin.autoexpand = false;
  layout.yaxis.ticklabelstandoff = 4 * unit;
  return figure;
}

/** Break a long sentence into lines. The words came without live tags and get none but ours. */
function fold(words, length) {
  const lines = [""];
  for (const word of words.split(" ")) {
    if (lines.at(-1).length + word.length > length) lines.push("");
    lines[lines.length - 1] += `${word} `;
  }
  return lines.map((line) => line.trim()).join("<br>");
}

/** The same figure with a scale of equal distances instead of tenths. */
function straighten(figure) {
  const { yaxis, annotations, shapes, meta } = figure.layout;
  figure.layout.yaxis = { ...yaxis, type: "linear", range: [-meta.ceiling * 0.04, meta.ceiling * 1.12], tickmode: "auto", nticks: 6, ticksuffix: "%" };
  delete figure.layout.yaxis.tickvals;
  delete figure.layout.yaxis.ticktext;
  // The names of lines and the notes on points stood where the tenths were.
  figure.layout.annotations = annotations.filter((note) => note.name === "t" || note.name === "m");
  figure.layout.shapes = shapes.filter((shape) => shape.name !== "step" && shape.name !== "leader");
  return figure;
}

async function enliven(place) {
  const box = place.querySelector(".chart-box");
  const [answer, Plotly] = await Promise.all([fetch(place.dataset.figureUrl, { headers: { accept: "application/json" } }), loadPlotly(place)]);
  if (!answer.ok) return;
  const plain = await answer.json();
  if (!plain.data.length) return;
  const said = Object.assign(document.createElement("p"), { className: "chart-said visually-hidden" });
  said.setAttribute("role", "status");
  const target = Object.assign(document.createElement("div"), { className: "chart-live", tabIndex: 0 });
  target.setAttribute("role", "group");
  target.setAttribute("aria-label", place.dataset.wordsWalk);
  box.append(target);
  let logarithmic = true;

  const draw = async () => {
    const figure = dress(structuredClone(plain), box);
    await Plotly.react(target, logarithmic ? figure : straighten(figure), plain.config);
  };
  try {
    await draw();
  } catch (error) {
    target.remove();
    throw error;
  }
  box.classList.add("is-live");
  box.after(said);

  const button = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: place.dataset.wordsLinear });
  const tools = Object.assign(document.createElement("div"), { className: "chart-tools" });
  tools.append(button);
  place.append(tools);
  place.classList.add("is-ready");
  button.addEventListener("click", () => {
    logarithmic = !logarithmic;
    Plotly.Fx.unhover(target);
    button.textContent = logarithmic ? place.dataset.wordsLinear : place.dataset.wordsLog;
    draw();
  });
  DARK.addEventListener("change", draw);
  let width = box.clientWidth;
  new ResizeObserver(() => {
    if (box.clientWidth === width) return;
    width = box.clientWidth;
    draw();
  }).observe(box);

  // Left and right go from result to result; what a pointer would read is shown and spoken.
  const stops = plain.data
    .flatMap((trace, curveNumber) => (trace.mode === "markers" ? trace.x.map((day, pointNumber) => ({ day, words: trace.customdata[pointNumber][0], href: trace.customdata[pointNumber][1], curveNumber, pointNumber })) : []))
    .sort((one, other) => (one.day < other.day ? -1 : one.day > other.day ? 1 : 0));
  let at = -1;
  target.addEventListener("keydown", (event) => {
    const moves = { ArrowRight: at + 1, ArrowLeft: at < 0 ? stops.length - 1 : at - 1, Home: 0, End: stops.length - 1 };
    if (event.key === "Escape") {
      Plotly.Fx.unhover(target);
      return;
    }
    if (event.key === "Enter" && stops[at]?.href) {
      location.assign(stops[at].href);
      return;
    }
    if (!(event.key in moves)) return;
    event.preventDefault();
    at = Math.min(stops.length - 1, Math.max(0, moves[event.key]));
    Plotly.Fx.hover(target, [{ curveNumber: stops[at].curveNumber, pointNumber: stops[at].pointNumber }]);
    said.textContent = stops[at].words;
  });
}

const idle = globalThis.requestIdleCallback ?? ((work) => setTimeout(work, 300));
const seen = new IntersectionObserver(
  (entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => idle(() => wake(entry.target), { timeout: 4000 })),
  { rootMargin: "200px" },
);

function wake(place) {
  seen.unobserve(place);
  // Plotly knows no system colours: who has chosen their own keeps the drawing, which does.
  if (place.dataset.woken || matchMedia("(forced-colors: active)").matches) return;
  place.dataset.woken = "1";
  enliven(place).catch(() => undefined);
}

for (const place of figures) {
  seen.observe(place);
  for (const touch of ["pointerenter", "touchstart", "focusin"]) place.addEventListener(touch, () => wake(place), { once: true, passive: true });
}
