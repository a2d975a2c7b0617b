// How far experiments are, asked for again while one is not finished; and whether the service still answers.

import { announce, say } from "./words.js";

const EVERY_MS = 2000;
const SLOWEST_MS = 15000;

/** Follow the experiments of the page, where it shows any. */
export function followExperiments() {
  const list = document.querySelector("[data-progress]");
  if (!(list instanceof HTMLElement) || !list.querySelector('[data-finished="false"]')) return;
  let pause = EVERY_MS;
  const ask = async () => {
    try {
      const answer = await fetch(list.dataset.progress ?? "");
      if (!answer.ok) throw new Error(String(answer.status));
      if (lost(false)) pause = EVERY_MS;
      show(list, await answer.text());
    } catch {
      lost(true);
      pause = Math.min(SLOWEST_MS, pause * 2);
    }
    if (list.querySelector('[data-finished="false"]')) setTimeout(ask, pause);
  };
  setTimeout(ask, pause);
}

/** Put new numbers in their places; a page that never had the experiment is loaded anew. */
function show(list, text) {
  const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("[data-progress]");
  if (!fresh) return;
  const before = list.querySelectorAll('[data-finished="true"]').length;
  list.replaceChildren(...fresh.childNodes);
  const done = list.querySelectorAll('[data-finished="true"]').length;
  if (done > before) {
    announce(list.querySelector('[data-finished="true"] p')?.textContent ?? "");
    location.reload(); // what was written can be shown now
  }
}

/**
 * Show or take away the bar that says that nobody answers.
 * @param {boolean} is
 * @returns {boolean} whether it was there
 */
function lost(is) {
  const bar = document.getElementById("lost");
  if (is && !bar) {
    const made = document.createElement("p");
    made.id = "lost";
    made.setAttribute("role", "alert");
    made.textContent = say("connection_lost");
    document.body.prepend(made);
  }
  if (!is) bar?.remove();
  return Boolean(bar);
}
