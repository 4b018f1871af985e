"use strict";
// A click on a picture of the library sets its focal point; the two fields beside it do the same by keyboard.

(function () {
  const picture = document.querySelector(".focus");
  const fields = ["x", "y"].map((name) => document.getElementById("id_focus_" + name));
  if (!picture || fields.includes(null)) return;

  const mark = document.createElement("span");
  mark.className = "focus-mark";
  picture.append(mark);
  picture.classList.add("focus-movable");

  function show() {
    mark.style.insetBlockStart = fields[1].value + "%";
    mark.style.left = fields[0].value + "%"; // of the picture, which is the same from right to left
  }

  picture.addEventListener("click", (event) => {
    const frame = picture.getBoundingClientRect();
    const shares = [(event.clientX - frame.left) / frame.width, (event.clientY - frame.top) / frame.height];
    fields.forEach((field, index) => {
      field.value = Math.round(Math.min(Math.max(shares[index], 0), 1) * 100);
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
  });
  for (const field of fields) field.addEventListener("input", show);
  show();
})();
