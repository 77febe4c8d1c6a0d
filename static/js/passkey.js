// Passkeys: puts the site's question to the browser, the answer into the form, and sends the form.
const block = document.getElementById("passkey-question");

async function question(form) {
  if (block) return JSON.parse(block.textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
}

async function ask(form) {
  const asked = await question(form);
  if (form.dataset.passkey !== "add") return window.webauthnJSON.get(asked.request_options);
  const options = asked.creation_options;
  const choice = options.publicKey.authenticatorSelection;
  const alone = form.elements.passwordless?.checked ?? false;
  choice.residentKey = alone ? "required" : "discouraged";
  choice.requireResidentKey = alone;
  if (alone) choice.userVerification = "required";
  return window.webauthnJSON.create(options);
}

document.querySelectorAll("form[data-passkey]").forEach((form) => {
  if (!window.PublicKeyCredential) return;
  form.hidden = false;
  form.querySelector("button[type=button]")?.addEventListener("click", () => form.requestSubmit());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const problem = form.querySelector(".passkey-problem");
    problem.hidden = true;
    try {
      form.elements.credential.value = JSON.stringify(await ask(form));
      form.submit();
    } catch {
      problem.hidden = false; // the person said no, or waited too long
    }
  });
});
