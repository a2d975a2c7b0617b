// What stands under the pointer, beside it. Tables and the place that was chosen say the same to everybody else.

import { percent, points } from "./map_numbers.js";
import { isSite, nameOf, stateIn } from "./map_series.js";
import { say } from "./words.js";

const AWAY = 14; // pixels from the pointer
const CLOSE = 10; // pixels between places that look like one
const MOST_PLACES = 4;

/** @typedef {import("./map_draw.js").Picture} Picture */

/**
 * @param {HTMLElement} side what the canvas stands in
 * @param {Picture} picture
 * @param {number} spot -1 where none is near
 * @param {PointerEvent} event
 */
export function showTip(side, picture, spot, event) {
  const tip = tipOf(side);
  tip.hidden = spot < 0;
  if (spot < 0) return;
  const { offsetX: x, offsetY: y } = event;
  const canvas = /** @type {HTMLElement} */ (event.target);
  const reach = CLOSE / picture.view.scale(canvas.clientWidth, canvas.clientHeight);
  const places = picture.view.crowd(spot, reach, MOST_PLACES);
  tip.replaceChildren(...places.flatMap((one) => linesOf(picture, one)));
  tip.style.left = `${Math.max(0, Math.min(x + AWAY, canvas.clientWidth - tip.offsetWidth - 4))}px`;
  tip.style.top = `${canvas.offsetTop + (y + AWAY + tip.offsetHeight > canvas.clientHeight ? y - tip.offsetHeight - AWAY / 2 : y + AWAY)}px`;
}

/** @param {HTMLElement} side */
export function hideTip(side) {
  tipOf(side).hidden = true;
}

/** @returns {HTMLElement} */
function tipOf(side) {
  let tip = side.querySelector(".map-tip");
  if (tip) return tip;
  tip = document.createElement("div");
  tip.className = "map-tip";
  tip.setAttribute("aria-hidden", "true");
  tip.hidden = true;
  side.append(tip);
  return tip;
}

/** @returns {HTMLElement[]} the place and its value in the week shown, then what is or was there */
function linesOf({ series, value, role, week }, spot) {
  const { facts } = series;
  const place = nameOf(facts, spot);
  const words = value === "coverage" ? percent : points;
  const first = isSite(facts, spot) ? place : say("tip_share", { place, share: words(series.value(value, role, week, spot)) });
  const states = { before: say("state_before"), open: say("state_open"), after: say("state_after") };
  const here = series.placed(role).filter((one) => one.spot === spot);
  const told = here.map((one) => say("tip_placed", { lever: one.lever, state: states[stateIn(week, one.first, one.end)] }));
  return [first, ...new Set(told)].map((text, k) => {
    const made = document.createElement(k ? "div" : "strong");
    made.textContent = text;
    return made;
  });
}
