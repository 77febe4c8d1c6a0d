// The interactive chart: drawn by Plotly over the drawing, zoomed by buttons, keys and fingers, read
// point by point. The server places the words for each part of the time, as it does for the drawing.

import { dress } from "./chart-dress.js";

const DARK = matchMedia("(prefers-color-scheme: dark)");
const DAY = 86_400_000;
const SHORTEST_DAYS = 120;
let library;

/** Load Plotly once: first its rules as a file, as our policy allows no injected style. */
function loadPlotly(place) {
  library ??= (async () => {
    await load("link", { rel: "stylesheet", id: "plotly.js-style-global", className: "no-inline-styles", href: place.dataset.plotlyCss });
    await load("script", { src: place.dataset.plotly });
    return globalThis.Plotly;
  })();
  return library;
}

function load(tag, attributes) {
  return new Promise((resolve, reject) => {
    document.head.append(Object.assign(document.createElement(tag), attributes, { onload: resolve, onerror: reject }));
  });
}

const dayOf = (text) => Date.parse(`${text.slice(0, 10)}T00:00Z`) / DAY;
const textOf = (day) => new Date(Math.round(day) * DAY).toISOString().slice(0, 10);

/** Draw the chart; then do what the touch asked for that it was drawn for. */
export async function enliven(place, lastTouch) {
  const chart = new LiveChart(place);
  if (await chart.start()) chart.answer(lastTouch());
}

/** Let the page breathe: what it shows and what was touched comes first. */
const breath = () => new Promise((resolve) => setTimeout(resolve, 0));

class LiveChart {
  constructor(place) {
    this.place = place;
    this.box = place.querySelector(".chart-box");
    this.said = place.querySelector(".chart-said [role=status]");
    this.opens = place.querySelector(".chart-said a");
    this.isLinear = false;
    this.window = null;
    this.asked = 0;
  }

  async start() {
    const [figure, Plotly] = await Promise.all([this.ask(), loadPlotly(this.place)]);
    if (!figure?.data.length) return false;
    await breath();
    this.Plotly = Plotly;
    this.figure = figure;
    this.whole = figure.layout.xaxis.range.map(dayOf);
    this.stops = stopsOf(figure);
    this.at = -1;
    this.target = Object.assign(document.createElement("div"), { className: "chart-live", tabIndex: 0 });
    this.target.setAttribute("role", "group");
    this.target.setAttribute("aria-label", this.place.dataset.wordsWalk);
    this.target.setAttribute("aria-describedby", this.place.querySelector(".chart-story").id);
    this.box.append(this.target);
    try {
      await this.draw();
    } catch (error) {
      this.target.remove();
      throw error;
    }
    this.box.classList.add("is-live");
    // An ear hears the label, the story and each result; the loose words of axes and notes would only be noise.
    document.querySelectorAll(".chart-live > *, #js-plotly-tester").forEach((part) => part.setAttribute("aria-hidden", "true"));
    this.listen();
    return true;
  }

  answer(event) {
    const button = event?.target.closest("button");
    if (button) this.press(button);
    else if (event && this.box.contains(event.target)) this.pointNear(event.clientX, event.clientY);
  }

  /** Ask the server for the part of the time that is shown, on the scale that was chosen. */
  async ask() {
    const url = new URL(this.place.dataset.figureUrl, location.href);
    if (this.window) {
      url.searchParams.set("from", textOf(this.window[0]));
      url.searchParams.set("to", textOf(this.window[1]));
    }
    if (this.isLinear) url.searchParams.set("scale", "even");
    const answer = await fetch(url, { headers: { accept: "application/json" } });
    return answer.ok ? answer.json() : null;
  }

  draw() {
    const figure = dress(structuredClone(this.figure), this.box);
    return this.Plotly.react(this.target, figure, figure.config);
  }

  async redraw() {
    const number = ++this.asked;
    const figure = await this.ask().catch(() => null);
    if (!figure || number !== this.asked) return;
    this.figure = figure;
    this.unhover();
    await this.draw();
    this.place.querySelectorAll("[data-zoom]").forEach((button) => button.setAttribute("aria-disabled", String(!this.can(button.dataset.zoom))));
  }

