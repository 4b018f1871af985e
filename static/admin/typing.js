"use strict";
// Tells the server that a form is open and what stands in it, so that a closed window loses nothing.

(function () {
  const told = document.getElementById("kept");
  const form = told && told.closest("form");
  if (!form) return;
  const EVERY = 15000;
  const AFTER_TYPING = 3000;
  const PATIENCE = 5000;

  function written() {
    if (window.CKEDITOR) for (const editor of Object.values(window.CKEDITOR.instances)) editor.updateElement();
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    return data;
  }

  const asText = (data) => new URLSearchParams([...data].filter(([name]) => name !== "csrfmiddlewaretoken")).toString();
  const calls = new Set();
  let last = null; // what the server knows
  let timer = null;
  let isSent = false;

  async function call() {
    const data = written();
    const text = asText(data);
    // A form that came back with errors is stored nowhere; any other is, as it stands once its editors are ready.
    if (last === null) last = form.querySelector(".errornote") ? "" : text;
    const isChanged = text !== last;
    const body = new URLSearchParams(isChanged ? [...data] : [["csrfmiddlewaretoken", data.get("csrfmiddlewaretoken")]]);
    if (isChanged) body.set("is_changed", "1");
    const signal = AbortSignal.timeout(PATIENCE);
    try {
      const answer = await fetch(told.dataset.url, { method: "POST", body, signal, headers: { "X-Requested-With": "fetch" } });
      if (!answer.ok) return;
      const said = await answer.json();
      last = text;
      document.getElementById("others").textContent = said.others;
      if (said.kept) told.textContent = said.kept;
    } catch {
      // The next call tries again.
    }
  }

  function tell() {
    if (isSent) return;
    const made = call().finally(() => calls.delete(made));
    calls.add(made);
  }

  function tellSoon() {
    window.clearTimeout(timer);
    timer = window.setTimeout(tell, AFTER_TYPING);
  }

  // A call that reaches the server after the save would be offered as not saved: none is made once the form is sent,
  // and one that is under way is waited for.
  form.addEventListener("submit", async (event) => {
    const staysOpen = event.submitter && event.submitter.formTarget === "_blank";
    if (staysOpen || event.defaultPrevented) return;
    const isFirst = !isSent;
    isSent = true;
    if (!calls.size) return;
    event.preventDefault();
    if (!isFirst) return;
    await Promise.all(calls);
    form.requestSubmit(event.submitter);
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    isSent = false;
    last = asText(written());
  });

  form.addEventListener("input", tellSoon);
  form.addEventListener("change", tellSoon); // what scripts change, such as the numbers of rows
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && tell());
  window.addEventListener("load", () => {
    window.setTimeout(tell, 1500);
    window.setInterval(tell, EVERY);
  });
})();
