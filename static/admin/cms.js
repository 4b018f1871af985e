"use strict";
// What makes the desk handier. Every page works without it.

(function () {
  const words = document.body.dataset;

  function say(text) {
    const region = document.getElementById("said");
    region.textContent = "";
    window.setTimeout(() => { region.textContent = text; }, 50);
  }

  // -- the menu of narrow windows

  const menu = document.querySelector(".menu-button");
  if (menu) {
    menu.hidden = false;
    document.body.classList.add("menu-closed");
    menu.addEventListener("click", () => {
      const closed = document.body.classList.toggle("menu-closed");
      menu.setAttribute("aria-expanded", String(!closed));
    });
  }

  // -- errors: a list with a link to each field, in place of the one line above the form

  function labelOf(list) {
    const row = list.closest(".fieldBox, .form-row, td, .inline-related, fieldset");
    const label = row && row.querySelector("label, legend");
    return label ? label.textContent.replace(/:\s*$/, "").trim() : "";
  }

  function fieldOf(list) {
    const row = list.closest(".fieldBox, td, .form-row, .inline-related, fieldset");
    return row && row.querySelector("input:not([type=hidden]), select, textarea, [contenteditable]");
  }

  const note = document.querySelector("#content-main .errornote");
  const lists = [...document.querySelectorAll("#content-main ul.errorlist")].filter((list) => !list.closest(".empty-form"));
  if (note && lists.length) {
    const summary = document.createElement("ul");
    for (const list of lists) {
      for (const error of list.children) {
        const item = document.createElement("li");
        const field = fieldOf(list);
        const label = list.classList.contains("nonfield") ? "" : labelOf(list);
        const text = (label ? label + ": " : "") + error.textContent.trim();
        if (field) {
          field.id = field.id || "field-" + Math.random().toString(36).slice(2);
          const link = document.createElement("a");
          link.href = "#" + field.id;
          link.textContent = text;
          link.addEventListener("click", (event) => {
            event.preventDefault();
            const closed = field.closest("details:not([open])");
            if (closed) closed.open = true;
            field.focus();
          });
          item.append(link);
        } else {
          item.textContent = text;
        }
        summary.append(item);
      }
    }
    const count = summary.children.length;
    const box = document.createElement("div");
    const head = document.createElement("b");
    head.textContent = count === 1 ? words.wordOneError : words.wordErrors.replace("{count}", String(count));
    box.className = "errornote";
    box.tabIndex = -1;
    box.append(head, summary);
    note.replaceWith(box);
    for (const list of lists) {
      const closed = list.closest("details:not([open])");
      if (closed) closed.open = true;
    }
    box.focus();
  }

  // -- tables of fields: each field bears the name of its column

  function nameCells(table) {
    const heads = [...table.querySelectorAll("thead :is(th, td)")];
    for (const row of table.querySelectorAll("tbody tr.form-row")) {
      [...row.cells].forEach((cell, index) => {
        const head = heads[index] && heads[index].textContent.trim();
        for (const field of cell.querySelectorAll("input:not([type=hidden]), select, textarea")) {
          if (head && !field.labels.length && !field.hasAttribute("aria-label")) field.setAttribute("aria-label", head);
        }
      });
    }
  }

  for (const table of document.querySelectorAll(".tabular table")) {
    nameCells(table);
    for (const empty of table.querySelectorAll("th:empty")) {
      const cell = document.createElement("td");
      cell.className = empty.className;
      empty.replaceWith(cell);
    }
  }
  document.addEventListener("formset:added", (event) => {
    const table = event.target instanceof Element && event.target.closest(".tabular table");
    if (table) nameCells(table);
  });

  // -- a row that is added begins at its first field

  document.addEventListener("formset:added", (event) => {
    const asked = document.activeElement && document.activeElement.closest(".add-row");
    const field = asked && event.target.querySelector(":is(input, select, textarea):not([type=hidden], [data-place])");
    if (field) field.focus();
  });

  // -- two lists side by side: Django marks the sign beside a search field as words

  window.addEventListener("load", () => {
    for (const sign of document.querySelectorAll(".help-tooltip[aria-label]")) sign.setAttribute("role", "img");
  });

  // -- a table without a field or a link is moved sideways by keys, too

  for (const table of document.querySelectorAll(".tabular.inline-related")) {
    if (!table.querySelector("a, input:not([type=hidden]), select, textarea")) table.tabIndex = 0;
  }

  // -- choices by search: the visible field bears the label of the one it stands for

  function nameChoices() {
    for (const select of document.querySelectorAll("select.select2-hidden-accessible")) {
      const name = select.labels.length ? select.labels[0].textContent.replace(/:\s*$/, "").trim() : select.getAttribute("aria-label");
      const shown = select.nextElementSibling && select.nextElementSibling.querySelector(".select2-selection");
      if (!name || !shown) continue;
      shown.removeAttribute("aria-labelledby");
      for (const part of [shown, ...shown.querySelectorAll("[role=textbox], .select2-search__field")]) part.setAttribute("aria-label", name);
    }
  }

  if (document.querySelector("select.admin-autocomplete")) {
    new MutationObserver(nameChoices).observe(document.getElementById("content-start"), { childList: true, subtree: true });
    nameChoices();
  }

  // -- rows in order: Up, Down and drag beside the number field

  const rowOf = (input) => input.closest("tr.form-row, .inline-related:not(.tabular)");
  const groupOf = (row) => row.closest(".inline-group");
  const rowsOf = (group) =>
    [...group.querySelectorAll("[data-place]")].map(rowOf).filter((row) => row && !row.classList.contains("empty-form"));
  const placeOf = (row) => row.querySelector("[data-place]");

  function number(group) {
    rowsOf(group).forEach((row, index) => {
      const input = placeOf(row);
      if (input.value !== String(index + 1)) {
        input.value = String(index + 1);
        input.dispatchEvent(new Event("change", { bubbles: true }));
      }
    });
  }

  // The order of numbers, as the server has it (sorted_inlines.py): of rows with one number, one that was moved up or is
  // new stands first, one that was moved down last. A row without a number stands behind all others.
  function rankOf(row) {
    const { value, dataset } = placeOf(row);
    if (value === "") return 1e9;
    if (value === dataset.place) return Number(value);
    return Number(value) + (dataset.place === "" || Number(value) < Number(dataset.place) ? -0.1 : 0.1);
  }

  // Puts rows where their numbers say: those of a form that came back, and those into which a number was typed.
  function arrange(group) {
    const rows = rowsOf(group);
    if (!rows.length) return;
    let anchor = rows.at(-1).nextElementSibling;
    for (const row of [...rows].sort((one, other) => rankOf(one) - rankOf(other)).reverse()) {
      const pieces = withErrors(row);
      if (row.nextElementSibling !== anchor) {
        closeEditors(row);
        for (const piece of pieces) rows[0].parentNode.insertBefore(piece, anchor);
        openEditors(row);
      }
      anchor = pieces[0];
    }
  }

  // An editor's frame does not survive a move: its text goes to the field, and a new editor opens at the new place.
  function closeEditors(row) {
    if (!window.CKEDITOR) return;
    for (const area of row.querySelectorAll("textarea")) {
      const editor = window.CKEDITOR.instances[area.id];
      if (editor) {
        editor.updateElement();
        editor.destroy(true);
        area.dataset.processed = "0";
      }
    }
  }

  function openEditors(row) {
    if (window.CKEDITOR && window.django && window.django.jQuery) window.django.jQuery(document).trigger("formset:added", [row]);
  }

  function withErrors(row) {
    const before = row.previousElementSibling;
    return before && before.classList.contains("row-form-errors") ? [before, row] : [row];
  }

  function put(row, other, below) {
    closeEditors(row);
    const anchor = below ? other.nextElementSibling : withErrors(other)[0];
    for (const piece of withErrors(row)) other.parentNode.insertBefore(piece, anchor);
    openEditors(row);
    const group = groupOf(row);
    number(group);
    const rows = rowsOf(group);
    say(words.wordMoved.replace("{place}", String(rows.indexOf(row) + 1)).replace("{count}", String(rows.length)));
  }

  function step(row, by, button) {
    arrange(groupOf(row));
    const rows = rowsOf(groupOf(row));
    const other = rows[rows.indexOf(row) + by];
    if (other) {
      put(row, other, by > 0);
      button.focus();
    }
  }

  function button(text, sign, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "step";
    made.textContent = sign;
    made.title = text;
    made.setAttribute("aria-label", text);
    made.addEventListener("click", () => act(made));
    return made;
  }

  let dragged = null;

  function handle(row) {
    const made = document.createElement("span");
    made.className = "drag";
    made.textContent = "⠿";
    made.title = words.wordDrag;
    made.draggable = true;
    made.setAttribute("aria-hidden", "true");
    made.addEventListener("dragstart", (event) => {
      dragged = row;
      row.classList.add("dragged");
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", "");
    });
    made.addEventListener("dragend", () => {
      row.classList.remove("dragged");
      dragged = null;
    });
    return made;
  }

  function equip(row) {
    const input = placeOf(row);
    if (!input || row.querySelector(".steps")) return;
    const steps = document.createElement("span");
    steps.className = "steps";
    steps.append(
      handle(row),
      button(words.wordUp, "↑", (made) => step(row, -1, made)),
      button(words.wordDown, "↓", (made) => step(row, 1, made)),
    );
    input.after(steps);
    row.addEventListener("dragover", (event) => {
      if (dragged && dragged !== row && groupOf(dragged) === groupOf(row)) event.preventDefault();
    });
    row.addEventListener("drop", (event) => {
      if (!dragged || dragged === row || groupOf(dragged) !== groupOf(row)) return;
      event.preventDefault();
      const box = row.getBoundingClientRect();
      const below = event.clientY > box.top + box.height / 2;
      arrange(groupOf(row));
      put(dragged, row, below);
    });
  }

  // Django counts the forms of a group in the order they stand in. Its server wants the saved rows first.
  function recount(group) {
    const prefix = group.id.replace(/-group$/, "");
    const name = new RegExp("\\b" + prefix + "-\\d+(?=-|$)");
    const rows = rowsOf(group);
    const saved = rows.filter((row) => row.classList.contains("has_original"));
    const order = [...saved, ...rows.filter((row) => !saved.includes(row))];
    order.forEach((row, index) => {
      if (row.id === prefix + "-" + index) return;
      closeEditors(row);
      for (const element of [row, ...row.querySelectorAll("*")]) {
        for (const attribute of ["id", "name", "for", "aria-describedby"]) {
          const value = element.getAttribute(attribute);
          if (value) element.setAttribute(attribute, value.replace(name, prefix + "-" + index));
        }
      }
    });
    order.forEach(openEditors);
  }

  for (const input of document.querySelectorAll("[data-place]")) {
    const row = rowOf(input);
    if (row && !row.classList.contains("empty-form")) equip(row);
  }
  for (const group of document.querySelectorAll(".inline-group:has([data-place])")) arrange(group);
  document.addEventListener("formset:added", (event) => {
    const row = event.target;
    if (!(row instanceof Element) || !placeOf(row)) return;
    equip(row);
    const group = groupOf(row);
    rowsOf(group).at(-1) === row || put(row, rowsOf(group).at(-1), true);
    arrange(group);
    number(group);
    recount(group);
  });
  document.addEventListener("formset:removed", (event) => {
    const group = document.getElementById(event.detail.formsetName + "-group");
    if (group && group.querySelector("[data-place]")) {
      window.setTimeout(() => {
        arrange(group);
        recount(group);
        number(group);
      }, 0);
    }
  });
})();
