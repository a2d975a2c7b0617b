// What part of the map is seen: one view for both sides, so that they always show the same ground.

const MARGIN_KM = 0.06; // of the map's width, around everything
const CLOSEST = 40;
const STEP = 1.5;
const FOOT = 34; // pixels below the ground, for the scale bar

export class View {
  /**
   * @param {number[]} x kilometres east
   * @param {number[]} y kilometres north
   */
  constructor(x, y) {
    this.x = x;
    this.y = y;
    this.centre = { x: 0, y: 0 };
    this.across = this.up = this.zoom = 1;
    this.whole();
  }

  /** Show everything. */
  whole() {
    const [x0, x1] = [Math.min(...this.x), Math.max(...this.x)];
    const [y0, y1] = [Math.min(...this.y), Math.max(...this.y)];
    this.centre = { x: (x0 + x1) / 2, y: (y0 + y1) / 2 };
    this.across = Math.max(x1 - x0, 1) * (1 + 2 * MARGIN_KM);
    this.up = Math.max(y1 - y0, 1) * (1 + 2 * MARGIN_KM);
    this.zoom = 1;
  }

  /**
   * @param {number} width pixels
   * @param {number} height
   * @returns {number} pixels a kilometre
   */
  scale(width, height) {
    return this.zoom * Math.min(width / this.across, (height - FOOT) / this.up);
  }

  /**
   * @param {number} k row of a place
   * @param {number} width
   * @param {number} height
   */
  pixel(k, width, height) {
    const scale = this.scale(width, height);
    return {
      x: width / 2 + (this.x[k] - this.centre.x) * scale,
      y: (height - FOOT) / 2 - (this.y[k] - this.centre.y) * scale,
    };
  }

  /** @param {boolean} closer */
  step(closer) {
    this.zoom = Math.min(CLOSEST, Math.max(1, this.zoom * (closer ? STEP : 1 / STEP)));
    if (this.zoom === 1) this.whole();
  }

  /**
   * Bring a place to the middle, unless everything is seen anyway.
   * @param {number} k its row
   */
  centreOn(k) {
    if (this.zoom > 1) this.centre = { x: this.x[k], y: this.y[k] };
  }

  /**
   * Move the ground under the pointer.
   * @param {number} dx pixels
   * @param {number} dy
   * @param {number} scale pixels a kilometre
   */
  pan(dx, dy, scale) {
    this.centre.x -= dx / scale;
    this.centre.y += dy / scale;
  }

  /**
   * Return the place nearest to a point of the canvas, -1 where none is near.
   * @param {number} px
   * @param {number} py
   * @param {number} width
   * @param {number} height
   * @param {number} reach pixels
   */
  nearest(px, py, width, height, reach) {
    const scale = this.scale(width, height);
    const x = this.centre.x + (px - width / 2) / scale;
    const y = this.centre.y - (py - (height - FOOT) / 2) / scale;
    let found = -1;
    let best = (reach / scale) ** 2;
    for (let k = 0; k < this.x.length; k++) {
      const far = (this.x[k] - x) ** 2 + (this.y[k] - y) ** 2;
      if (far < best) [found, best] = [k, far];
    }
    return found;
  }

  /**
   * Return a place and those that can hardly be told from it.
   * @param {number} k its row
   * @param {number} reach kilometres
   * @param {number} most
   */
  crowd(k, reach, most) {
    const found = [k];
    for (let other = 0; other < this.x.length && found.length < most; other++)
      if (other !== k && Math.hypot(this.x[other] - this.x[k], this.y[other] - this.y[k]) < reach) found.push(other);
    return found;
  }
}
