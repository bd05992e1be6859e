// Comfort for the questionnaire; everything also works without it.
// The form is sent in the background and the answer replaces the page: so a lost connection loses nothing, the Back button
// never meets an old filled form, and what was answered never becomes part of the browser's history.
"use strict";

(function () {
  let touched = false; // something was chosen and is not sent yet
  let sending = false;
  let sent = null; // code and receipt of what was received, to ask the server again

  const form = () => document.getElementById("answers");
  const asked = () => Array.from(form().querySelectorAll(".item.asked"));
  const typedIn = (item) => item.querySelector("input[type=text], textarea");

  // --- which items are shown ---------------------------------------------------------------------------------------

  // What a rule looks at: the ticked choices, or the band that a typed number falls into.
  function choicesOf(item) {
    if (!item.dataset.bands) return Array.from(item.querySelectorAll("input:checked"), (input) => input.value);
    const digits = typedIn(item).value.replace(/\s+/g, "");
    const bands = JSON.parse(item.dataset.bands);
    const number = Number(digits);
    if (!/^\d{1,9}$/.test(digits) || number < bands[0][1] || number > Number(item.dataset.maximum)) return [];
    return bands.filter((band) => band[1] <= number).slice(-1).map((band) => band[0]);
  }

  function holds(rule, shown) {
    if (rule.every) return rule.every.every((part) => holds(part, shown));
    if (rule.some) return rule.some.some((part) => holds(part, shown));
    const chosen = shown.get(rule.name) || [];
    return rule.choices.some((choice) => chosen.includes(choice)) !== rule.negated;
  }

  // Rules look at earlier items only, so one pass in order settles all of them. What was filled in stays in hidden items while
  // the form is open; the server leaves it out.
  function showAndHide() {
    const shown = new Map();
    for (const item of form().querySelectorAll(".item")) {
      const rule = item.dataset.showIf;
      item.hidden = Boolean(rule) && !holds(JSON.parse(rule), shown);
      if (!item.hidden) shown.set(item.id, choicesOf(item));
    }
  }

  function keepExclusive(input) {
    if (input.type !== "checkbox" || !input.checked) return;
    for (const other of document.getElementsByName(input.name)) {
      if (other !== input && (input.hasAttribute("data-exclusive") || other.hasAttribute("data-exclusive"))) other.checked = false;
    }
  }

  function mended(item) {
    if (!answered(item) || left(item) < 0) return;
    item.classList.remove("item-wrong", "item-soft");
    for (const one of [item, typedIn(item)]) if (one) one.removeAttribute("aria-invalid");
    const remark = item.querySelector(".remark");
    if (remark) remark.remove();
  }

  // --- own words ---------------------------------------------------------------------------------------------------

  // Counted as the server does: whole characters, one letter form.
  const length = (item) => Array.from(typedIn(item).value.trim().normalize("NFC")).length;
  const left = (item) => (item.classList.contains("written") ? Number(item.dataset.maximum) - length(item) : 0);
  let speaking = 0;

  function count(item) {
    const shown = item.querySelector(".counter");
    shown.hidden = false;
    shown.textContent = fill(shown.dataset.text, { done: length(item), all: item.dataset.maximum });
    shown.classList.toggle("over", left(item) < 0);
  }

  // Said only near the end and when the typing rests.
  function sayWhatIsLeft(item) {
    clearTimeout(speaking);
    speaking = setTimeout(() => {
      const said = item.querySelector("[role=status]");
      const room = left(item);
      const near = room < Math.max(10, Number(item.dataset.maximum) / 10);
      const text = room < 0 ? said.dataset.over : near ? said.dataset.left : "";
      said.textContent = fill(text, { left: room, over: -room });
    }, 1000);
  }

  // --- progress ----------------------------------------------------------------------------------------------------

  function answered(item) {
    if (item.dataset.bands) return choicesOf(item).length > 0;
    return typedIn(item) ? typedIn(item).value.trim() !== "" : item.querySelector("input:checked") !== null;
  }

  const fill = (text, facts) => text.replace(/\{(\w+)\}/g, (whole, name) => facts[name]);

  function showProgress(changed) {
    const items = asked().filter((item) => !item.hidden);
    const facts = { done: items.filter(answered).length, all: items.length };
    const bar = document.getElementById("progress-bar");
    const label = document.querySelector("#progress label");
    bar.max = facts.all;
    bar.value = facts.done;
    label.textContent = fill(label.dataset.text, facts);
    markParts(facts, changed);
  }

  // Read out only when a part becomes complete: a voice after every tick would be in the way.
  function markParts(facts, changed) {
    for (const part of form().querySelectorAll(".part")) {
      const items = Array.from(part.querySelectorAll(".item.asked:not([hidden])"));
      const complete = items.length > 0 && items.every(answered);
      const link = document.querySelector('.parts a[href="#' + part.id + '"]');
      const news = complete && !link.classList.contains("complete");
      link.classList.toggle("complete", complete);
      if (!news || !changed || !part.contains(changed)) continue;
      const said = document.getElementById("progress-said");
      said.textContent = fill(said.dataset.text, { ...facts, part: link.textContent });
    }
  }

  // Every keystroke of what is typed counts, too: leaving the page asks first.
  function onChange(event) {
    if (!event.target.closest("#answers")) return;
    const item = event.target.closest(".item");
    touched = true;
    keepExclusive(event.target);
    mended(item);
    if (item.classList.contains("written")) {
      count(item);
      sayWhatIsLeft(item);
      return;
    }
    showAndHide();
    showProgress(event.target);
  }

  // --- sending -----------------------------------------------------------------------------------------------------

  function busy(on) {
    sending = on;
    const button = form() && form().querySelector("[name=send]");
    if (!button) return;
    button.dataset.text = button.dataset.text || button.textContent;
    button.textContent = on ? button.dataset.sending : button.dataset.text;
    button.disabled = on;
  }

  async function post(address, body) {
    const response = await fetch(address, { method: "POST", body, headers: { Accept: "text/html" }, cache: "no-store" });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    // A page that is not one of ours (a proxy's error, a sign-in page of a guest network) must not replace the form.
    if (!page.querySelector("[data-page]")) throw new Error("not our page");
    return page;
  }

  // A step between pages that carry a code: sent in the background as well, so that Back meets no page that was sent.
  async function step(event) {
    event.preventDefault();
    if (sending) return;
    sending = true;
    const button = event.submitter;
    const body = new URLSearchParams(new FormData(event.target));
    if (button && button.name) body.append(button.name, button.value);
    try {
      replacePage(await post(button && button.hasAttribute("formaction") ? button.formAction : event.target.action, body));
      touched = false;
      start();
      scrollTo({ top: 0, behavior: "instant" });
      (document.getElementById("summary") || document.getElementById("content")).focus();
    } catch {
      sending = false;
      const message = document.getElementById("not-sent");
      message.hidden = false;
      message.focus();
    }
  }

  async function onSubmit(event) {
    if (event.target.hasAttribute("data-stay")) return void step(event);
    if (event.target.id !== "answers") return;
    event.preventDefault();
    if (sending) return;
    const button = event.submitter;
    const switching = Boolean(button) && button.name === "lang";
    if (switching && button.value === document.documentElement.lang) return; // also: the Enter key inside a question
    const body = new URLSearchParams(new FormData(form()));
    if (switching) body.append("lang", button.value);
    const address = switching ? button.formAction : form().action;
    const place = switching ? placeInView() : null;
    busy(true);
    try {
      const page = await post(address, body);
      replacePage(page);
      if (form()) afterForm(place);
      else received();
    } catch {
      busy(false);
      const message = document.getElementById("not-sent");
      message.hidden = false;
      message.focus();
    }
  }

  function replacePage(page) {
    for (const one of page.querySelectorAll("[autofocus]")) one.removeAttribute("autofocus"); // focus is set by hand here
    document.documentElement.lang = page.documentElement.lang;
    document.title = page.title;
    document.body.replaceWith(document.adoptNode(page.body));
    sending = false;
  }

  // --- where the reader is -----------------------------------------------------------------------------------------

  function placeInView() {
    const items = Array.from(form().querySelectorAll(".item"));
    const item = items.find((one) => !one.hidden && one.getBoundingClientRect().bottom > 0);
    return item ? { id: item.id, top: item.getBoundingClientRect().top } : null;
  }

  function afterForm(place) {
    start();
    const summary = document.getElementById("summary");
    if (place) {
      scrollBy({ top: document.getElementById(place.id).getBoundingClientRect().top - place.top, behavior: "instant" });
      document.querySelector(".languages [aria-current]").focus({ preventScroll: true });
    } else if (summary) {
      scrollTo({ top: 0, behavior: "instant" });
      summary.focus();
    }
  }

  // --- after sending -----------------------------------------------------------------------------------------------

  // The entry of the form in the browser's history becomes one without answers, and the thank-you page gets its own.
  // Back, forward or a page restored from memory ask the server again, which says that the answers are received.
  function received() {
    touched = false;
    start();
    if (sent) history.pushState(history.state, "");
    scrollTo({ top: 0, behavior: "instant" });
    document.getElementById("content").focus();
  }

  const againForm = () => document.getElementById("again");

  function keepReceipt() {
    const page = document.querySelector("[data-receipt]");
    if (!page) return;
    sent = new URLSearchParams(new FormData(againForm()));
    history.replaceState({ receipt: page.dataset.receipt }, "", page.dataset.address);
  }

  // Answers that were taken back: no entry of the history may go on saying that they are received.
  function forgetReceipt() {
    const page = document.querySelector("[data-page=change-withdrawn]");
    if (!page) return;
    sent = null;
    history.replaceState(null, "", page.dataset.address);
  }

  async function askAgain() {
    forgetReceipt();
    if (!sent || !againForm()) return;
    try {
      replacePage(await post(againForm().action, sent));
      start();
      document.getElementById("content").focus();
    } catch {
      location.reload(); // the reloaded page knows the receipt from the browser's page state
    }
  }

  // --- start -------------------------------------------------------------------------------------------------------

  function start() {
    for (const button of document.querySelectorAll("[data-print]")) {
      button.hidden = false;
      button.addEventListener("click", () => print());
    }
    keepReceipt();
    forgetReceipt();
    if (!form()) return;
    document.documentElement.classList.add("scripted");
    document.getElementById("progress").hidden = false;
    for (const item of form().querySelectorAll(".item.written")) count(item);
    showAndHide();
    showProgress(null);
  }

  document.addEventListener("input", onChange);
  document.addEventListener("submit", onSubmit);
  addEventListener("popstate", askAgain);
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    busy(false);
    askAgain();
  });
  addEventListener("beforeunload", (event) => {
    if (!touched || !form()) return;
    event.preventDefault();
    event.returnValue = true; // older browsers ask only for this
  });
  touched = Boolean(form() && form().hasAttribute("data-touched"));
  start();
})();
