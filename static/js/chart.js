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

/** Give every role its colour, and the words their size. Changes the figure that it is given. */
function dress(figure, box) {
  const token = colours();
  const wide = box.clientWidth >= 736;
  const font = { family: getComputedStyle(document.body).fontFamily, size: wide ? 14 : 13, color: token("ink-soft") };
  const lines = {
    step: { color: token("grid"), width: 0.75, dash: "1px,3px" },
    goal: { color: token("brand"), width: 1.75 },
    year: { color: token("ink-soft"), width: 1, dash: "1.5px,4px" },
    today: { color: token("ink-soft"), width: 1 },
    next: { color: token("talk"), width: 2.5 },
    bar: { color: token("brand"), width: 1 },
    break: { color: token("ink-soft"), width: 1, dash: "3px,3px" },
    zone: { width: 0 },
  };
  const fills = { zone: token("brand-soft"), bar: token("brand-soft"), break: token("surface") };
  for (const shape of figure.layout.shapes) {
    shape.line = lines[shape.name];
    if (shape.name in fills) shape.fillcolor = fills[shape.name];
    if (shape.name === "zone") shape.opacity = 0.5;
    if (shape.label) {
      shape.label.font = { ...font, color: token("ink"), size: font.size - 1 };
      shape.label.text = fit(shape, figure.layout, box, font.size - 1);
    }
  }
  const inks = { goal: token("brand"), point: token("ink") };
  for (const note of figure.layout.annotations) {
    note.font = { ...font, color: inks[note.name] ?? font.color, weight: note.name in inks ? 600 : 400 };
    note.bgcolor = note.name === "point" ? token("surface") : undefined;
    note.arrowcolor = token("ink-soft");
    note.arrowwidth = 1;
    if (note.name === "point" && !wide) note.visible = false;
  }
  for (const trace of figure.data) {
    const role = trace.meta.role;
    if (trace.mode === "lines") {
      trace.line.color = token("brand");
    } else {
      trace.marker.color = role === "not_comparable" ? token("ink-soft") : token("brand");
      trace.marker.line = role === "measured" ? { color: token("surface"), width: 1.75 } : { width: 2 };
      if (trace.x.length > 120) trace.marker = { ...trace.marker, size: 5, line: { width: role === "measured" ? 0 : 1 } };
    }
  }
  figure.layout.font = font;
  figure.layout.hoverlabel = { bgcolor: token("ink"), bordercolor: token("ink"), font: { ...font, color: token("surface") }, align: "left" };
  figure.layout.width = box.clientWidth;
  figure.layout.height = box.clientHeight;
  if (!wide) {
    figure.layout.margin = { ...figure.layout.margin, l: 62, r: 8 };
    const every = Math.ceil((figure.layout.xaxis.tickvals.length * 74) / (box.clientWidth - 70));
    figure.layout.xaxis.ticktext = figure.layout.xaxis.ticktext.map((words, index) => (index % every ? "" : words));
  }
  return figure;
}

/** The label of a bar, or nothing where it would run over its end. */
function fit(shape, layout, box, size) {
  const [first, last] = layout.xaxis.range.map((day) => Date.parse(day));
  const share = (Date.parse(shape.x1) - Date.parse(shape.x0)) / (last - first);
  const room = share * (box.clientWidth - 90) - 14;
  return shape.label.text.length * size * 0.56 <= room ? shape.label.text : "";
}

/** The same figure with a scale of equal distances instead of tenths. */
function straighten(figure) {
  const { yaxis, annotations, shapes, meta } = figure.layout;
  figure.layout.yaxis = { ...yaxis, type: "linear", range: [-meta.ceiling * 0.03, meta.ceiling * 1.12], tickmode: "auto", nticks: 6, ticksuffix: "%" };
  delete figure.layout.yaxis.tickvals;
  delete figure.layout.yaxis.ticktext;
  for (const note of annotations) if (note.yref === "y") note.y = 10 ** note.y;
  figure.layout.annotations = annotations.filter((note) => note.name !== "step");
  figure.layout.shapes = shapes.filter((shape) => shape.name !== "step");
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
  button.addEventListener("click", () => {
    logarithmic = !logarithmic;
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
    .flatMap((trace, curveNumber) => (trace.mode === "markers" ? trace.x.map((day, pointNumber) => ({ day, words: trace.text[pointNumber], href: trace.customdata[pointNumber], curveNumber, pointNumber })) : []))
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
  if (place.dataset.woken) return;
  place.dataset.woken = "1";
  enliven(place).catch(() => undefined);
}

for (const place of figures) {
  seen.observe(place);
  for (const touch of ["pointerenter", "touchstart", "focusin"]) place.addEventListener(touch, () => wake(place), { once: true, passive: true });
}
