// Puts the interactive chart in the place of the drawing, once the reader is near it and the
// browser has time, or at the first touch. Whatever goes wrong, the drawing stays.

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
  import("./chart-live.js").then((live) => live.enliven(place)).catch(() => undefined);
}

for (const place of document.querySelectorAll("[data-figure-url]")) {
  seen.observe(place);
  for (const touch of ["pointerenter", "touchstart", "focusin"]) place.addEventListener(touch, () => wake(place), { once: true, passive: true });
}
