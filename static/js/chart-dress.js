// Colours and sizes for the figure: every role gets its token, light or dark, and every word and
// mark the place and size that it had in the drawing.

function tokens() {
  const style = getComputedStyle(document.documentElement);
  return (name) => style.getPropertyValue(`--${name}`).trim();
}

/** Return the drawing that fits the place: narrow or wide. */
export function drawingIn(box) {
  return [...box.querySelectorAll("svg.chart-svg")].find((svg) => getComputedStyle(svg).display !== "none");
}

export function dress(figure, box) {
  const token = tokens();
  const drawing = drawingIn(box);
  const narrow = drawing.classList.contains("chart-narrow");
  const { layout } = figure;
  const view = layout.meta.views[narrow ? "narrow" : "wide"];
  const unit = box.clientWidth / view.width;
  const size = (css) => parseFloat(getComputedStyle(drawing.querySelector(css)).fontSize) * unit;
  const font = { family: getComputedStyle(document.body).fontFamily, size: size("text"), color: token("ink-soft") };
  const soft = token("ink-soft"), brand = token("brand");
  const lines = {
    zone: { width: 0 },
    step: { color: token("grid"), width: 0.75 * unit, dash: `${unit}px,${3 * unit}px` },
    goal: { color: brand, width: 1.75 * unit },
    target: { color: brand, width: 5 * unit },
    event: { color: soft, width: unit, dash: `${1.5 * unit}px,${4 * unit}px` },
    today: { color: soft, width: unit },
    leader: { color: soft, width: unit },
    tick: { color: soft, width: 1.5 * unit },
    next: { color: token("talk"), width: 2 * unit },
    bar: { color: brand, width: unit },
    month: { color: token("grid"), width: unit },
    held: { color: brand, width: unit },
    break: { color: soft, width: unit, dash: `${3 * unit}px,${3 * unit}px` },
  };
  const fills = { zone: token("brand-soft"), bar: token("brand-soft"), held: brand, break: token("surface"), month: token("surface"), next: token("surface") };
  layout.shapes = [...layout.shapes, ...view.shapes];
  for (const shape of layout.shapes) {
    shape.line = lines[shape.name];
    if (fills[shape.name]) shape.fillcolor = fills[shape.name];
    if (shape.name === "zone") shape.opacity = 0.5;
    if (shape.name === "target") shape.opacity = 0.35;
  }
  const inks = {
    b: { ...font, color: token("ink"), weight: 600 },
    g: { ...font, color: brand, weight: 700 },
    t: { ...font, color: token("ink"), weight: 600, size: font.size * 0.93 },
  };
  layout.annotations = view.annotations.map((note) => ({ ...note, font: inks[note.name] ?? font }));
  const small = view.radius < 3.6;
  for (const trace of figure.data) {
    const { role, own } = trace.meta;
    if (trace.mode === "lines") {
      const width = (small || own ? 1.25 : 2.25) * unit;
      trace.line = { color: own ? soft : brand, width, dash: trace.line.dash === "dot" ? `${1.5 * unit}px,${(small ? 2 : 3.5) * unit}px` : "solid" };
      continue;
    }
    const full = role === "measured";
    const square = role === "not_comparable" || role === "own_scale";
    const rim = full ? { color: token("surface"), width: small ? 0 : 1.75 * unit } : { color: square ? soft : brand, width: (small ? 1 : 2) * unit };
    const shape = full || square ? 2 : 2.5;
    trace.marker = { ...trace.marker, size: view.radius * shape * unit + rim.width, color: full ? brand : token("surface"), line: rim, opacity: 1 };
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
