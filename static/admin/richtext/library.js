/* The editor's button for pictures of the library. A text names a picture by its key alone, in
   <figure data-picture="...">; while it is written, an image stands for it that is never stored. */
(function () {
  "use strict";

  var TYPE = "figure";
  var LOOK = "library-picture";

  function dress(attributes, editor, key) {
    var library = editor.config.library;
    attributes.src = library.picture.replace("KEY", key);
    attributes.alt = attributes.title = library.names[key] || library.label;
  }

  function put(editor, key) {
    var figure = new CKEDITOR.dom.element(TYPE, editor.document);
    figure.setAttribute("data-picture", key);
    var image = editor.createFakeElement(figure, LOOK, TYPE, false);
    var attributes = {};
    dress(attributes, editor, key);
    image.setAttributes(attributes);
    editor.focus();
    editor.fire("saveSnapshot");
    if (isPicture(editor.getSelection().getSelectedElement())) editor.insertElement(image);
    else putBehind(editor, image);
    editor.fire("saveSnapshot");
  }

  function isPicture(element) {
    return element !== null && element.data("cke-real-element-type") === TYPE;
  }

  /* Behind the paragraph, list or table that the cursor stands in: a picture divides no sentence. An empty paragraph
     gives way to it. */
  function putBehind(editor, image) {
    var text = editor.editable();
    var path = editor.elementPath();
    var block = path && (path.block || path.lastElement);
    while (block && !block.equals(text) && !block.getParent().equals(text)) block = block.getParent();
    var paragraph = editor.document.createElement("p");
    paragraph.append(image);
    if (block && !block.equals(text)) paragraph.insertAfter(block);
    else text.append(paragraph);
    if (block && block.is("p") && !block.getText().trim() && !block.findOne("img")) block.remove();
    var range = editor.createRange();
    range.moveToPosition(paragraph, CKEDITOR.POSITION_BEFORE_END);
    range.select();
  }

  /* The window in which one is chosen. The server writes what stands in it, in the language of the desk. */
  function open(editor) {
    var library = editor.config.library;
    var dialog = document.createElement("dialog");
    var words = "";
    dialog.className = "library";
    dialog.setAttribute("aria-labelledby", "library-title");
    document.body.append(dialog);

    async function show(page) {
      var query = new URLSearchParams({ q: words, page: page });
      var answer = await fetch(library.choose + "?" + query).catch(function () { return { ok: false }; });
      if (!answer.ok || answer.redirected) {
        dialog.close();
        window.alert(library.unread);
        return;
      }
      dialog.innerHTML = await answer.text();
      dialog.querySelector("input").focus();
    }

    dialog.addEventListener("submit", function (event) {
      event.preventDefault();
      words = dialog.querySelector("input").value;
      show(1);
    });
    dialog.addEventListener("click", function (event) {
      var button = event.target.closest("button");
      if (!button) return;
      if (button.dataset.page) show(button.dataset.page);
      if ("close" in button.dataset) dialog.close();
      if (button.dataset.key) {
        library.names[button.dataset.key] = button.dataset.name;
        dialog.close();
        put(editor, button.dataset.key);
      }
    });
    dialog.addEventListener("close", function () {
      dialog.remove();
      editor.focus();
    });
    dialog.showModal();
    show(1);
  }

  CKEDITOR.plugins.add("library", {
    requires: "fakeobjects",
    init: function (editor) {
      var library = editor.config.library;
      // The image that stands for a picture; what is stored is decided by the table on the server.
      editor.filter.allow("img[!data-cke-realelement,src,alt,title](" + LOOK + ")", "library", true);
      editor.addCommand("library", { exec: open });
      editor.ui.addButton("Library", { label: library.label, command: "library", icon: library.icon });
      editor.on("doubleclick", function (event) {
        if (isPicture(event.data.element)) open(editor);
      });
    },
    afterInit: function (editor) {
      editor.dataProcessor.dataFilter.addRules({
        elements: {
          figure: function (figure) {
            var key = figure.attributes["data-picture"];
            if (!key) return;
            figure.children = [];
            var image = editor.createFakeParserElement(figure, LOOK, TYPE, false);
            dress(image.attributes, editor, key);
            return image;
          }
        }
      });
    }
  });
})();
