// What a page does once it is there. Everything it shows can be read without: scripts draw, sort and save.

import { drawFigures, followWidth } from "./figures.js";
import { followExperiments } from "./following.js";
import { startMaps } from "./map.js";
import { startOffline } from "./offline.js";
import { offerTables } from "./saving.js";
import { tellScrolling } from "./scrolling.js";
import { searchTables } from "./searching.js";
import { startWhatIf } from "./what_if.js";
import { startOpening } from "./what_if_open.js";

/** Pick a run by choosing it, without its button. */
function pickers() {
  for (const select of document.querySelectorAll("select[data-submit]")) {
    if (!(select instanceof HTMLSelectElement)) continue;
    const button = select.form?.querySelector("button");
    if (button) button.hidden = true;
    select.addEventListener("change", () => select.form?.requestSubmit());
  }
}

async function start() {
  pickers();
  offerTables();
  searchTables();
  followExperiments();
  followWidth();
  tellScrolling();
  if (document.body.dataset.offline !== undefined) {
    await startOffline();
    return;
  }
  startOpening();
  if (startWhatIf()) return;
  await startMaps();
  await drawFigures();
  if (document.body.dataset.state === "running") document.body.dataset.state = "done";
}

void start();
