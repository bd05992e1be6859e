// The worker of the door: where the network fails, a scanned code opens the page that door pages keep on the phone.
const PATIENCE = 6000; // milliseconds until a weak connection counts as none
const BROKEN = new Set([502, 503, 504]); // what stands between the phone and the server says that nobody answers

const late = () => new Promise((_, fail) => { setTimeout(() => fail(new Error("late")), PATIENCE); });
const page = async (request) => {
  let answer = Response.error();
  try {
    answer = await Promise.race([fetch(request), late()]);
    if (!BROKEN.has(answer.status)) return answer;
  } catch { /* the kept page */ }
  return await caches.match("/r/in/", { ignoreSearch: true }) ?? answer;
};

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return; // what changes something goes its own way, guarded as ever
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (new URL(request.url).pathname.startsWith("/assets/")) {
    event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)));
  }
});
