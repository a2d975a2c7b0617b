// Drawing as SVG: takes the few instructions of a canvas that the map uses, so that one drawing serves both.

const ASCENT = 0.8; // of a letter's height, above the line it stands on
const DESCENT = 0.22;
const SHIFTS = { alphabetic: 0, top: ASCENT, middle: ASCENT / 2 - 0.04, bottom: -DESCENT };
const ANCHORS = { left: "start", center: "middle", right: "end" };
const FONT = /^(?:(\d{3}) )?([\d.]+)px (.*)$/;
const SEE_THROUGH = /^rgba\((\d+),(\d+),(\d+),([\d.]+)\)$/;
const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

const ruler = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));

/** @typedef {CanvasRenderingContext2D | SvgInk} Ink */

/**
 * @param {string} font as a canvas takes it
 * @param {string} text
 * @returns {number} pixels
 */
export function widthOf(font, text) {
  ruler.font = font;
  return ruler.measureText(text).width;
}

/**
 * @param {number} size pixels
 * @param {number} [weight]
 * @returns {string} the page's letters, as a canvas takes them
 */
export function letters(size, weight) {
  return `${weight ? `${weight} ` : ""}${size}px ${getComputedStyle(document.body).fontFamily}`;
}

export class SvgInk {
  constructor() {
    this.fillStyle = this.strokeStyle = "#000";
    this.lineWidth = 1;
    this.font = "13px sans-serif";
    /** @type {CanvasTextAlign} */
    this.textAlign = "left";
    /** @type {CanvasTextBaseline} */
    this.textBaseline = "alphabetic";
    this.naming = "";
    /** @type {string[]} */
    this.pieces = [];
    /** @type {{name: string, attributes: Record<string, string | number>}} */
    this.shape = { name: "path", attributes: {} };
    /** @type {Record<string, string | number> | null} */
    this.paint = null; // of a shape that was filled and may still get an outline
    this.dashes = "";
    /** @type {Record<string, string | number>} */
    this.halo = {};
    this.areas = 0;
    this.isInPart = false;
  }

  beginPath() {
    this.flush();
    this.shape = { name: "path", attributes: { d: "" } };
  }

  moveTo(x, y) {
    this.shape.attributes.d += `M${short(x)} ${short(y)}`;
  }

  lineTo(x, y) {
    this.shape.attributes.d += `L${short(x)} ${short(y)}`;
  }

  closePath() {
    this.shape.attributes.d += "Z";
  }

  /** A whole circle: the map draws no other arcs. */
  arc(x, y, r, _from, _to) {
    this.shape = { name: "circle", attributes: { cx: short(x), cy: short(y), r: short(r) } };
  }

  /** @param {string} text what the shape that was begun is called, for whoever points at it */
  called(text) {
    this.naming = text;
  }

  setLineDash(lengths) {
    this.dashes = lengths.join(" ");
  }

  fill() {
    this.flush();
    this.paint = colour("fill", this.fillStyle);
  }

  stroke() {
    if (!this.paint || "stroke" in this.paint) {
      this.flush();
      this.paint = { fill: "none" };
    }
    Object.assign(this.paint, colour("stroke", this.strokeStyle), { "stroke-width": this.lineWidth });
    if (this.dashes) this.paint["stroke-dasharray"] = this.dashes;
  }

  fillRect(x, y, width, height) {
    this.flush();
    const place = { x: short(x), y: short(y), width: short(width), height: short(height) };
    this.pieces.push(`<rect${written({ ...place, ...colour("fill", this.fillStyle) })}/>`);
  }

  strokeRect(x, y, width, height) {
    this.flush();
    const place = { x: short(x), y: short(y), width: short(width), height: short(height), fill: "none" };
    this.pieces.push(`<rect${written({ ...place, ...colour("stroke", this.strokeStyle), "stroke-width": this.lineWidth })}/>`);
  }

  /** The halo of letters, which are written next. */
  strokeText() {
    this.halo = { ...colour("stroke", this.strokeStyle), "stroke-width": this.lineWidth, "paint-order": "stroke" };
  }

  fillText(text, x, y) {
    this.flush();
    const [, weight, size, family] = this.font.match(FONT) ?? ["", "", "13", "sans-serif"];
    const attributes = {
      x: short(x), y: short(y + Number(size) * (SHIFTS[this.textBaseline] ?? 0)), "font-size": size, "font-family": family,
      "font-weight": weight || 400, "text-anchor": ANCHORS[this.textAlign], ...colour("fill", this.fillStyle), ...this.halo,
    };
    this.pieces.push(`<text${written(attributes)}>${escaped(text)}</text>`);
    this.halo = {};
  }

  /** @param {string} name of what is drawn from here on */
  part(name) {
    this.end();
    this.pieces.push(`<g data-part="${name}">`);
    this.isInPart = true;
  }

  end() {
    this.flush();
    if (this.isInPart) this.pieces.push("</g>");
    this.isInPart = false;
  }

  /** Draw with another origin, and nothing outside a rectangle. */
  inside(x, y, width, height, paint) {
    this.end();
    const name = `area-${++this.areas}`;
    this.pieces.push(`<clipPath id="${name}"><rect width="${short(width)}" height="${short(height)}"/></clipPath>`);
    this.pieces.push(`<g transform="translate(${short(x)} ${short(y)})"><g clip-path="url(#${name})">`);
    paint();
    this.end();
    this.pieces.push("</g></g>");
  }

  /** Write the shape that was begun. */
  flush() {
    if (!this.paint) return;
    const { name, attributes } = this.shape;
    const title = this.naming ? `<title>${escaped(this.naming)}</title>` : "";
    this.pieces.push(`<${name}${written({ ...attributes, ...this.paint })}>${title}</${name}>`);
    this.paint = null;
    this.naming = "";
  }

  /**
   * @param {number} width
   * @param {number} height
   * @param {string} title
   * @param {string} lang
   * @returns {string} the whole picture
   */
  picture(width, height, title, lang) {
    this.end();
    const size = `width="${width}" height="${short(height)}" viewBox="0 0 ${width} ${short(height)}"`;
    const head = `<svg xmlns="http://www.w3.org/2000/svg" ${size} xml:lang="${lang}" role="img">`;
    return `${head}<title>${escaped(title)}</title>${this.pieces.join("\n")}</svg>\n`;
  }
}

/**
 * Draw with another origin, and nothing outside a rectangle.
 * @param {Ink} ink
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {number} height
 * @param {() => void} paint
 */
export function inside(ink, x, y, width, height, paint) {
  if (ink instanceof SvgInk) return ink.inside(x, y, width, height, paint);
  ink.save();
  ink.translate(x, y);
  ink.beginPath();
  ink.rect(0, 0, width, height);
  ink.clip();
  paint();
  ink.restore();
}

/** @returns {string} what other programs read: two digits are a hundredth of a pixel */
function short(number) {
  return String(Math.round(100 * number) / 100);
}

/** Return a colour as attributes: not every program knows see-through ones. */
function colour(name, value) {
  const found = value.match(SEE_THROUGH);
  return found ? { [name]: `rgb(${found[1]},${found[2]},${found[3]})`, [`${name}-opacity`]: found[4] } : { [name]: value };
}

function written(attributes) {
  return Object.entries(attributes).map(([name, value]) => ` ${name}="${escaped(String(value))}"`).join("");
}

/** @param {string} text */
function escaped(text) {
  return text.replace(/[&<>"]/g, (letter) => ESCAPES[letter]);
}
