// Comforts for those who have JavaScript: rows are found while typing, and a form is not sent twice by a double tap.
(() => {
  const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const ending = /(?:[aeiou]{1,2}[ms]?|s|[аеиоуыьюя]{1,2}[вмх]?)$/u;
  const stem = (word) => (word.length > 4 && /^\p{L}+$/u.test(word) ? word.replace(ending, "") : word);
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
      const typed = folded(box.value).split(/\s+/u).filter(Boolean);
      const holds = (row, words) => words.every((word) => row.text.includes(word));
      const words = rows.some((row) => holds(row, typed)) ? typed : typed.map(stem); // as the server searches
      for (const row of rows) row.element.hidden = !holds(row, words);
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
