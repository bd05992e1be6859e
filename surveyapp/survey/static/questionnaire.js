// Comfort for the questionnaire; everything also works without it.
// The form is sent in the background and the answer replaces the page: so a lost connection loses nothing, the Back button
// never meets an old filled form, and what was answered never becomes part of the browser's history.
"use strict";

(function () {
  let touched = false; // something was chosen and is not sent yet
  let sending = false;
  let sent = null; // code and receipt of what was received, to ask the server again

  const form = () => document.getElementById("answers");
  const fieldsets = () => Array.from(form().querySelectorAll("fieldset.item"));

  // --- which items are shown ---------------------------------------------------------------------------------------

  function holds(rule, shown) {
    if (rule.every) return rule.every.every((part) => holds(part, shown));
    if (rule.some) return rule.some.some((part) => holds(part, shown));
    const inputs = shown.has(rule.name) ? document.getElementsByName(rule.name) : [];
    const met = Array.from(inputs).some((input) => input.checked && rule.choices.includes(input.value));
    return met !== rule.negated;
  }

  // Rules look at earlier items only, so one pass in order settles all of them. Answers of hidden items stay ticked while
  // the form is open; the server leaves them out.
  function showAndHide() {
    const shown = new Set();
    for (const item of form().querySelectorAll(".item")) {
      const rule = item.dataset.showIf;
      item.hidden = Boolean(rule) && !holds(JSON.parse(rule), shown);
      if (!item.hidden) shown.add(item.id);
    }
  }

  function keepExclusive(input) {
    if (input.type !== "checkbox" || !input.checked) return;
    for (const other of document.getElementsByName(input.name)) {
      if (other !== input && (input.hasAttribute("data-exclusive") || other.hasAttribute("data-exclusive"))) other.checked = false;
    }
  }

  function mended(item) {
    if (!answered(item)) return;
    item.classList.remove("item-wrong", "item-soft");
    item.removeAttribute("aria-invalid");
    const remark = item.querySelector(".remark");
    if (remark) remark.remove();
  }

  // --- progress ----------------------------------------------------------------------------------------------------

  const answered = (item) => item.querySelector("input:checked") !== null;
  const fill = (text, facts) => text.replace(/\{(\w+)\}/g, (whole, name) => facts[name]);

  function showProgress(changed) {
    const items = fieldsets().filter((item) => !item.hidden);
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
      const open = Array.from(part.querySelectorAll("fieldset.item:not([hidden])")).some((item) => !answered(item));
      const link = document.querySelector('.parts a[href="#' + part.id + '"]');
      const news = !open && !link.classList.contains("complete");
      link.classList.toggle("complete", !open);
      if (!news || !changed || !part.contains(changed)) continue;
      const said = document.getElementById("progress-said");
      said.textContent = fill(said.dataset.text, { ...facts, part: link.textContent });
    }
  }

  function onChange(event) {
    if (!event.target.closest("#answers")) return;
    touched = true;
    keepExclusive(event.target);
    mended(event.target.closest("fieldset"));
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

  async function onSubmit(event) {
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
    const item = fieldsets().find((one) => !one.hidden && one.getBoundingClientRect().bottom > 0);
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

  async function askAgain() {
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
    if (!form()) return;
    document.documentElement.classList.add("scripted");
    document.getElementById("progress").hidden = false;
    showAndHide();
    showProgress(null);
  }

  document.addEventListener("change", onChange);
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
