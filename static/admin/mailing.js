"use strict";
// Keeps the progress of a mailing fresh. Without it the page shows how far it was when it was opened.

(function () {
  const shown = document.getElementById("progress");
  if (!shown) return;
  const EVERY = 5000;

  async function refresh() {
    try {
      const answer = await fetch(window.location.href);
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.getElementById("progress");
        if (!fresh) return; // logged out
        if (fresh.dataset.state !== shown.dataset.state) return window.location.reload();
        shown.replaceChildren(...fresh.childNodes);
      }
    } catch {
      // The next call tries again.
    }
    window.setTimeout(refresh, EVERY);
  }

  window.setTimeout(refresh, EVERY);
})();
