// Settlements by people and colour over rings of training events, above them kiosks, below a scale bar: on a canvas, or as SVG.

import { SvgInk, letters, widthOf } from "./map_ink.js";
import { percent, points } from "./map_numbers.js";
import { FADE_WEEKS, isSite, nameOf } from "./map_series.js";

const LARGEST = 22; // pixels of radius at the first view
const SMALLEST = 1.8;
const SCALES_KM = [0.5, 1, 2, 5, 10, 20, 50, 100, 200];
const INK = "#1F2933";
const QUIET = "#52606D";
const KIOSK = "#B34700";
const EVENT = "143,63,113";
const SITE = 5; // pixels from the middle of a site's mark to its corners
const RING = 2.5; // pixels between a settlement's edge and the ring around it
const MOST_NAMES = 12; // of settlements, and as many of sites
const GAP_REACH = 0.5;

/** @typedef {import("./map_series.js").Series} Series */
/** @typedef {import("./map_view.js").View} View */
/** @typedef {import("./map_ink.js").Ink} Ink */

/**
 * @typedef {object} Picture
 * @property {Series} series
 * @property {View} view
 * @property {"coverage" | "gap" | "added"} value
 * @property {number} role
 * @property {number} week
 * @property {number} pinned -1 where none is
 * @property {number[]} order places, those with most people first
 * @property {number} most people of the largest
 * @property {boolean} withPlaced whether kiosks and events of the run are drawn
 */

/**
 * Make a canvas as sharp as the screen is, and return its size in CSS pixels.
 * @param {HTMLCanvasElement} canvas
 */
export function fit(canvas) {
  const { clientWidth: width, clientHeight: height } = canvas;
  const ratio = Math.min(2, devicePixelRatio || 1);
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  return { width, height, ratio };
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Picture} picture
 */
export function draw(canvas, picture) {
  const { width, height, ratio } = fit(canvas);
  const ink = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  if (!width) return;
  ink.setTransform(ratio, 0, 0, ratio, 0, 0);
  paint(ink, picture, width, height);
}

/**
 * @param {Ink} ink
 * @param {Picture} picture
 * @param {number} width
 * @param {number} height
 */
export function paint(ink, picture, width, height) {
  ink.fillStyle = "#fff";
  ink.fillRect(0, 0, width, height);
  if (picture.withPlaced) events(ink, picture, width, height); // below: hundreds of rings would bury the colours
  settlements(ink, picture, width, height);
  if (picture.withPlaced) kiosks(ink, picture, width, height);
  names(ink, picture, width, height);
  if (picture.pinned >= 0) pin(ink, picture, width, height);
  scaleBar(ink, picture.view.scale(width, height), width, height);
}

/** Begin a group of an SVG; a canvas has none. */
function part(ink, name) {
  if (ink instanceof SvgInk) ink.part(name);
}

/** Name the shape that was begun, where shapes have names; a canvas is drawn too often to word them in vain. */
function called(ink, words) {
  if (ink instanceof SvgInk) ink.called(words());
}

/**
 * @param {Picture} picture
 * @param {number} k row of a settlement or site
 * @returns {number} pixels
 */
function radius(picture, k) {
  const { facts } = picture.series;
  if (isSite(facts, k)) return SITE;
  const share = Math.sqrt(facts.people[k] / picture.most);
  return Math.max(SMALLEST, LARGEST * share) * Math.min(2, Math.sqrt(picture.view.zoom));
}

/** @returns {string} the colour of a value, on the same scale in every week */
export function colourOf(picture, value) {
  const { colours, diverging, reach } = picture.series.facts;
  if (picture.value === "coverage") return colours[Math.round(255 * Math.min(1, Math.max(0, value)))];
  const end = picture.value === "gap" ? GAP_REACH : reach;
  return diverging[Math.round(255 * Math.min(1, Math.max(0, 0.5 + value / (2 * end))))];
}

