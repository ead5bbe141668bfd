/* Fills the place of a grid: fetches its script from this site the first time, then hands its rows over. */
(function () {
  "use strict";
  var coming = null;

  function script(address) {
    if (window.dash_ag_grid) { return Promise.resolve(); }
    if (!coming) {
      coming = new Promise(function (resolve, reject) {
        var element = document.createElement("script");
        element.src = address;
        element.onload = resolve;
        element.onerror = function () { coming = null; reject(new Error("the grid's script did not come")); };
        document.head.appendChild(element);
      });
    }
    return coming;
  }

  /* A missing value sorts last, whichever way the column is sorted. */
  function sortedBy(field) {
    return function (nodeA, nodeB, isDescending) {
      var a = nodeA.data[field], b = nodeB.data[field];
      if (a === b) { return 0; }
      if (a === null || a === undefined) { return isDescending ? -1 : 1; }
      if (b === null || b === undefined) { return isDescending ? 1 : -1; }
      return a < b ? -1 : 1;
    };
  }

  window.dashAgGridFunctions = Object.assign({}, window.dashAgGridFunctions, {sortedBy: sortedBy});
  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    grid: {
      fill: function (asked) {
        if (!asked) { return window.dash_clientside.no_update; }
        return script(asked.script).then(function () {
          return {namespace: "dash_ag_grid", type: "AgGrid", props: asked.props};
        }).catch(function () {
          return {
            namespace: "dash_html_components", type: "P",
            props: {children: "The grid could not be loaded. The plain table below has the same rows."}
          };
        });
      }
    }
  });
})();
