// One canvas: settlements by people and colour, above them kiosks and training events, below a scale bar.

const LARGEST = 22; // pixels of radius at the first view
const SMALLEST = 1.8;
const FADE_WEEKS = 13; // that a training event is still seen after its end
const SCALES_KM = [0.5, 1, 2, 5, 10, 20, 50, 100, 200];
const INK = "#1F2933";
const FAINT = "#A9B2BC";
const KIOSK = "#B34700";
const EVENT = "143,63,113";
const GAP_REACH = 0.5;

/** @typedef {import("./map_series.js").Series} Series */
/** @typedef {import("./map_view.js").View} View */

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
 * @property {boolean} withPlaced whether the run buys what is drawn
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
  ink.fillStyle = "#fff";
  ink.fillRect(0, 0, width, height);
  settlements(ink, picture, width, height);
  if (picture.withPlaced) placed(ink, picture, width, height);
  names(ink, picture, width, height);
  if (picture.pinned >= 0) pin(ink, picture, width, height);
  scaleBar(ink, picture.view.scale(width, height), width, height);
}

/**
 * @param {Picture} picture
 * @param {number} k
 * @returns {number} pixels
 */
function radius(picture, k) {
  const grown = Math.sqrt(picture.view.zoom);
  const share = Math.sqrt(picture.series.facts.people[k] / picture.most);
  return Math.max(SMALLEST, LARGEST * share) * Math.min(2, grown);
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
  ink.lineWidth = 0.6;
  for (const k of picture.order) {
    if (!series.facts.people[k]) continue;
    const { x, y } = view.pixel(k, width, height);
    const r = radius(picture, k);
    if (x < -r || y < -r || x > width + r || y > height + r) continue;
    const value = series.value(picture.value, picture.role, picture.week, k);
    ink.beginPath();
    ink.arc(x, y, r, 0, 2 * Math.PI);
    if (Number.isNaN(value)) {
      ink.strokeStyle = FAINT;
      ink.stroke();
      continue;
    }
    ink.fillStyle = colourOf(picture, value);
    ink.fill();
    ink.strokeStyle = "rgba(31,41,51,.55)";
    ink.stroke();
  }
}

function placed(ink, picture, width, height) {
  const { week, view } = picture;
  for (const [k, kind, first, end] of picture.series.facts.placed) {
    const since = week - end;
    if (week < first || (kind === "kiosk" ? since >= 0 : since >= FADE_WEEKS)) continue;
    const { x, y } = view.pixel(k, width, height);
    if (kind === "kiosk") {
      ink.beginPath();
      const [right, top] = [x + 0.75 * radius(picture, k), y - 0.75 * radius(picture, k)]; // beside, not on, the colour
      ink.moveTo(right, top - 6);
      ink.lineTo(right + 5.5, top + 4);
      ink.lineTo(right - 5.5, top + 4);
      ink.closePath();
      ink.fillStyle = KIOSK;
      ink.fill();
      ink.strokeStyle = "#fff";
      ink.lineWidth = 1.2;
      ink.stroke();
    } else {
      const strength = since < 0 ? 1 : 1 - since / FADE_WEEKS;
      ink.beginPath();
      ink.arc(x, y, radius(picture, k) + 4, 0, 2 * Math.PI);
      ink.strokeStyle = `rgba(${EVENT},${strength})`;
      ink.lineWidth = 2.5;
      ink.stroke();
    }
  }
}

/** Name the largest settlements that find room. */
function names(ink, picture, width, height) {
  ink.font = `13px ${getComputedStyle(document.body).fontFamily}`;
  ink.textAlign = "center";
  ink.textBaseline = "top";
  const taken = [];
  for (const k of picture.order.slice(0, 60)) {
    const { x, y } = picture.view.pixel(k, width, height);
    if (x < 30 || x > width - 30 || y < 10 || y > height - 40) continue;
    const text = picture.series.facts.names[k];
    const half = ink.measureText(text).width / 2 + 4;
    const top = y + radius(picture, k) + 2;
    if (taken.some((one) => Math.abs(one.x - x) < one.half + half && Math.abs(one.top - top) < 18)) continue;
    taken.push({ x, top, half });
    ink.lineWidth = 3;
    ink.strokeStyle = "rgba(255,255,255,.9)";
    ink.strokeText(text, x, top);
    ink.fillStyle = INK;
    ink.fillText(text, x, top);
    if (taken.length > 11) break;
  }
}

function pin(ink, picture, width, height) {
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
  ink.font = `13px ${getComputedStyle(document.body).fontFamily}`;
  ink.textAlign = "left";
  ink.textBaseline = "bottom";
  ink.fillText(`${km} km`, x, y - 5);
}
