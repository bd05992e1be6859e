// Typing in sheets of paper without the mouse: Enter and the arrow keys walk through the lines, what a number means stands beside
// it at once, and lines that do not concern the sheet are passed over. Everything also works without it.
"use strict";

(function () {
  const sheet = document.getElementById("sheet");
  const code = document.getElementById("code");
  let touched = false;
  let sending = false;

  // --- what a line says --------------------------------------------------------------------------------------------

  const lines = () => Array.from(sheet.querySelectorAll(".line"));
  const field = (line) => line.querySelector("input, textarea");
  const nothing = { ids: [], means: "", problem: "" };

  function read(line) {
    const kind = line.dataset.kind;
    const parts = field(line).value.split(/[\s,;.+/]+/).filter(Boolean);
    if (kind === "text" || !parts.length) return nothing;
    if (!parts.every((part) => /^\d{1,9}$/.test(part))) return { ...nothing, problem: sheet.dataset.noNumber };
    const numbers = Array.from(new Set(parts.map(Number))).sort((a, b) => a - b);
    if (kind !== "multiple" && numbers.length > 1) return { ...nothing, problem: sheet.dataset.tooMany };
    return kind === "number" ? banded(line, numbers[0]) : numbered(line, numbers);
  }

  function banded(line, number) {
    const { minimum, maximum, bands } = line.dataset;
    if (number < Number(minimum) || number > Number(maximum)) return { ...nothing, problem: sheet.dataset.noSuch };
    const below = JSON.parse(bands).filter((band) => band[1] <= number);
    return { ...nothing, ids: [below[below.length - 1][0]] };
  }

  function numbered(line, numbers) {
    const choices = Array.from(line.querySelectorAll("[data-choice]"));
    const chosen = numbers.map((number) => choices[number - 1]);
    if (!chosen.every(Boolean)) return { ...nothing, problem: sheet.dataset.noSuch };
    const alone = chosen.length > 1 && chosen.some((choice) => "exclusive" in choice.dataset);
    if (alone) return { ...nothing, problem: sheet.dataset.alone };
    const labels = chosen.map((choice) => choice.querySelector("span").textContent);
    return { ids: chosen.map((choice) => choice.dataset.choice), means: labels.join(" · "), problem: "" };
  }

  // --- which lines concern the sheet -------------------------------------------------------------------------------

  function holds(rule, answers) {
    if (rule.every) return rule.every.every((part) => holds(part, answers));
    if (rule.some) return rule.some.some((part) => holds(part, answers));
    const chosen = answers[rule.name] || [];
    return rule.choices.some((choice) => chosen.includes(choice)) !== rule.negated;
  }

  // A rule looks at earlier lines only, so one walk from the top settles them all.
  function showAll() {
    const answers = {};
    for (const line of lines()) {
      const rule = line.dataset.showIf;
      const skipped = Boolean(rule) && !holds(JSON.parse(rule), answers);
      const said = skipped ? { ...nothing, means: sheet.dataset.skipped } : read(line);
      line.classList.toggle("skipped", skipped);
      field(line).disabled = skipped;
      answers[field(line).name] = said.ids;
      say(line, said.problem ? "" : said.means);
    }
  }

  function say(line, text, wrong = false) {
    const means = line.querySelector(".means");
    if (means.textContent !== text) means.textContent = text;
    means.classList.toggle("wrong", wrong);
  }

  // Only when the clerk leaves the line: the first digit of two is not yet wrong.
  function complain(line) {
    const { problem } = field(line).disabled ? nothing : read(line);
    if (!problem) return false;
    say(line, problem, true);
    field(line).setAttribute("aria-invalid", "true");
    return true;
  }

  // --- walking -----------------------------------------------------------------------------------------------------

  function neighbour(line, step) {
    const open = lines().filter((one) => !field(one).disabled);
    const next = open[open.indexOf(line) + step];
    return next ? field(next) : step > 0 ? document.getElementById("send") : null;
  }

  function onKey(event) {
    const line = event.target.closest(".line");
    if (!line || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const long = event.target.matches("textarea");
    const enter = event.key === "Enter" && !(long && event.shiftKey);
    const down = enter || (event.key === "ArrowDown" && !long);
    if (!down && !(event.key === "ArrowUp" && !long)) return;
    event.preventDefault();
    const next = neighbour(line, down ? 1 : -1);
    if (down && complain(line)) event.target.select();
    else if (next) next.focus();
  }

  // --- start -------------------------------------------------------------------------------------------------------

  function start() {
    document.documentElement.classList.add("scripted");
    sheet.addEventListener("keydown", onKey);
    sheet.addEventListener("input", (event) => {
      touched = true;
      const line = event.target.closest(".line");
      line.classList.remove("line-wrong", "line-soft");
      for (const remark of line.querySelectorAll(".remark")) remark.remove();
      event.target.removeAttribute("aria-invalid");
      showAll();
    });
    sheet.addEventListener("focusin", (event) => event.target.matches("input") && event.target.select());
    sheet.addEventListener("focusout", (event) => event.target.closest(".line") && complain(event.target.closest(".line")));
    sheet.addEventListener("submit", (event) => {
      if (sending) event.preventDefault(); // Enter held down
      sending = true;
    });
    addEventListener("beforeunload", (event) => {
      if (!touched || sending) return;
      event.preventDefault();
      event.returnValue = true; // older browsers ask only for this
    });
    touched = sheet.hasAttribute("data-touched");
    showAll();
  }

  if (sheet) start();
  if (code) code.select();
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const one of document.forms) one.reset();
    sending = touched = false;
    if (sheet) showAll();
  });
})();
