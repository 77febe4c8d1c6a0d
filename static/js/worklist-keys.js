// Keys for the worklist: from row to row, open, mark as seen, search. They are off while somebody types, and can be
// switched off for good (WCAG 2.1.4). Without this script there are links and buttons, as with it.
// Who marks a row, or comes back from a record, goes on from the row they were on, with the keys or without.

const OFF = "worklist-keys-off";
const PLACE = "worklist-place";
const ANCHOR = "#patient-";
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

document.addEventListener("submit", (event) => {
  const place = rows.findIndex((row) => row.contains(event.submitter));
  if (place >= 0) stored((tab) => tab.setItem(PLACE, place));
});
document.addEventListener("focusin", () => {
  const row = here();
  // The address alone knows the row when somebody comes back, as no browser keeps these pages.
  if (row) history.replaceState(history.state, "", `#${linkOf(row).id}`);
});
goOn();

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
  if (rows[to]) linkOf(rows[to]).focus();
}

function linkOf(row) {
  return row.querySelector("th a");
}

// Go on from the row that the address names; where it has left the list, from the one that stands in its place now.
function goOn() {
  const place = stored((tab) => tab.getItem(PLACE));
  stored((tab) => tab.removeItem(PLACE));
  if (!location.hash.startsWith(ANCHOR)) return;
  const named = rows.find((row) => `#${linkOf(row).id}` === location.hash);
  const row = named ?? (place ? rows[Math.min(Number(place), rows.length - 1)] : undefined);
  if (!row) return;
  linkOf(row).focus({ preventScroll: true });
  row.scrollIntoView({ block: "center" });
}

function show() {
  help.open = true;
  help.querySelector("summary").focus();
}

// Where a row stood, a number and no name, is kept for this tab until the next page of the list.
function stored(act) {
  try {
    return act(sessionStorage);
  } catch {
    return null;
  }
}

// Whether somebody wants the keys is all that is kept for longer, and only in this browser.
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
