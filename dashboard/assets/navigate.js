/* Links and forms load the next address; where only the query changes, the reader stays where they were on the page.
   A page is loaded whole: to change thousands of parts in place takes the browser ten times as long. */
(function () {
  "use strict";
  var outside = /^\/(download|assets|find)(\/|$|\?)/;

  /* Charts are drawn by the file that the page names, not by the whole of Plotly. */
  Object.defineProperty(window, "_dashPlotlyJSURL", {
    get: function () { return document.getElementById("charts").href; }, set: function () {}
  });

  /* What is to be done when the next address has arrived, kept for one load of this tab. */
  function keep(what) {
    try { window.sessionStorage.setItem("arriving", JSON.stringify(what)); } catch (refused) { /* nothing is kept */ }
  }

  function kept() {
    try {
      var what = JSON.parse(window.sessionStorage.getItem("arriving"));
      window.sessionStorage.removeItem("arriving");
      return what || {};
    } catch (refused) { return {}; }
  }

  function go(href, then) {
    var target = new URL(href, window.location.href), here = window.location;
    var isHere = target.pathname === here.pathname;
    if (isHere && target.search === here.search && target.hash) {
      window.history.replaceState({}, "", target.hash);
      reveal(target.hash.slice(1));
      return;
    }
    keep(then || (isHere && !target.hash ? {path: target.pathname, place: hold()} : {}));
    waiting();
    here.assign(target.href);
  }

  function words(element) { return element.textContent.replace(/[\s↑↓]+/g, " ").trim(); }

  /* The next page has other elements, so focus is remembered by id, or by place, kind and words. */
  function hold() {
    var element = document.activeElement, box = element && element.parentElement && element.parentElement.closest("[id]");
    return {
      top: window.scrollY, id: element && element.id, box: box && box.id,
      kind: element && element.tagName, words: element ? words(element) : ""
    };
  }

  function resume(place) {
    var box = document.getElementById(place.box) || document.getElementById("content");
    var element = (place.id && document.getElementById(place.id)) ||
      Array.prototype.find.call(box.getElementsByTagName(place.kind || "a"), function (one) { return words(one) === place.words; });
    if (element) { element.focus({preventScroll: true}); }
    window.scrollTo(0, place.top);
  }

  var timer = null;
  function waiting() {
    window.clearTimeout(timer);
    timer = window.setTimeout(function () {
      var status = document.getElementById("loading");
      if (status) { status.textContent = "Loading…"; status.className = "loading"; }
    }, 300);
  }

  document.addEventListener("click", function (event) {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) { return; }
    var button = event.target.closest("[data-action=print]");
    if (button) {
      var share = document.querySelector(".print-guard a");
      if (share) { go(share.getAttribute("href"), {print: true}); } else { window.print(); }
      return;
    }
    var copy = event.target.closest("[data-action=copy]");
    if (copy) { copyLink(copy); return; }
    var picture = event.target.closest("[data-action=picture]");
    if (picture) { save(picture); return; }
    var link = event.target.closest("a[href]");
    if (!link || link.target || link.hasAttribute("download")) { return; }
    var written = link.getAttribute("href");
    if (written.charAt(0) === "#") {
      event.preventDefault();
      window.history.replaceState({}, "", written);
      reveal(written.slice(1));
      return;
    }
    if (written.charAt(0) !== "/" || outside.test(written)) { return; }
    event.preventDefault();
    go(written);
  });

  document.addEventListener("submit", function (event) {
    var form = event.target, action = form.getAttribute("action") || "";
    if ((form.method || "get") !== "get" || action.charAt(0) !== "/" || outside.test(action)) { return; }
    event.preventDefault();
    var query = new URLSearchParams();
    var add = function (key, value) { if (value) { query.set(key, query.has(key) ? query.get(key) + "," + value : value); } };
    new FormData(form).forEach(function (value, key) { add(key, value); });
    /* boxes of the component library have no name of their own: the box around them has it */
    form.querySelectorAll("[data-name] input:checked").forEach(function (box) { add(box.closest("[data-name]").dataset.name, box.value); });
    var text = query.toString();
    go(action + (text ? "?" + text : ""));
  }, true);

  /* Copies the address of the view and says so beside the button; without a secure origin by the older command. */
  function copyLink(button) {
    var status = button.parentElement.querySelector("[role=status]"), link = window.location.href;
    var say = function (words) { if (status) { status.textContent = ""; window.setTimeout(function () { status.textContent = words; }, 50); } };
    var done = function () { say("Link copied"); };
    var older = function () {
      var field = document.createElement("textarea");
      field.value = link;
      field.setAttribute("aria-hidden", "true");
      field.className = "vh";
      document.body.appendChild(field);
      field.select();
      var worked = false;
      try { worked = document.execCommand("copy"); } catch (refused) { worked = false; }
      field.remove();
      button.focus({preventScroll: true});
      if (worked) { done(); } else { say("Copy it from the address bar"); }
    };
    if (navigator.clipboard && window.isSecureContext) { navigator.clipboard.writeText(link).then(done, older); } else { older(); }
  }

  /* Saves the chart above a button with its title, what it shows and its source drawn in; only what may be shared. */
  function save(button) {
    var share = document.querySelector(".print-guard a");
    if (share) {
      var charts = Array.prototype.slice.call(document.querySelectorAll("[data-action=picture]"));
      go(share.getAttribute("href"), {picture: charts.indexOf(button)});
      return;
    }
    var figure = button.closest("figure"), chart = figure.querySelector(".js-plotly-plot");
    if (!chart || !window.Plotly) { return; }
    var box = button.closest(".measure") || figure, text = function (selector) {
      var found = box.querySelector(selector);
      return found ? found.textContent.replace(/\s+/g, " ").replace(/ : /g, ": ").trim() : "";
    };
    var width = Math.max(chart.clientWidth, 720);
    var lines = function (said, letter) {
      var room = Math.floor(width / letter);
      var rows = [""];
      said.split(" ").forEach(function (word) {
        if ((rows[rows.length - 1] + " " + word).length > room) { rows.push(""); }
        rows[rows.length - 1] = (rows[rows.length - 1] + " " + word).trim();
      });
      return rows.filter(Boolean);
    };
    var plain = function (said) { return said.replace(/&/g, "&amp;").replace(/</g, "&lt;"); };
    var snapshot = document.querySelector(".snap b"), filters = document.querySelector(".inforce");
    var above = lines(text("h3") || text(".ct"), 9.6);
    var under = lines(text(".sub"), 7);
    var below = lines([
      filters ? filters.textContent.replace(/\s+/g, " ").trim() : "", text(".foot"),
      snapshot ? "Snapshot " + snapshot.textContent + "." : "", "Small numbers hidden."
    ].filter(Boolean).join(" "), 6.4);
    var top = 20 + 22 * above.length + 17 * under.length, foot = 14 + 15 * below.length;
    var layout = JSON.parse(JSON.stringify(chart.layout)), margin = layout.margin || {};
    var height = (layout.height || chart.clientHeight) + top + foot, plot = height - top - foot;
    layout.width = width; layout.height = height; layout.paper_bgcolor = "#fff"; layout.autosize = false;
    layout.margin = {l: margin.l, r: margin.r, t: (margin.t || 0) + top, b: (margin.b || 0) + foot, pad: 0};
    var inner = plot - (margin.t || 0) - (margin.b || 0);
    var words = function (rows, y, size, color, step, bold) {
      rows.forEach(function (row, index) {
        layout.annotations.push({
          text: bold ? "<b>" + plain(row) + "</b>" : plain(row), x: 0, xref: "paper", xanchor: "left", xshift: -(margin.l || 0) + 8,
          y: 1, yref: "paper", yanchor: "top", yshift: (margin.t || 0) + top - y - step * index, showarrow: false, align: "left",
          font: {size: size, color: color}
        });
      });
    };
    layout.annotations = (layout.annotations || []).slice();
    words(above, 10, 17, "#16202B", 22, true);
    words(under, 12 + 22 * above.length, 13, "#44505C", 17, false);
    words(below, top + (margin.t || 0) + inner + (margin.b || 0) + 8, 11, "#44505C", 15, false);
    window.Plotly.downloadImage({data: chart.data, layout: layout, config: {staticPlot: true, plotlyServerURL: ""}}, {
      format: button.dataset.kind, width: width, height: height, scale: button.dataset.kind === "png" ? 2 : 1,
      filename: document.title.split(" | ")[0].replace(/[^A-Za-z0-9]+/g, "-").toLowerCase()
    });
  }

  function reveal(name) {
    var place = name && document.getElementById(decodeURIComponent(name));
    if (!place) { return false; }
    for (var box = place.closest("details"); box; box = box.parentElement && box.parentElement.closest("details")) { box.open = true; }
    if (!place.hasAttribute("tabindex")) { place.setAttribute("tabindex", "-1"); }
    place.focus({preventScroll: true});
    place.scrollIntoView();
    return true;
  }

  /* Where a reader who comes back or loads the page again had scrolled to. */
  window.addEventListener("pagehide", function () {
    window.history.replaceState(Object.assign({}, window.history.state, {top: window.scrollY}), "");
  });

  function cameBack() {
    var entry = window.performance.getEntriesByType("navigation")[0];
    return Boolean(entry) && (entry.type === "back_forward" || entry.type === "reload");
  }

  var isShown = false;
  /* Called by the page after its content has arrived: sets the title, then scroll and focus. */
  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    navigate: {
      arrived: function (page) {
        window.clearTimeout(timer);
        var status = document.getElementById("loading");
        if (status) { status.textContent = ""; status.className = "vh"; }
        if (!page) { return window.dash_clientside.no_update; }
        document.title = page.title;
        window.setTimeout(function () {
          document.querySelectorAll("select[data-value]").forEach(function (select) { select.value = select.dataset.value; });
          if (isShown) { return; }
          isShown = true;
          var then = kept(), isShared = Boolean(document.querySelector(".shared"));
          if (then.print && isShared) { window.setTimeout(function () { window.print(); }, 800); }
          if (then.picture >= 0 && isShared) {
            var button = document.querySelectorAll("[data-action=picture]")[then.picture];
            if (button) { button.focus({preventScroll: true}); button.scrollIntoView({block: "center"}); return; }
          }
          if (then.place && then.path === window.location.pathname) { resume(then.place); return; }
          var state = window.history.state;
          if (cameBack() && state && state.top) { window.scrollTo(0, state.top); return; }
          if (window.location.hash) { reveal(window.location.hash.slice(1)); }
        }, 0);
        return page.title;
      }
    }
  });
})();