export { GAP_REACH };

function settlements(ink, picture, width, height) {
  const { series, view } = picture;
  const words = picture.value === "coverage" ? percent : points;
  part(ink, "settlements");
  ink.lineWidth = 0.6;
  for (const k of picture.order) {
    if (!series.facts.people[k]) continue;
    const { x, y } = view.pixel(k, width, height);
    const r = radius(picture, k);
    if (x < -r || y < -r || x > width + r || y > height + r) continue;
    const value = series.value(picture.value, picture.role, picture.week, k);
    ink.beginPath();
    ink.arc(x, y, r, 0, 2 * Math.PI);
    called(ink, () => `${series.facts.names[k]}: ${words(value)}`);
    if (Number.isNaN(value)) {
      untold(ink);
      continue;
    }
    ink.fillStyle = colourOf(picture, value);
    ink.fill();
    ink.strokeStyle = "rgba(31,41,51,.55)";
    ink.stroke();
  }
}

/** Outline a settlement nothing can be said of. */
function untold(ink) {
  ink.setLineDash([2, 2]);
  ink.lineWidth = 1;
  ink.strokeStyle = QUIET;
  ink.stroke();
  ink.lineWidth = 0.6;
  ink.setLineDash([]);
}

/** @returns {Map<number, import("./map_series.js").Placed[]>} what is seen of a kind, by where it is: one mark each */
function together({ series, role, week }, kind) {
  const found = new Map();
  for (const one of series.seen(role, week)) {
    if (one.kind !== kind) continue;
    if (!found.has(one.spot)) found.set(one.spot, []);
    found.get(one.spot).push(one);
  }
  return found;
}

function nameAll({ series }, spot, all) {
  return `${[...new Set(all.map((one) => one.lever))].join(", ")}: ${nameOf(series.facts, spot)}`;
}

function events(ink, picture, width, height) {
  const { view, week } = picture;
  part(ink, "events");
  for (const [spot, all] of together(picture, "event")) {
    const { x, y } = view.pixel(spot, width, height);
    const last = Math.max(...all.map((one) => one.end));
    const strength = week < last ? 1 : 1 - (week - last) / FADE_WEEKS;
    eventMark(ink, x, y, radius(picture, spot) + RING, strength, nameAll(picture, spot, all));
  }
}

function kiosks(ink, picture, width, height) {
  const { series, view, week } = picture;
  const seen = series.seen(picture.role, week);
  part(ink, "placed");
  for (const k of new Set(seen.map((one) => one.spot).filter((k) => isSite(series.facts, k)))) {
    const { x, y } = view.pixel(k, width, height);
    siteMark(ink, x, y, nameOf(series.facts, k));
  }
  for (const [spot, all] of together(picture, "kiosk")) {
    const { x, y } = view.pixel(spot, width, height);
    const aside = isSite(series.facts, spot) ? 1.5 * SITE : 0.75 * radius(picture, spot) + 1; // beside the colour, not on it
    kioskMark(ink, x + aside, y - aside, nameAll(picture, spot, all));
  }
}

/** @param {Ink} ink */
export function kioskMark(ink, x, y, name = "") {
  ink.beginPath();
  ink.moveTo(x, y - 4);
  ink.lineTo(x + 3.8, y + 2.8);
  ink.lineTo(x - 3.8, y + 2.8);
  ink.closePath();
  called(ink, () => name);
  filled(ink, KIOSK, 0.8);
}

/** @param {Ink} ink */
export function siteMark(ink, x, y, name = "") {
  ink.beginPath();
  ink.moveTo(x, y - SITE);
  ink.lineTo(x + SITE, y);
  ink.lineTo(x, y + SITE);
  ink.lineTo(x - SITE, y);
  ink.closePath();
  called(ink, () => name);
  filled(ink, INK);
}

