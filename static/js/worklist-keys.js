// Keys for the worklist: from row to row, open, mark as seen, search. They are off while somebody types, and can be
// switched off for good (WCAG 2.1.4). Without this script there are links and buttons, as with it.

const OFF = "worklist-keys-off";
const help = document.querySelector("[data-keys]");
const choice = help?.querySelector("[data-keys-on]");
const rows = [...document.querySelectorAll('table[aria-labelledby="patients"] tbody tr')];

const keys = {
  j: () => move(1),
  k: () => move(-1),
  x: () => here()?.querySelector("button")?.click(),
  "/": () => document.querySelector(".filters [name=search]")?.focus(),
  "?": show,
};

if (help) {
  help.hidden = false;
  choice.checked = !isOff();
  choice.addEventListener("change", () => keep(!choice.checked));
  document.addEventListener("keydown", press);
}

function press(event) {
  const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !choice.checked) return;
  const act = keys[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

function here() {
  return rows.find((row) => row.contains(document.activeElement));
}

function move(step) {
  const from = rows.indexOf(here());
  const to = from < 0 ? (step > 0 ? 0 : rows.length - 1) : from + step;
  rows[to]?.querySelector("th a")?.focus();
}

function show() {
  help.open = true;
  help.querySelector("summary").focus();
}

// Whether somebody wants the keys is all that is kept, and only in this browser.
function isOff() {
  try {
    return localStorage.getItem(OFF) === "1";
  } catch {
    return false;
  }
}

function keep(off) {
  try {
    if (off) localStorage.setItem(OFF, "1");
    else localStorage.removeItem(OFF);
  } catch {
    // The browser keeps nothing: it holds for this page.
  }
}
