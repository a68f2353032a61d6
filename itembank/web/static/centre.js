// Keep the steps live: fetch the fragment every second, replace it only when it changed.
"use strict";
const steps = document.getElementById("steps");
let shown = "";
async function look() {
  try {
    const answer = await fetch(steps.dataset.from, { cache: "no-store" });
    if (answer.ok) {
      const text = await answer.text();
      if (text !== shown) {
        shown = text;
        steps.innerHTML = text;
      }
    }
    steps.classList.toggle("stale", !answer.ok);
  } catch {
    steps.classList.add("stale");
  }
}
setInterval(look, 1000);
