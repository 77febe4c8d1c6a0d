// The chart in a file of its own: the figure stands in the page, and Plotly's own buttons zoom. Nothing is asked of anybody.
import { dress } from "./chart-dress.js";

const box = document.querySelector(".chart-box");
const figure = JSON.parse(document.querySelector("#figure").textContent);
const target = Object.assign(document.createElement("div"), { className: "chart-live", tabIndex: 0 });

async function draw() {
  const dressed = dress(structuredClone(figure), box);
  dressed.layout.dragmode = "zoom";
  dressed.layout.xaxis.fixedrange = dressed.layout.yaxis.fixedrange = false;
  const config = { ...figure.config, displayModeBar: true, scrollZoom: true, doubleClick: "reset", modeBarButtonsToRemove: ["select2d", "lasso2d"] };
  await globalThis.Plotly.react(target, dressed, config);
  box.classList.add("is-live");
}

box.append(target);
draw().catch(() => target.remove());
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
let width = box.clientWidth;
new ResizeObserver(() => {
  if (box.clientWidth === width) return;
  width = box.clientWidth;
  draw();
}).observe(box);
