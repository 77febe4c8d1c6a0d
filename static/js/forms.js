// Makes forms a little kinder. Everything works without it.

// Move to the list of problems, as a reader's ear or a small screen may miss it.
document.querySelector("[data-focus]")?.focus();

// What was said on the page as it came is said aloud too: an ear hears only what changes.
setTimeout(() => {
  document.querySelectorAll("[data-announce]").forEach((said) => said.replaceChildren(...said.childNodes));
}, 300);

// A second click on the same button sends nothing; the server refuses the second one as well.
// A form that somebody has filled in is sent only when the site can be reached: what was typed stays.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  const { submitter } = event;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (form.dataset.keep === undefined || form.dataset.reached) {
    lock(form, submitter);
    // This page answered a form, and cannot be shown again without sending it; going back asks for the form itself.
    if (form.dataset.answered !== undefined) history.replaceState(history.state, "");
    return;
  }
  event.preventDefault();
  lock(form, submitter);
  if (await isReached(form)) {
    form.dataset.reached = "1";
    delete form.dataset.sent;
    form.requestSubmit(submitter);
  } else {
    unlock(form);
    tell(form);
  }
});

function lock(form, submitter) {
  form.dataset.sent = "1";
  submitter?.setAttribute("aria-disabled", "true");
  showBusy(form);
  // Coming back to the page, or an answer that is a file, must not leave it locked.
  setTimeout(() => unlock(form), 8000);
}

/** Say what takes a moment, for a form that names it; an ear hears it once the words are there. */
function showBusy(form) {
  if (!form.dataset.busy) return;
  const said = Object.assign(document.createElement("p"), { className: "busy" });
  said.setAttribute("role", "status");
  form.append(said);
  setTimeout(() => {
    const bar = document.createElement("progress");
    bar.setAttribute("aria-label", form.dataset.busy);
    said.append(bar, ` ${form.dataset.busy}`);
  }, 300);
}

function unlock(form) {
  form.querySelector(".busy")?.remove();
  delete form.dataset.sent;
  delete form.dataset.reached;
  form.querySelectorAll("[aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
}

/** Whether the site answers at all: within a few seconds, from this place. */
async function isReached(form) {
  form.querySelector(".unsent")?.remove();
  if (!navigator.onLine) return false;
  try {
    await fetch(form.dataset.keep, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(6000) });
    return true;
  } catch {
    return false;
  }
}

/** Say that nothing was sent, beside the button, and what to do. */
function tell(form) {
  const words = document.createElement("p");
  words.className = "unsent";
  words.tabIndex = -1;
  words.setAttribute("role", "alert");
  words.textContent = form.dataset.unsent;
  form.append(words);
  words.focus();
}

addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(unlock);
});

// Questions that only matter after a certain answer: <div data-show-when="field=value">.
function follow() {
  document.querySelectorAll("[data-show-when]").forEach((part) => {
    const [name, wanted] = part.dataset.showWhen.split("=");
    const chosen = document.querySelector(`[name="${CSS.escape(name)}"]:checked, select[name="${CSS.escape(name)}"]`);
    part.classList.remove("waits");
    part.hidden = !wanted.split("|").includes(chosen?.value ?? "");
    // What is hidden is not sent: an answer that nobody sees would contradict the one that was chosen.
    part.querySelectorAll("input, select, textarea").forEach((box) => { box.disabled = part.hidden; });
  });
}
if (document.querySelector("[data-show-when]")) {
  document.addEventListener("change", follow);
  follow();
}
