/* CKEditor 4 writes its buttons as HTML with onclick="CKEDITOR.tools.callFunction(7, this); return false;" and
   the like, which a policy of script-src 'self' refuses to run. This file reads such attributes and adds listeners
   that do the same. Nothing is evaluated: what does not match the one known form is left dead.

   Load it straight after ckeditor.js. */
(function () {
  "use strict";

  var EVENTS = [
    "click", "keydown", "keypress", "keyup", "focus", "blur", "mousedown", "mouseup", "mouseover", "mouseout",
    "mousemove", "dblclick", "dragstart", "contextmenu", "load"
  ];
  var ATTRIBUTES = EVENTS.map(function (event) { return "on" + event; });
  // Such an attribute in the editor's own HTML, known by what it calls.
  var IN_HTML = new RegExp(
    "(\\s)(on(?:" + EVENTS.join("|") + "))(\\s*=\\s*[\"'](?=\\s*(?:return|(?:window\\.parent\\.)?CKEDITOR\\.)))", "g"
  );
  var KEPT_AS = "data-listener-"; // the name under which an attribute of the editor's own HTML waits for us
  // Optionally "return", then one call with a number and plain arguments.
  var CALL = /^\s*(return\s+)?(?:window\.parent\.)?CKEDITOR\.tools\.callFunction\(\s*(\d+)\s*((?:,\s*(?:'[^'\\]*'|"[^"\\]*"|-?\d+|[a-z]+)\s*)*)\)\s*;?\s*(return\s+false\s*;?\s*)?$/;
  var ARGUMENT = /'([^']*)'|"([^"]*)"|(-?\d+)|([a-z]+)/g;
  var NEVER = /^\s*return\s+false\s*;?\s*$/;
  var EDITED = ".cke_editable"; // the text that is being written; what stands in it is never made to run

  function argument(match, element, event) {
    if (match[1] !== undefined) return match[1];
    if (match[2] !== undefined) return match[2];
    if (match[3] !== undefined) return Number(match[3]);
    return { this: element, event: event, "null": null, "true": true, "false": false }[match[4]];
  }

  function values(written, element, event) {
    var found = [], match;
    ARGUMENT.lastIndex = 0;
    while ((match = ARGUMENT.exec(written))) found.push(argument(match, element, event));
    return found;
  }

  /* The listener that does what `code` says, or null where it says something unknown. */
  function listener(code, element) {
    if (NEVER.test(code)) return function (event) { event.preventDefault(); };
    var call = CALL.exec(code);
    if (!call) return null;
    return function (event) {
      var result = CKEDITOR.tools.callFunction.apply(
        CKEDITOR.tools, [Number(call[2])].concat(values(call[3], element, event))
      );
      if (call[4] || (call[1] && result === false)) event.preventDefault();
    };
  }

  function listen(element) {
    ATTRIBUTES.forEach(function (name) {
      [KEPT_AS + name, name].forEach(function (attribute) {
        var code = element.getAttribute(attribute);
        if (code === null) return;
        element.removeAttribute(attribute);
        var listens = listener(code, element);
        if (listens) element.addEventListener(name.slice(2), listens);
      });
    });
    // The address of a button says nothing but javascript:void(...), which the policy reports when it is followed.
    if (/^\s*javascript:/i.test(element.getAttribute("href") || "")) {
      element.setAttribute("href", "#");
      element.addEventListener("click", function (event) { event.preventDefault(); });
    }
  }

  function isEditors(element) {
    return !element.closest(EDITED) && element.closest("[class*='cke_']") !== null;
  }

  function read(node) {
    if (node.nodeType !== 1) return;
    [node].concat(Array.from(node.querySelectorAll("*"))).forEach(function (element) {
      if (isEditors(element)) listen(element);
    });
  }

  function watch(page) {
    new MutationObserver(function (records) {
      records.forEach(function (record) { record.addedNodes.forEach(read); });
    }).observe(page, { childList: true, subtree: true });
  }

  var FRAME = /(<iframe[^>]*\ssrc\s*=\s*")javascript:[^"]*"/g; // an empty frame, made by a script address

  function renamed(html) {
    if (typeof html !== "string") return html;
    return html.replace(IN_HTML, "$1" + KEPT_AS + "$2$3").replace(FRAME, "$1about:blank\"");
  }

  /* All that CKEditor puts into a page goes through one of these: there the attributes are renamed before the
     browser sees and reports them. The text that is being written is left alone. */
  [
    [CKEDITOR.template.prototype, "output"],
    [CKEDITOR.dom.element.prototype, "setHtml"],
    [CKEDITOR.dom.element.prototype, "appendHtml"],
    [CKEDITOR.dom.element, "createFromHtml"]
  ].forEach(function (place) {
    var owner = place[0], name = place[1], original = owner[name];
    owner[name] = function (first, second) {
      if (name === "output") {
        var html = renamed(original.call(this, first));
        return second ? second.push(html) : html;
      }
      var isText = this.$ && this.$.closest && this.$.closest(EDITED);
      return original.call(this, isText ? first : renamed(first), second);
    };
  });

  /* Frames are written as whole documents: a panel's calls a function when it has loaded, the text's from a script. */
  var START = /<script id="cke_actscrpt"[^>]*>[\s\S]*?callFunction\((\d+),\s*window\)[\s\S]*?<\/script>/;
  var LOADED = new RegExp("<body[^>]*\\s(?:" + KEPT_AS + ")?onload=\"([^\"]*)\"");
  var write = CKEDITOR.dom.document.prototype.write;
  CKEDITOR.dom.document.prototype.write = function (html) {
    var start = START.exec(html);
    if (start) {
      var frame = this.getWindow().$;
      write.call(this, html.replace(start[0], ""));
      setTimeout(function () { CKEDITOR.tools.callFunction(Number(start[1]), frame); }, 0);
      return;
    }
    var loaded = LOADED.exec(html);
    var call = loaded && listener(CKEDITOR.tools.htmlDecodeAttr(loaded[1]), this.$);
    write.call(this, call ? html.replace(loaded[0], loaded[0].replace(/\s(?:data-listener-)?onload="[^"]*"/, "")) : html);
    watch(this.$);
    if (this.$.body) read(this.$.body);
    if (call) setTimeout(call, 0, { preventDefault: function () {} });
  };

  watch(document);
})();
