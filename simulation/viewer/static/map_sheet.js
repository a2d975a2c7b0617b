// The map as a sheet to be passed on: title, the sides, what colours and shapes mean, the scale in words.

import { GAP_REACH, colourOf, eventMark, kioskMark, paint, placeMark, siteMark } from "./map_draw.js";
import { SvgInk, inside, letters, widthOf } from "./map_ink.js";
import { points } from "./map_numbers.js";
import { locale } from "./words.js";

const WIDTH = 1200;
const MARGIN = 28;
const BETWEEN = 16;
const MAP_HEIGHT = 640;
const LINE = 1.45; // of a letter's height, from line to line
const RAMP = { width: 300, height: 12, steps: 60 };
const LEGEND_LEFT = MARGIN + RAMP.width + 60;
const ROW = 24;
const SHARP = 2; // pixels of a PNG in one of the sheet
const INK = "#1F2933";
const QUIET = "#52606D";
const LINES = "#CBD2D9";
const MARKS = {
  place: (ink, x, y) => placeMark(ink, x, y, 6.5, "#8a8678"),
  small: (ink, x, y) => placeMark(ink, x, y, 4, ""),
  site: (ink, x, y) => siteMark(ink, x, y),
  kiosk: (ink, x, y) => kioskMark(ink, x, y + 1),
  event: (ink, x, y) => eventMark(ink, x, y, 6.5),
};

/** @typedef {import("./map_draw.js").Picture} Picture */
/** @typedef {import("./map_ink.js").Ink} Ink */

/**
 * @typedef {object} Sheet
 * @property {string} title
 * @property {string} told below the title
 * @property {{name: string, picture: Picture}[]} sides
 * @property {string} scale what colours mean
 * @property {{mark: string, text: string}[]} marks
 * @property {string[]} notes
 */

/**
 * @param {Picture["value"]} value
 * @param {number} reach
 * @returns {{share: number, text: string}[]} ticks of the scale of colours
 */
export function ticksOf(value, reach) {
  const end = value === "gap" ? GAP_REACH : reach;
  const steps = value === "coverage" ? [0, 0.25, 0.5, 0.75, 1] : [-end, -end / 2, 0, end / 2, end];
  return steps.map((share) => ({ share, text: value === "coverage" ? `${100 * share}%` : points(share) }));
}

/**
 * @param {Sheet} sheet
 * @returns {string}
 */
export function asSvg(sheet) {
  const ink = new SvgInk();
  ink.fillStyle = "#fff";
  const height = heightOf(sheet);
  ink.fillRect(0, 0, WIDTH, height);
  drawSheet(ink, sheet);
  return ink.picture(WIDTH, height, `${sheet.title}. ${sheet.told}`, locale());
}

/**
 * @param {Sheet} sheet
 * @returns {HTMLCanvasElement}
 */
export function asCanvas(sheet) {
  const canvas = document.createElement("canvas");
  const height = heightOf(sheet);
  [canvas.width, canvas.height] = [SHARP * WIDTH, Math.ceil(SHARP * height)];
  const ink = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  ink.scale(SHARP, SHARP);
  ink.fillStyle = "#fff";
  ink.fillRect(0, 0, WIDTH, height);
  drawSheet(ink, sheet);
  return canvas;
}

/** Draw on nothing, to learn where the end is. */
function heightOf(sheet) {
  return drawSheet(new SvgInk(), sheet);
}

/**
 * @param {Ink} ink
 * @param {Sheet} sheet
 * @returns {number} its height
 */
function drawSheet(ink, sheet) {
  const across = WIDTH - 2 * MARGIN;
  if (ink instanceof SvgInk) ink.part("title");
  let y = lines(ink, sheet.title, MARGIN, MARGIN, across, 24, 650);
  y = lines(ink, sheet.told, MARGIN, y + 2, across, 16, 400, QUIET) + 14;
  y = sides(ink, sheet.sides, y) + 18;
  if (ink instanceof SvgInk) ink.part("legend");
  y = Math.max(ramp(ink, sheet, y), marks(ink, sheet.marks, y)) + 10;
  if (ink instanceof SvgInk) ink.part("notes");
  for (const note of sheet.notes) y = lines(ink, note, MARGIN, y, across, 13, 400, QUIET) + 4;
  return y + MARGIN - 4;
}

function sides(ink, all, top) {
  const width = (WIDTH - 2 * MARGIN - (all.length - 1) * BETWEEN) / all.length;
  let y = top;
  all.forEach(({ name, picture }, k) => {
    const x = MARGIN + k * (width + BETWEEN);
    if (ink instanceof SvgInk) ink.part("side");
    y = lines(ink, name, x, top, width, 15, 600) + 4;
    inside(ink, x, y, width, MAP_HEIGHT, () => paint(ink, picture, width, MAP_HEIGHT));
    ink.strokeStyle = LINES;
    ink.lineWidth = 1;
    ink.strokeRect(x, y, width, MAP_HEIGHT);
  });
  return y + MAP_HEIGHT;
}

/** Draw the scale of colours. */
function ramp(ink, sheet, top) {
  const { picture } = sheet.sides[0];
  const ticks = ticksOf(picture.value, picture.series.facts.reach);
  const [low, high] = [ticks[0].share, ticks[ticks.length - 1].share];
  const y = lines(ink, sheet.scale, MARGIN, top, RAMP.width + 20, 13) + 6;
  const step = RAMP.width / RAMP.steps;
  for (let k = 0; k < RAMP.steps; k++) {
    ink.fillStyle = colourOf(picture, low + ((k + 0.5) / RAMP.steps) * (high - low));
    const overlap = k < RAMP.steps - 1 ? 0.5 : 0; // else light shines through between two
    ink.fillRect(MARGIN + k * step, y, step + overlap, RAMP.height);
  }
  ticks.forEach((tick, k) => {
    ink.textAlign = k === 0 ? "left" : k === ticks.length - 1 ? "right" : "center";
    text(ink, tick.text, MARGIN + (k / (ticks.length - 1)) * RAMP.width, y + RAMP.height + 4, 13, 400, QUIET);
  });
  ink.textAlign = "left";
  return y + RAMP.height + ROW;
}

/** Draw what shapes mean, one below the other. */
function marks(ink, all, top) {
  let y = top;
  for (const { mark, text: words } of all) {
    MARKS[mark](ink, LEGEND_LEFT + 9, y + 7);
    y = Math.max(y + ROW, lines(ink, words, LEGEND_LEFT + 28, y, WIDTH - MARGIN - LEGEND_LEFT - 28, 14) + 4);
  }
  return y;
}

/** Write a text on as many lines as it needs, and return where the next one begins. */
function lines(ink, words, x, y, width, size, weight = 400, colour = INK) {
  ink.textAlign = "left";
  for (const line of broken(words, width, letters(size, weight))) {
    text(ink, line, x, y, size, weight, colour);
    y += LINE * size;
  }
  return y;
}

function text(ink, words, x, y, size, weight, colour) {
  ink.font = letters(size, weight);
  ink.textBaseline = "top";
  ink.fillStyle = colour;
  ink.fillText(words, x, y);
}

/**
 * Break a text into lines between words, Chinese between any two letters.
 * @returns {string[]}
 */
function broken(words, width, font) {
  const found = [""];
  for (const piece of words.match(/[!-~]+ ?|[^!-~][，。；：、）]?/gu) ?? []) {
    const last = found.length - 1;
    if (found[last] && widthOf(font, (found[last] + piece).trimEnd()) > width) found.push(piece);
    else found[last] += piece;
  }
  return found.map((line) => line.trim());
}
