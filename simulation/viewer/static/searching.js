// Search boxes above tables: rows that lack one of the words are put away.

import { say } from "./words.js";

/** Let every search box of the page narrow its table. */
export function searchTables() {
  for (const box of document.querySelectorAll("input[data-search]")) {
    if (!(box instanceof HTMLInputElement)) continue;
    const table = document.getElementById(box.dataset.search ?? "");
    if (!(table instanceof HTMLTableElement)) continue;
    box.addEventListener("input", () => narrow(table, box));
  }
}

/**
 * @param {HTMLTableElement} table
 * @param {HTMLInputElement} box
 */
function narrow(table, box) {
  const words = box.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const body of table.tBodies) {
    let here = 0;
    for (const row of body.rows) {
      if (row.classList.contains("group")) continue;
      const text = (row.textContent ?? "").toLocaleLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      here += row.hidden ? 0 : 1;
    }
    body.hidden = here === 0;
    shown += here;
  }
  const told = box.parentElement?.querySelector("[data-found]");
  if (told) told.textContent = words.length ? say("found", { n: shown }) : "";
}
