// Codes scanned at the door: a tap is sent, or waits on this phone for a connection; all pages of the door share what waits.
globalThis.doorScans = (() => {
  const prefix = "door-scan:";
  const longest = 7 * 24 * 3600 * 1000; // what could not be sent for a week is forgotten
  const place = document.querySelector("[data-worker]");
  const unstored = new Map(); // without a store they live as long as the page

  const mark = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const read = (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } };
  const stored = () => { try { return Object.keys(localStorage).filter((key) => key.startsWith(prefix)); } catch { return []; } };
  const drop = (scan) => {
    unstored.delete(scan.mark);
    try { localStorage.removeItem(prefix + scan.mark); } catch { /* it was never there */ }
  };
  const waiting = () => [...stored().map(read).filter(Boolean), ...unstored.values()].sort((one, other) => one.at - other.at);
  // The address of a code, a random mark and the time of the tap: no name, and each under a key of its own, so that two pages
  // never overwrite each other's.
  const add = (scan) => {
    try { localStorage.setItem(prefix + scan.mark, JSON.stringify(scan)); } catch { unstored.set(scan.mark, scan); }
  };
  const ask = async (address, step) => {
    const options = { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(10000), redirect: "manual" };
    if (step) Object.assign(options, { method: "POST", body: new URLSearchParams(step) });
    const response = await fetch(address, options);
    if (response.status === 0 || (response.status >= 300 && response.status !== 422)) throw new Error("refused");
    return response.json();
  };
  const post = (scan) => ask(scan.address, { mark: scan.mark });
  const alone = (work) => (navigator.locks ? navigator.locks.request("door-scans", work) : work());
  const send = (told) => alone(async () => {
    for (const scan of waiting()) {
      const answer = await post(scan);
      drop(scan);
      told(scan, answer);
    }
  });
  const time = (scan) => new Date(scan.at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  const counted = (answer) => answer.told === "in" || answer.told === "already" || answer.told === "undone";
  // What needs somebody's hand is listed and stays; the last thing that went well is one line.
  const note = (scan, answer) => {
    const list = document.querySelector("[data-problems]");
    const line = document.createElement("li");
    line.textContent = `${scan.called ?? place.dataset.scanned.replace("{time}", time(scan))}: ${answer.message}`;
    list.querySelector("ul").append(line);
    list.hidden = false;
  };

  for (const scan of waiting()) if (Date.now() - scan.at > longest) drop(scan);
  if (place && isSecureContext && navigator.serviceWorker && globalThis.caches) {
    const files = place.dataset.kept.split(" ").map((address) => new URL(address, location.href).href);
    const keep = async () => {
      await navigator.serviceWorker.register(place.dataset.worker, { scope: "/r/in/" });
      const cache = await caches.open("door");
      await cache.addAll(files.map((address) => new Request(address, { credentials: "omit" }))); // nobody's own page
      for (const old of await cache.keys()) if (!files.includes(old.url)) cache.delete(old);
      place.dataset.ready = "yes";
      const able = place.querySelector("[data-able]");
      if (able) able.hidden = false;
    };
    keep().catch(() => {}); // without it the door works as long as there is a connection
  }
  return { add, alone, ask, counted, drop, mark, note, post, send, waiting };
})();

// The page of one code, opened by the phone's camera.
(() => {
  const page = document.querySelector(".ticket-page");
  const form = page?.querySelector("form");
  if (!form) return;
  const scans = globalThis.doorScans;
  const find = (name) => page.querySelector(`[data-${name}]`);
  const mine = scans.waiting().find((scan) => scan.address === location.pathname) // the page was reloaded after the tap
    ?? { address: location.pathname, mark: scans.mark(), at: 0 };
  let open = true; // what came of it is not known yet
  const others = (scan, answer) => { if (!scans.counted(answer)) scans.note(scan, answer); };
  const tell = (message, good) => {
    const line = find("told");
    if ("blind" in page.dataset) document.querySelector("h1").textContent = page.dataset.blind; // there is a connection again
    line.textContent = good ? `✓ ${message}` : message;
    line.classList.toggle("notice-error", !good);
    line.hidden = !message;
  };
  const finish = (answer) => {
    open = false;
    tell(answer.message, answer.told === "in" || answer.told === "already");
  };
  const show = () => {
    find("waiting").hidden = !open || !mine.at;
    if (find("lead")) find("lead").hidden = Boolean(mine.at);
    form.hidden = Boolean(mine.at);
  };
  const send = async () => {
    if (!open) return;
    try {
      await scans.send((scan, answer) => (scan.mark === mine.mark ? finish(answer) : others(scan, answer)));
      if (open) finish(await scans.post(mine)); // another page sent it; the same mark counts once
    } catch (error) {
      if (error.message === "refused") tell(page.dataset.refused, false);
    }
    show();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (mine.at) return;
    mine.at = Date.now();
    scans.add(mine);
    show();
    send();
  });
  addEventListener("online", () => { if (mine.at) send(); else if ("blind" in page.dataset) location.reload(); });
  setInterval(() => { if (mine.at) send(); }, 10000);
  show();
  if (mine.at) send();
})();
