// One file with every page in both languages: shows one page of one language at a time, by the end of the address.

import { drawFigures } from "./figures.js";
import { startMaps } from "./map.js";

/** @param {string} name @returns {HTMLElement[]} */
const all = (name) => [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(name))];

/** Let the address and the language switch choose what is seen. */
export function startOffline() {
  for (const button of all("[data-language]")) button.addEventListener("click", () => speak(button.dataset.language ?? ""));
  addEventListener("hashchange", () => void show(true));
  return show(false);
}

/** @returns {HTMLElement | null} what the address names within a page */
function target() {
  return document.getElementById(location.hash.slice(1));
}

/** @returns {string} the page the address names, or that holds what it names; else the one shown */
function wanted() {
  const name = /** @type {HTMLElement | null | undefined} */ (target()?.closest(".page"))?.dataset.of ?? location.hash.slice(1);
  return all(".page").some((page) => page.dataset.of === name) ? name : (document.body.dataset.page ?? "");
}

/** @param {string} tag of a language */
function speak(tag) {
  document.documentElement.lang = tag;
  for (const edition of all("[data-edition]")) edition.hidden = edition.dataset.edition !== tag;
  void show(false);
}

/** @param {boolean} moves whether the reader goes to another page */
async function show(moves) {
  const name = wanted();
  const isAnother = name !== document.body.dataset.page;
  document.body.dataset.page = name;
  document.body.dataset.state = "running";
  for (const page of all(".page")) page.hidden = page.dataset.of !== name;
  for (const link of all(".menu a")) {
    if (link.getAttribute("href") === `#${name}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (moves && isAnother) {
    scrollTo(0, 0);
    all("main").find((main) => main.getClientRects().length)?.focus({ preventScroll: true });
  }
  await startMaps();
  await drawFigures();
  if (isAnother) target()?.scrollIntoView();
  document.body.dataset.state = "done";
}