/** @param {Ink} ink */
export function eventMark(ink, x, y, r, strength = 1, name = "") {
  ink.beginPath();
  ink.arc(x, y, r, 0, 2 * Math.PI);
  called(ink, () => name);
  ink.strokeStyle = `rgba(${EVENT},${strength})`;
  ink.lineWidth = 1.3;
  ink.stroke();
}

/** @param {Ink} ink */
export function placeMark(ink, x, y, r, colour) {
  ink.beginPath();
  ink.arc(x, y, r, 0, 2 * Math.PI);
  if (!colour) return untold(ink);
  ink.fillStyle = colour;
  ink.fill();
  ink.lineWidth = 0.6;
  ink.strokeStyle = INK;
  ink.stroke();
}

function filled(ink, colour, halo = 1.2) {
  ink.fillStyle = colour;
  ink.fill();
  ink.strokeStyle = "#fff";
  ink.lineWidth = halo;
  ink.stroke();
}

/** Name the largest settlements that find room, then sites where something is. */
function names(ink, picture, width, height) {
  const { series, week, role } = picture;
  const seen = picture.withPlaced ? series.seen(role, week) : [];
  const sites = seen.map((one) => one.spot).filter((k) => isSite(series.facts, k));
  const ringed = new Set([picture.pinned, ...seen.filter((one) => one.kind === "event").map((one) => one.spot)]);
  const room = { width, height, taken: [], ringed };
  part(ink, "names");
  write(ink, picture, picture.order.slice(0, 60), room);
  write(ink, picture, [...new Set(sites)], room);
}

function write(ink, picture, spots, { width, height, taken, ringed }) {
  ink.font = letters(13);
  ink.textAlign = "center";
  ink.textBaseline = "top";
  let written = 0;
  for (const k of spots) {
    const { x, y } = picture.view.pixel(k, width, height);
    const text = nameOf(picture.series.facts, k);
    const half = widthOf(ink.font, text) / 2 + 4;
    const top = y + radius(picture, k) + (ringed.has(k) ? 5 : 2);
    if (x < 30 || x > width - 30 || y < 10 || top > height - 18) continue;
    if (taken.some((one) => Math.abs(one.x - x) < one.half + half && Math.abs(one.top - top) < 18)) continue;
    taken.push({ x, top, half });
    ink.lineWidth = 3;
    ink.strokeStyle = "rgba(255,255,255,.9)";
    ink.strokeText(text, x, top);
    ink.fillStyle = INK;
    ink.fillText(text, x, top);
    if (++written === MOST_NAMES) break;
  }
}

function pin(ink, picture, width, height) {
  part(ink, "pinned");
  const { x, y } = picture.view.pixel(picture.pinned, width, height);
  const r = radius(picture, picture.pinned) + 3;
  ink.beginPath();
  ink.arc(x, y, r, 0, 2 * Math.PI);
  ink.lineWidth = 3;
  ink.strokeStyle = INK;
  ink.stroke();
  ink.lineWidth = 1;
  ink.strokeStyle = "#fff";
  ink.stroke();
}

/** @param {number} scale pixels a kilometre */
function scaleBar(ink, scale, width, height) {
  part(ink, "scale");
  const km = SCALES_KM.filter((one) => one * scale <= width / 4).pop() ?? SCALES_KM[0];
  const [x, y] = [14, height - 16];
  ink.fillStyle = "rgba(255,255,255,.85)";
  ink.fillRect(x - 6, y - 22, km * scale + 12, 32);
  ink.strokeStyle = INK;
  ink.lineWidth = 2;
  ink.beginPath();
  ink.moveTo(x, y - 5);
  ink.lineTo(x, y);
  ink.lineTo(x + km * scale, y);
  ink.lineTo(x + km * scale, y - 5);
  ink.stroke();
  ink.fillStyle = INK;
  ink.font = letters(13);
  ink.textAlign = "left";
  ink.textBaseline = "bottom";
  ink.fillText(`${km} km`, x, y - 5);
}
