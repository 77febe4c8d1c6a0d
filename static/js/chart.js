// Puts the interactive chart in the place of the drawing: on a desk once the reader is near it and the
// browser has time, on a phone at the first touch. Whatever goes wrong, the drawing stays.

const idle = globalThis.requestIdleCallback ?? ((work) => setTimeout(work, 300));
// To draw it takes a slow phone a second, in which nothing scrolls: there it is drawn when it is asked for.
const isPhone = matchMedia("(pointer: coarse)").matches;
const near = new IntersectionObserver(
  (entries) => entries.filter((entry) => entry.isIntersecting).forEach(({ target }) => {
    near.unobserve(target);
    idle(() => (isPhone ? fetchAhead(target) : wake(target)), { timeout: 4000 });
  }),
  { rootMargin: "200px" },
);

/** Have the file at hand for the first touch, where data is not dear. */
function fetchAhead(place) {
  if (!navigator.connection?.saveData) fetch(place.dataset.plotly, { priority: "low" }).catch(() => undefined);
}

// The last touch before the chart is there: it is answered then.
const touches = new WeakMap();

function wake(place) {
  // Plotly knows no system colours: who has chosen their own keeps the drawing, which does.
  if (place.dataset.woken || matchMedia("(forced-colors: active)").matches) return;
  place.dataset.woken = "1";
  import("./chart-live.js").then((live) => live.enliven(place, () => touches.get(place))).catch(() => undefined);
}

for (const place of document.querySelectorAll("[data-figure-url]")) {
  near.observe(place);
  for (const touch of ["pointerenter", "focusin", "click"]) {
    place.addEventListener(touch, (event) => {
      if (touch === "click") touches.set(place, event);
      if (!isPhone || touch !== "pointerenter") wake(place);
    }, { passive: true });
  }
}
