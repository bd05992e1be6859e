// Comforts for those who have JavaScript: rows are found while typing, and a form is not sent twice by a double tap.
(() => {
  const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const box = document.querySelector(".filter-rows input");
  if (box && !box.defaultValue) { // after a search only some rows are here; typing there would miss the others
    const found = document.getElementById("found");
    const folds = [...document.querySelectorAll("main details")];
    const wasOpen = new Map(folds.map((fold) => [fold, fold.open]));
    const rows = [...document.querySelectorAll(".rows > li")].map((element) => {
      const section = element.closest(".action");
      const number = element.querySelector("strong").textContent.replaceAll(".", "");
      return { element, section, text: folded(`${number} ${element.textContent} ${section.querySelector("h3")?.textContent ?? ""}`) };
    });
    const narrow = () => {
      const words = folded(box.value).split(/\s+/u).filter(Boolean);
      for (const row of rows) row.element.hidden = !words.every((word) => row.text.includes(word));
      for (const section of new Set(rows.map((row) => row.section))) {
        section.hidden = !section.querySelector(".rows > li:not([hidden])");
      }
      for (const fold of folds) fold.open = wasOpen.get(fold) || (words.length > 0 && !!fold.querySelector(".rows > li:not([hidden])"));
      found.textContent = rows.some((row) => !row.element.hidden) ? "" : found.dataset.none;
    };
    box.addEventListener("input", narrow);
    narrow();
  }
  for (const form of document.querySelectorAll("form.once")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
    });
  }
  // A page that comes back from the browser's memory can be sent again.
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form.once")) delete form.dataset.sent;
  });
})();
