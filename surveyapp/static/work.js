// Shows how far some work is without loading the page anew, and goes on when it is done; without this the page does so itself.
const EVERY_MS = 1000;

async function look() {
  const here = document.getElementById("work");
  try {
    const answer = await fetch(`${location.pathname}?look=1`, { cache: "no-store" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.getElementById("work");
    if (!found) {
      location.reload();
      return;
    }
    here.replaceWith(document.adoptNode(found));
    document.title = page.title;
    document.querySelector("h1").textContent = page.querySelector("h1").textContent;
    if (found.dataset.outcome) {
      location.replace(found.dataset.outcome);
      return;
    }
    if ("over" in found.dataset) {
      return;
    }
  } catch {
    // No connection for a moment: ask again.
  }
  setTimeout(look, EVERY_MS);
}

const shown = document.getElementById("work").dataset;
if (shown.outcome) {
  location.replace(shown.outcome);
} else if (!("over" in shown)) {
  setTimeout(look, EVERY_MS);
}
