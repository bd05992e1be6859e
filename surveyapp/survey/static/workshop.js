// Makes each problem's line a button that leads to that line of the text. Without script the line's number stands there.
"use strict";

for (const place of document.querySelectorAll("[data-line]")) {
  const area = document.getElementById(place.dataset.area);
  if (!area || !area.value) continue;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link";
  button.textContent = place.textContent;
  button.addEventListener("click", () => {
    const lines = area.value.split("\n");
    const at = Math.min(Number(place.dataset.line), lines.length) - 1;
    const start = lines.slice(0, at).reduce((sum, line) => sum + line.length + 1, 0);
    area.focus();
    area.setSelectionRange(start, start + lines[at].length);
    area.scrollTop = Math.max(0, at - 3) * parseFloat(getComputedStyle(area).lineHeight);
  });
  place.replaceWith(button);
}
