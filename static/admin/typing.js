"use strict";
// Tells the server that a form is open and what stands in it, so that a closed window loses nothing.

(function () {
  const told = document.getElementById("kept");
  const form = told && told.closest("form");
  if (!form) return;
  const EVERY = 15000;
  const AFTER_TYPING = 3000;

  function written() {
    if (window.CKEDITOR) for (const editor of Object.values(window.CKEDITOR.instances)) editor.updateElement();
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    return data;
  }

  const asText = (data) => new URLSearchParams([...data].filter(([name]) => name !== "csrfmiddlewaretoken")).toString();
  let before = null; // what stood in the form when its editors were ready
  let last = null;
  let timer = null;

  async function tell() {
    const data = written();
    const text = asText(data);
    if (before === null) before = last = text;
    const isChanged = text !== last;
    const body = new URLSearchParams(isChanged ? [...data] : [["csrfmiddlewaretoken", data.get("csrfmiddlewaretoken")]]);
    if (isChanged) body.set("is_changed", "1");
    try {
      const answer = await fetch(told.dataset.url, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
      if (!answer.ok) return;
      const said = await answer.json();
      last = text;
      document.getElementById("others").textContent = said.others;
      if (said.kept) told.textContent = said.kept;
    } catch {
      // The next call tries again.
    }
  }

  form.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(tell, AFTER_TYPING);
  });
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && tell());
  window.addEventListener("load", () => {
    window.setTimeout(tell, 1500);
    window.setInterval(tell, EVERY);
  });
})();
