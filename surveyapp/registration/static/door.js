// The door with a weak connection: steps wait in this page and are sent, each once, when the connection is back.
(() => {
  const door = document.querySelector(".door[data-address]");
  if (!door) return;
  const address = door.dataset.address;
  const store = `door:${address}`;
  const find = (name) => door.querySelector(`[data-${name}]`);
  const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const scans = globalThis.doorScans;
  const guests = new Map([...door.querySelectorAll("[data-guest]")].map((row) => [row.dataset.guest, row]));
  let here = new Map([...guests].map(([one, row]) => [one, row.querySelector("[name=undo]").value]).filter(([, coming]) => coming));
  let total = Number(find("total").textContent);
  let queue = [];
  let busy = false;

  // Names stay in the page's memory: what survives a reload holds numbers and marks alone.
  const keep = () => {
    try {
      const nameless = queue.map(({ name, ...rest }) => rest);
      if (queue.length) sessionStorage.setItem(store, JSON.stringify(nameless));
      else sessionStorage.removeItem(store);
    } catch { /* without a store the queue lives as long as the page */ }
  };
  try { queue = JSON.parse(sessionStorage.getItem(store) || "[]"); } catch { queue = []; }

  const tell = (message) => {
    const line = find("told");
    line.textContent = message;
    line.hidden = !message;
  };
  const show = () => {
    const waiting = new Set(queue.map((step) => step.check_in).filter(Boolean));
    for (const [one, row] of guests) {
      const coming = here.get(one);
      row.querySelector("[name=check_in]").hidden = Boolean(coming) || waiting.has(one);
      row.querySelector("[data-here]").hidden = !coming;
      row.querySelector("[data-queued]").hidden = Boolean(coming) || !waiting.has(one);
      const undo = row.querySelector("[name=undo]");
      undo.hidden = !coming;
      undo.value = coming || "";
    }
    find("total").textContent = total;
    const number = queue.length + scans.waiting().length;
    find("number").textContent = number;
    find("waiting").hidden = !number;
  };
  const learn = (state) => {
    here = new Map(Object.entries(state.here).map(([one, coming]) => [one, String(coming)]));
    total = state.total;
    find("newer").hidden = state.list === door.dataset.list;
    const walked = find("walked");
    if (walked) walked.hidden = total - here.size === Number(walked.dataset.walked);
    show();
  };
  const ask = (step) => scans.ask(address, step);
  const note = (step, state) => {
    const called = guests.get(step.check_in)?.querySelector(".guest-name").firstChild.textContent.trim();
    if (!scans.counted(state)) scans.note({ ...step, called: called ?? (step.name || door.dataset.walkIn) }, state);
  };
  const send = async () => {
    if (busy) return;
    busy = true;
    try {
      while (queue.length) {
        const state = await ask(queue[0]);
        note(queue.shift(), state);
        keep();
        if (state.here) learn(state);
        tell(state.message);
      }
      let sent = 0;
      await scans.send((scan, state) => {
        sent += 1;
        tell(state.message);
        if (!scans.counted(state)) scans.note(scan, state);
      });
      if (sent) learn(await ask());
    } catch (error) {
      tell(error.message === "refused" ? door.dataset.refused : door.dataset.later);
    }
    busy = false;
    show();
  };
  const add = (step) => {
    queue.push({ mark: scans.mark(), ...step });
    keep();
    show();
    send();
  };

  for (const form of door.querySelectorAll("form[data-steps]")) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const button = event.submitter;
      if (button?.name === "check_in") {
        add({ check_in: button.value });
      } else if (button?.name === "undo") {
        try {
          const state = await ask({ mark: scans.mark(), undo: button.value });
          learn(state);
          tell(state.message);
          if (!button.closest("[data-guest]")) button.closest("li").remove();
        } catch (error) {
          tell(error.message === "refused" ? door.dataset.refused : door.dataset.notNow);
        }
      }
    });
  }
  const walkIn = door.querySelector("form[data-walk-in]");
  walkIn?.addEventListener("submit", (event) => {
    if (!walkIn.checkValidity()) { // the browser says which field of work is missing
      event.preventDefault();
      walkIn.reportValidity();
      return;
    }
    event.preventDefault();
    const { name, field } = Object.fromEntries(new FormData(walkIn));
    walkIn.reset();
    add({ walk_in: "yes", name, ...(field === undefined ? {} : { field }) });
  });

  const box = door.querySelector("[name=q]");
  box?.addEventListener("input", () => {
    const words = folded(box.value).split(/\s+/u).filter(Boolean);
    let shown = 0;
    for (const row of guests.values()) {
      const name = folded(row.querySelector(".guest-name").firstChild.textContent);
      row.hidden = !words.every((word) => name.includes(word));
      shown += row.hidden ? 0 : 1;
    }
    find("nobody").hidden = shown > 0;
  });

  addEventListener("online", send);
  addEventListener("storage", show); // a code was scanned, or sent, on another page of this phone
  // Signing out empties what waits: the server has the browser forget the rest.
  document.querySelector("form[action$='/sign-out']")?.addEventListener("submit", () => { sessionStorage.removeItem(store); });
  addEventListener("beforeunload", (event) => { if (queue.length || scans.waiting().length) event.preventDefault(); });
  setInterval(() => {
    if (queue.length || scans.waiting().length) send();
    else if (!document.hidden && !busy) ask().then(learn).catch(() => {}); // what other doors did; nothing is lost without it
  }, 10000);
  show();
  send();
})();
