// A link carries its code behind "#", which browsers never send. It is read here, taken out of the address and posted.
"use strict";

(function () {
  const form = document.getElementById("enter");

  function open() {
    const code = location.hash.slice(1);
    if (!/^[\w-]{13,40}$/.test(code)) return;
    history.replaceState(null, "", location.pathname + location.search);
    document.getElementById("opening").hidden = false;
    form.elements.code.value = code;
    form.submit();
  }

  addEventListener("hashchange", open); // another link opened in the same tab
  addEventListener("pageshow", function (event) {
    if (!event.persisted) return;
    document.getElementById("opening").hidden = true;
    form.reset();
  });
  open();
})();
