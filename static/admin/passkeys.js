"use strict";
/* Passkeys: asks the device when a form is sent, and sends its answer with the form.
   The form says in data-passkey what to ask ("create" or "get") and in data-options with which words. */
for (const form of document.querySelectorAll("form[data-passkey]")) {
  const says = form.querySelector("[data-passkey-error]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    says.hidden = true;
    try {
      const answer = await webauthnJSON[form.dataset.passkey](JSON.parse(form.dataset.options));
      form.elements.credential.value = JSON.stringify(answer);
      form.submit();
    } catch {
      says.textContent = form.dataset.refused;
      says.hidden = false;
    }
  });
}