  unhover() {
    this.Plotly.Fx.unhover(this.target);
  }

  listen() {
    this.place.querySelector(".chart-tools")?.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) this.press(button);
    });
    this.target.addEventListener("keydown", (event) => this.walk(event));
    this.target.on("plotly_hover", (event) => this.say(event.points[0].customdata));
    DARK.addEventListener("change", () => this.draw());
    let width = this.box.clientWidth;
    new ResizeObserver(() => {
      if (this.box.clientWidth === width) return;
      width = this.box.clientWidth;
      this.draw();
    }).observe(this.box);
    this.followFingers();
  }

  press(button) {
    if (button.dataset.zoom) this.zoom(button.dataset.zoom);
    else this.changeScale(button);
  }

  changeScale(button) {
    this.isLinear = !this.isLinear;
    button.setAttribute("aria-pressed", String(this.isLinear));
    // "Each line is 10 times lower" holds on the scale of steps only.
    this.place.querySelector(".chart-help").hidden = this.isLinear;
    this.redraw();
  }

  // Time ---------------------------------------------------------------------------------

  get shown() {
    return this.window ?? this.whole;
  }

  can(move) {
    const [first, last] = this.shown;
    return {
      in: last - first > SHORTEST_DAYS,
      out: this.window !== null,
      all: this.window !== null,
      earlier: first > this.whole[0],
      later: last < this.whole[1],
    }[move];
  }

  zoom(move) {
    if (!this.can(move)) return;
    const [first, last] = this.shown;
    const span = last - first;
    // Into the newest part, as long as it is shown: that is what people come to look at.
    const newest = dayOf(this.stops.at(-1).day);
    const closer = newest > first && newest <= last ? Math.min(last, Math.max(newest + span / 8, first + span / 2)) : last - span / 4;
    const next = {
      in: () => [closer - span / 2, closer],
      out: () => [first - span / 2, last + span / 2],
      earlier: () => [first - span / 2, last - span / 2],
      later: () => [first + span / 2, last + span / 2],
      all: () => this.whole,
    }[move]();
    this.show(next);
    this.redraw();
    if (this.said) this.said.textContent = `${this.place.dataset.wordsShown} ${this.words(this.shown)}`;
    if (this.opens) this.opens.hidden = true;
  }

  /** Hold a part of the time inside the whole; the whole itself is no window. */
  show([first, last]) {
    const [start, end] = this.whole;
    const span = Math.min(end - start, Math.max(SHORTEST_DAYS, last - first));
    const middle = (first + last) / 2;
    const left = Math.min(end - span, Math.max(start, middle - span / 2));
    this.window = span >= end - start ? null : [left, left + span];
  }

  words([first, last]) {
    const format = new Intl.DateTimeFormat(document.documentElement.lang || "en", { month: "long", year: "numeric", timeZone: "UTC" });
    return `${format.format(first * DAY)} ${this.place.dataset.wordsTo} ${format.format(last * DAY)}.`;
  }

  /** Move what is drawn at once; the words come back when the fingers rest. */
  slide(range) {
    this.show(range);
    this.Plotly.relayout(this.target, { "xaxis.range": this.shown.map(textOf), annotations: [] });
  }

  /** Two fingers, or a pinch on a touch pad, zoom; one finger moves sideways what is zoomed. */
  followFingers() {
    const fingers = new Map();
    let start = null;
    const begin = () => {
      start = { shown: [...this.shown], xs: [...fingers.values()] };
    };
    this.target.addEventListener("pointerdown", (event) => {
      if (event.pointerType !== "touch") return;
      fingers.set(event.pointerId, event.clientX);
      begin();
    });
    this.target.addEventListener("pointermove", (event) => {
      if (!start || !fingers.has(event.pointerId)) return;
      fingers.set(event.pointerId, event.clientX);
      const [first, last] = start.shown;
      const perPixel = (last - first) / this.target.clientWidth;
      const now = [...fingers.values()];
      if (now.length === 1 && this.window && Math.abs(now[0] - start.xs[0]) > 8) {
        const moved = (start.xs[0] - now[0]) * perPixel;
        this.slide([first + moved, last + moved]);
      } else if (now.length === 2) {
        const factor = Math.abs(start.xs[0] - start.xs[1]) / Math.max(30, Math.abs(now[0] - now[1]));
        const left = this.target.getBoundingClientRect().left;
        const middle = first + ((start.xs[0] + start.xs[1]) / 2 - left) * perPixel;
        this.slide([middle - (middle - first) * factor, middle + (last - middle) * factor]);
      }
    });
    const end = (event) => {
      if (!fingers.delete(event.pointerId)) return;
      const moved = start && (start.shown[0] !== this.shown[0] || start.shown[1] !== this.shown[1]);
      if (moved) this.redraw();
      start = null;
      if (fingers.size) begin();
    };
    this.target.addEventListener("pointerup", end);
    this.target.addEventListener("pointercancel", end);
    let rest;
    this.target.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      const [first, last] = this.shown;
      const box = this.target.getBoundingClientRect();
      const middle = first + ((event.clientX - box.left) / box.width) * (last - first);
      const factor = Math.exp(event.deltaY / 100);
      this.slide([middle - (middle - first) * factor, middle + (last - middle) * factor]);
      clearTimeout(rest);
      rest = setTimeout(() => this.redraw(), 200);
    }, { passive: false });
  }

  // Reading ------------------------------------------------------------------------------

  say([words, href]) {
    if (this.said && this.said.textContent !== words) this.said.textContent = words;
    if (this.opens) {
      this.opens.hidden = !href;
      this.opens.href = href;
    }
  }

  /** Left and right go from result to result; what a pointer would read is shown and spoken. */
  async walk(event) {
    const { stops } = this;
    const zooms = { "+": "in", "=": "in", "-": "out", 0: "all" };
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in zooms) {
      event.preventDefault();
      this.zoom(zooms[event.key]);
      return;
    }
    if (event.key === "Escape") this.unhover();
    if (event.key === "Enter" && stops[this.at]?.href) location.assign(stops[this.at].href);
    const moves = { ArrowRight: this.at + 1, ArrowLeft: this.at < 0 ? stops.length - 1 : this.at - 1, Home: 0, End: stops.length - 1 };
    if (!(event.key in moves)) return;
    event.preventDefault();
    this.at = Math.min(stops.length - 1, Math.max(0, moves[event.key]));
    const stop = stops[this.at];
    const day = dayOf(stop.day);
    const [first, last] = this.shown;
    if (day < first || day > last) {
      this.show([day - (last - first) / 2, day + (last - first) / 2]);
      await this.redraw();
    }
    this.point(stop);
    this.say([stop.words, stop.href]);
  }

  /** Read the result nearest to where a finger was, if one is near. */
  pointNear(x, y) {
    const marks = [...this.target.querySelectorAll(".scatterlayer path.point")].map((mark) => {
      const box = mark.getBoundingClientRect();
      return { mark, far: Math.hypot(box.x + box.width / 2 - x, box.y + box.height / 2 - y) };
    });
    const { mark, far } = marks.sort((one, other) => one.far - other.far)[0] ?? { far: Infinity };
    if (far > 40) return;
    const { trace } = mark.closest(".trace").querySelector("path.point").__data__;
    const [words, href, key] = trace.customdata[mark.__data__.i];
    this.point({ href, key });
    this.say([words, href]);
  }

  point(stop) {
    this.target.data.forEach((trace, curveNumber) => {
      const pointNumber = trace.mode === "markers" ? trace.customdata.findIndex(([, href, key]) => key === stop.key && href === stop.href) : -1;
      if (pointNumber >= 0) this.Plotly.Fx.hover(this.target, [{ curveNumber, pointNumber }]);
    });
  }
}

/** Return every result of the figure in order of its day. */
function stopsOf(figure) {
  return figure.data
    .flatMap((trace) => (trace.mode === "markers" ? trace.x.map((day, number) => ({ day, words: trace.customdata[number][0], href: trace.customdata[number][1], key: trace.customdata[number][2] })) : []))
    .sort((one, other) => (one.day < other.day ? -1 : one.day > other.day ? 1 : 0));
}
