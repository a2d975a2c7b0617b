// The settlement looked at: its numbers in the week shown, and its whole course as a small chart.

import { count, percent } from "./map_numbers.js";
import { isSite, nameOf } from "./map_series.js";
import { say } from "./words.js";

const WIDEST = 520;
const NARROWEST = 260;
const HEIGHT = 120;
const LEFT = 42;
const RIGHT = 70;
const COLOURS = { programme: "#0072B2", baseline: "#5A6673", reference: "#B34700" };
const DASHES = { programme: "", baseline: "6 4", reference: "2 3" };

/** @typedef {import("./map_series.js").Series} Series */

/**
 * @param {HTMLElement} holder
 * @param {Series} series
 * @param {number} place
 * @param {number} week
 * @param {string} date
 */
export function showPinned(holder, series, place, week, date) {
  const { facts } = series;
  const title = document.createElement("h3");
  if (isSite(facts, place)) title.textContent = say("pin_site", { place: nameOf(facts, place) });
  else title.textContent = say("pin_title", { place: nameOf(facts, place), n: count(facts.people[place]) });
  const course = isSite(facts, place) ? [] : courseOf(series, place, week, date, roomIn(holder));
  const words = document.createElement("div");
  words.append(title, ...course.slice(0, 1), ...staysAt(series, place));
  holder.replaceChildren(words, ...course.slice(1));
}

/** @returns {number} pixels a chart may take, so that its letters keep their size */
function roomIn(holder) {
  const { paddingLeft, paddingRight } = getComputedStyle(holder);
  return Math.max(NARROWEST, Math.min(WIDEST, Math.floor(holder.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight))));
}

/** @returns {Element[]} what is known of a settlement in the week shown, and its course */
function courseOf(series, place, week, date, width) {
  const { roles, runs } = series.facts;
  const told = document.createElement("p");
  const shares = roles.map((_, k) => say("pin_share", { run: runs[k], share: percent(series.share(k, week, place)) }));
  told.textContent = say("pin_week", { date, shares: shares.join(say("pin_comma")) });
  if (Number.isNaN(series.share(0, week, place))) told.textContent = say("pin_few");
  return [told, chart(series, place, week, width)];
}

/** @returns {Element[]} what the programme puts there */
function staysAt(series, place) {
  const stays = series.placed(0).filter((one) => one.spot === place);
  if (!stays.length) return [];
  const list = document.createElement("ul");
  list.tabIndex = 0; // a long one scrolls
  for (const { first, end, lever } of stays) {
    const line = document.createElement("li");
    line.textContent = say("pin_placed", { lever, first: first + 1, last: end });
    list.append(line);
  }
  return [list];
}

/** @returns {SVGElement} */
function chart(series, place, week, width) {
  const x = (w) => LEFT + (w / Math.max(1, series.weeks - 1)) * (width - LEFT - RIGHT);
  const y = (share) => 8 + (1 - share) * (HEIGHT - 24);
  const svg = make("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, class: "course", role: "img" });
  const { target, roles, names } = series.facts;
  svg.setAttribute("aria-label", say("pin_chart", { place: names[place] }));
  for (const share of [0, 0.5, 1]) {
    svg.append(make("path", { d: `M${LEFT} ${y(share)}H${width - RIGHT}`, stroke: "#E4E7EB" }));
    svg.append(text(LEFT - 6, y(share) + 4, `${100 * share}%`, "#52606D", "end"));
  }
  if (target !== null) {
    svg.append(make("path", { d: `M${LEFT} ${y(target)}H${width - RIGHT}`, stroke: "#1F2933", "stroke-dasharray": "2 3" }));
  }
  const ends = [];
  roles.forEach((role, k) => {
    const points_ = [];
    for (let w = 0; w < series.weeks; w++) {
      const share = series.share(k, w, place);
      if (!Number.isNaN(share)) points_.push(`${x(w).toFixed(1)} ${y(share).toFixed(1)}`);
    }
    if (!points_.length) return;
    const style = { fill: "none", stroke: COLOURS[role], "stroke-width": "2", "stroke-dasharray": DASHES[role] };
    svg.append(make("path", { d: `M${points_.join("L")}`, ...style }));
    ends.push({ role, at: y(series.share(k, series.weeks - 1, place)), share: series.share(k, series.weeks - 1, place) });
  });
  ends.sort((a, b) => a.at - b.at);
  ends.forEach((end, k) => {
    if (k && end.at - ends[k - 1].at < 14) end.at = ends[k - 1].at + 14;
    svg.append(text(width - RIGHT + 6, end.at + 4, percent(end.share), COLOURS[end.role], "start"));
  });
  svg.append(make("path", { d: `M${x(week)} 6V${HEIGHT - 14}`, stroke: "#1F2933", "stroke-width": "1" }));
  return svg;
}

function make(name, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

function text(x, y, words, fill, anchor) {
  const made = make("text", { x, y, fill, "text-anchor": anchor, "font-size": 13 });
  made.textContent = words;
  return made;
}

