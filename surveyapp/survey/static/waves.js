// Comforts for those who have JavaScript: how long a passphrase is, no leaving before the key is saved, nothing sent twice,
// and that something is being made.
(() => {
  for (const box of document.querySelectorAll("[data-count]")) {
    const told = document.getElementById(box.dataset.count);
    const count = () => {
      told.hidden = box.value === "";
      told.textContent = `${told.dataset.words} ${[...box.value.normalize("NFC")].length}`;
    };
    box.addEventListener("input", count);
    count();
  }
  const page = document.querySelector("[data-leave]");
  if (page) {
    const unsaved = new Set(page.querySelectorAll("[data-saved]"));
    for (const link of unsaved) link.addEventListener("click", () => unsaved.delete(link));
    addEventListener("beforeunload", (event) => {
      if (unsaved.size) event.preventDefault();
    });
  }
  for (const form of document.querySelectorAll("form.once")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
    });
  }
  for (const form of document.querySelectorAll("form[data-working]")) {
    const told = document.getElementById(form.dataset.working);
    form.addEventListener("submit", () => {
      told.hidden = false;
    });
  }
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form.once")) delete form.dataset.sent;
  });
})();
