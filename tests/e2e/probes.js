// Questions that a test asks of the page that is open, added to every window of the browser tests.
window.probes = {
  /** Where the focus is, if it can be seen there, and if something covers it. */
  focus() {
    const node = document.activeElement;
    if (!node || node === document.body) return null;
    const box = node.getBoundingClientRect();
    const style = getComputedStyle(node);
    const y = Math.min(box.bottom - 2, box.top + box.height / 2);
    const at = document.elementFromPoint(box.left + Math.min(box.width / 2, 40), y);
    const isThere = at === node || node.contains(at) || at?.contains(node) || at?.closest("label")?.control === node;
    return {
      name: `${node.tagName} ${node.name || node.textContent.trim().slice(0, 30) || node.className}`,
      position: [...document.querySelectorAll("*")].indexOf(node),
      faults: [
        ...(style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 ? [] : ["no ring"]),
        ...(box.top >= -1 && (box.bottom <= innerHeight + 1 || box.height > innerHeight / 2) ? [] : ["out of sight"]),
        ...(isThere ? [] : [`covered by ${at?.outerHTML.slice(0, 60)}`]),
        ...(node.tabIndex > 0 ? ["jumps the queue"] : []),
      ],
    };
  },

  /** Letters and lines as far apart as WCAG 1.4.12 asks for. */
  space() {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
      * { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
      p { margin-bottom: 2em !important; }`);
    document.adoptedStyleSheets = [sheet];
  },

  /** What does not fit into its own box. */
  cut() {
    return [...document.querySelectorAll("main *, header *, nav *")]
      .filter((node) => node.checkVisibility() && !node.closest("svg, .visually-hidden, .chart-live, .chart-tools, select, input[type=text]:not(.w-2, .w-4)"))
      .filter((node) => ["hidden", "clip"].includes(getComputedStyle(node).overflowX) || node.matches(".btn, .badge, .step"))
      .filter((node) => node.clientWidth > 2)
      .filter((node) => node.scrollWidth > node.clientWidth + 2 || node.scrollHeight > node.clientHeight + 4)
      .map((node) => node.outerHTML.slice(0, 90));
  },

  /** What is touched and is smaller than 44 by 44 px, but for links within a sentence. */
  small() {
    const isInText = (node) => getComputedStyle(node).display.startsWith("inline")
      && [...node.parentElement.childNodes].some((other) => other.nodeType === 3 && other.textContent.trim());
    return [...document.querySelectorAll("a, button, select, summary, textarea, input:not([type=hidden])")]
      .filter((node) => node.checkVisibility({ visibilityProperty: true }) && !node.closest(".chart-live"))
      .filter((node) => !node.matches("[type=radio], [type=checkbox], .skip") && !isInText(node))
      .map((node) => ({ node, box: node.getBoundingClientRect() }))
      .filter(({ box }) => box.height > 0 && (box.height < 43.5 || box.width < 43.5))
      .map(({ node, box }) => `${Math.round(box.width)}x${Math.round(box.height)} ${node.outerHTML.slice(0, 90)}`);
  },

  headings() {
    return [...document.querySelectorAll("h1,h2,h3,h4")].map((node) => Number(node.tagName[1]));
  },

  /** How many things stay in their place, however far one scrolls. */
  fixed() {
    return [...document.querySelectorAll("body *")]
      .filter((node) => ["fixed", "sticky"].includes(getComputedStyle(node).position) && node.offsetHeight > 60).length;
  },

  moving() {
    return [...document.querySelectorAll("*")]
      .map((node) => getComputedStyle(node))
      .filter((style) => parseFloat(style.transitionDuration) > 0 || style.animationName !== "none").length;
  },

  openAll() {
    document.querySelectorAll("details").forEach((details) => { details.open = true; });
  },

  spoken: [],
  shifts: 0,
};

// What a live region says, each time that it changes.
new MutationObserver((changes) => changes.forEach((change) => {
  const node = change.target.nodeType === 1 ? change.target : change.target.parentElement;
  const region = node?.closest("[role=status], [role=alert], [aria-live]");
  const words = region?.textContent.trim().replace(/\s+/g, " ");
  if (words) window.probes.spoken.push(words);
})).observe(document, { childList: true, subtree: true, characterData: true });

new PerformanceObserver((list) => list.getEntries().forEach((shift) => {
  if (!shift.hadRecentInput) window.probes.shifts += shift.value;
})).observe({ type: "layout-shift", buffered: true });
