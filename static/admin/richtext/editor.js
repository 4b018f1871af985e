/* What our editor does differently from CKEditor: its name, fewer kinds of link, pasted headings. */
(function () {
  "use strict";

  CKEDITOR.disableAutoInline = true;

  /* A text that begins at level 1, as word processors have it, moves down by one level as a whole: level 1 is the
     title of the page. The direction is kept where it is from right to left; the language that another program
     guessed is not. */
  function pasted(html) {
    var page = new DOMParser().parseFromString(html, "text/html");
    var step = page.querySelector("h1") ? 1 : 0;
    page.querySelectorAll("h1, h2, h3, h4, h5, h6").forEach(function (heading) {
      var level = Math.min(Number(heading.tagName[1]) + step, 4);
      var renamed = page.createElement("h" + level);
      Array.from(heading.attributes).forEach(function (attribute) { renamed.setAttributeNode(attribute.cloneNode()); });
      renamed.append.apply(renamed, Array.from(heading.childNodes));
      heading.replaceWith(renamed);
    });
    page.querySelectorAll("[lang], [dir]").forEach(function (element) {
      element.removeAttribute("lang");
      if (element.dir !== "rtl") element.removeAttribute("dir");
    });
    return page.body.innerHTML;
  }

  /* The link window offers only what a link may be; its page for uploads would start a script of its own. */
  function without(field, values) {
    field.items = field.items.filter(function (item) { return values.indexOf(item[item.length - 1]) < 0; });
  }

  CKEDITOR.on("dialogDefinition", function (opened) {
    if (opened.data.name !== "link") return;
    var info = opened.data.definition.getContents("info");
    opened.data.definition.removeContents("upload");
    without(info.get("linkType"), ["anchor"]);
    without(info.get("protocol"), ["ftp://", "news://"]);
  });

  CKEDITOR.on("instanceCreated", function (created) {
    var editor = created.editor;
    // Named after its field, for those who hear the page.
    editor.on("configLoaded", function () {
      var label = document.querySelector("label[for='" + editor.name + "']");
      if (label) editor.config.title = label.textContent.replace(/:\s*$/, "").trim();
    });
    // After the filters for Word, Google Docs and LibreOffice, before the text is put in.
    editor.on("paste", function (event) {
      var isOurs = event.data.dataTransfer.getTransferType(editor) !== CKEDITOR.DATA_TRANSFER_EXTERNAL;
      if (event.data.dataValue && !isOurs) event.data.dataValue = pasted(event.data.dataValue);
    }, null, null, 900);
  });
})();
