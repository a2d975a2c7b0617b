// Boxes that scroll sideways say so: a shadow at the edge beyond which there is more, and a line above.

import { say } from "./words.js";

const BOXES = ".scroll, .scroll-x, .tall, pre[tabindex]";
const ROUNDING = 2; // pixels

/** Follow every such box, also those that are folded away or on a page not yet shown. */
export function tellScrolling() {
  const seen = new ResizeObserver((all) => {
    for (const { target } of all) tell(/** @type {HTMLElement} */ (target.closest(BOXES) ?? target));
  });
  for (const box of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(BOXES))) {
    seen.observe(box);
    if (box.firstElementChild) seen.observe(box.firstElementChild);
    box.addEventListener("scroll", () => edges(box), { passive: true });
  }
}

/** @param {HTMLElement} box whose content may be of another width */
export function tell(box) {
  const scrolls = box.scrollWidth - box.clientWidth > ROUNDING;
  const hint = box.previousElementSibling?.classList.contains("scroll-hint") ? box.previousElementSibling : null;
  edges(box);
  if (!scrolls) return hint?.remove();
  if (hint || !box.clientWidth) return;
  const made = document.createElement("p");
  made.className = "scroll-hint";
  made.setAttribute("aria-hidden", "true"); // nothing is cut off for who hears the page
  made.textContent = say("scrolls");
  box.before(made);
}

/** Mark the edges beyond which there is more. */
function edges(box) {
  const left = box.scrollLeft > ROUNDING;
  const right = box.scrollWidth - box.clientWidth - box.scrollLeft > ROUNDING;
  box.dataset.beyond = [left && "left", right && "right"].filter(Boolean).join(" ");
}
