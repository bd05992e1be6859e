// After a reload of the thank-you page the browser still holds the receipt; the server never learns it.
"use strict";

(function () {
  const receipt = history.state && history.state.receipt;
  if (!receipt) return;
  document.getElementById("receipt").textContent = receipt;
  document.getElementById("known").hidden = false;
  document.getElementById("not-known").hidden = true;
})();
