// Makes forms a little kinder. Everything works without it.

// Move to the list of problems, as a reader's ear or a small screen may miss it.
document.querySelector("[data-focus]")?.focus();

// A second click on the same button sends nothing; the server refuses the second one as well.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  event.submitter?.setAttribute("aria-disabled", "true");
  // Coming back to the page, or an answer that is a file, must not leave it locked.
  setTimeout(() => unlock(form), 8000);
});

function unlock(form) {
  delete form.dataset.sent;
  form.querySelectorAll("[aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
}

addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(unlock);
});

// Questions that only matter after a certain answer: <div data-show-when="field=value">.
function follow() {
  document.querySelectorAll("[data-show-when]").forEach((part) => {
    const [name, wanted] = part.dataset.showWhen.split("=");
    const chosen = document.querySelector(`[name="${CSS.escape(name)}"]:checked, select[name="${CSS.escape(name)}"]`);
    part.hidden = !wanted.split("|").includes(chosen?.value ?? "");
    // What is hidden is not sent: an answer that nobody sees would contradict the one that was chosen.
    part.querySelectorAll("input, select, textarea").forEach((box) => { box.disabled = part.hidden; });
  });
}
if (document.querySelector("[data-show-when]")) {
  document.addEventListener("change", follow);
  follow();
}
