// The map: what is drawn follows the controls; nothing plays by itself.

import { colourOf, draw } from "./map_draw.js";
import { findingOf } from "./map_finding.js";
import { count, day } from "./map_numbers.js";
import { showPinned } from "./map_pin.js";
import { PlacedTable } from "./map_placed.js";
import { loadSeries } from "./map_series.js";
import { asCanvas, asSvg, ticksOf } from "./map_sheet.js";
import { PlaceTable } from "./map_table.js";
import { hideTip, showTip } from "./map_tip.js";
import { View } from "./map_view.js";
import { fileName, saveBlob, saveButton } from "./saving.js";
import { announce, say } from "./words.js";

const WEEKS_A_SECOND = 12;
const STILL_WEEKS = 13; // a step where motion is not wanted
const STILL_MS = 1500;
const SETTLED_MS = 150;
const REACH_PIXELS = 26;
const CLICK_PIXELS = 5;
const PUT = ["site", "kiosk", "event"]; // marks of what a lever puts somewhere

/** Bring every map of the page to life that is shown and is not yet. */
export async function startMaps(root = document) {
  for (const holder of root.querySelectorAll("[data-map]:not([data-started])")) {
    if (!(holder instanceof HTMLElement) || !holder.getClientRects().length) continue;
    holder.dataset.started = "";
    const key = holder.dataset.map ?? "";
    const facts = JSON.parse(document.getElementById(key)?.textContent ?? "{}");
    try {
      new PlaceMap(holder, await loadSeries(key, holder.dataset.series ?? "", facts));
    } catch (error) {
      announce(say("drawing_failed"));
      console.warn(error);
    }
  }
}

class PlaceMap {
  /**
   * @param {HTMLElement} root
   * @param {import("./map_series.js").Series} series
   */
  constructor(root, series) {
    const { facts } = series;
    this.root = root;
    this.series = series;
    this.view = new View([...facts.x, ...facts.sites.x], [...facts.y, ...facts.sites.y]);
    this.order = facts.people.map((_, k) => k).sort((a, b) => facts.people[b] - facts.people[a]);
    this.most = Math.max(1, ...facts.people);
    this.pinned = -1;
    this.waiting = false;
    this.settling = 0;
    this.playing = 0;
    this.slider = /** @type {HTMLInputElement} */ (root.querySelector("[data-week]"));
    this.hint = /** @type {Element} */ (root.querySelector("[data-pinned]")?.firstElementChild);
    /** @type {HTMLElement | null} */
    this.chosenFrom = null;
    const choose = (spot) => {
      this.chosenFrom = /** @type {HTMLElement | null} */ (document.activeElement);
      this.view.centreOn(spot);
      this.pin(spot);
    };
    this.table = new PlaceTable(root, series, choose);
    this.placed = new PlacedTable(root, series, choose);
    this.placed.follow(this.week);
    this.table.follow(this.week);
    this.listen();
    this.offer();
    this.changed();
  }

  get week() {
    return Number(this.slider.value);
  }

  get value() {
    const chosen = /** @type {HTMLInputElement | null} */ (this.root.querySelector('input[type="radio"]:checked'));
    return /** @type {"coverage" | "gap" | "added"} */ (chosen?.value ?? "coverage");
  }

  get isPair() {
    return Boolean(/** @type {HTMLInputElement | null} */ (this.root.querySelector("[data-pair]"))?.checked);
  }

  get withPlaced() {
    return /** @type {HTMLInputElement | null} */ (this.root.querySelector("[data-with-placed]"))?.checked ?? true;
  }

  /** @param {"left" | "right"} side */
  roleOf(side) {
    const select = /** @type {HTMLSelectElement | null} */ (this.root.querySelector(`[data-side="${side}"]`));
    return this.isPair && select ? Number(select.value) : 0;
  }

  listen() {
    this.slider.addEventListener("input", () => this.moved());
    this.root.addEventListener("change", (event) => {
      if (event.target !== this.slider) this.changed();
    });
    for (const button of this.root.querySelectorAll("[data-step]"))
      button.addEventListener("click", () => this.step(/** @type {HTMLElement} */ (button).dataset.step));
    for (const button of this.root.querySelectorAll("[data-zoom]"))
      button.addEventListener("click", () => this.zoomed(/** @type {HTMLElement} */ (button).dataset.zoom));
    this.root.querySelector("[data-unpin]")?.addEventListener("click", () => this.unpin());
    for (const canvas of this.root.querySelectorAll("canvas")) this.dragging(canvas);
    new ResizeObserver(() => this.request()).observe(/** @type {Element} */ (this.root.querySelector(".map-sides")));
  }

  /** Drag moves the ground, a click pins; with Ctrl the wheel zooms, without it the page scrolls as everywhere. */
  dragging(canvas) {
    let from = null;
    let far = 0;
    canvas.addEventListener("pointerdown", (event) => {
      [from, far] = [event, 0];
      canvas.setPointerCapture(event.pointerId);
    });
    const side = /** @type {HTMLElement} */ (canvas.parentElement);
    const near = (event) =>
      this.view.nearest(event.offsetX, event.offsetY, canvas.clientWidth, canvas.clientHeight, REACH_PIXELS);
    canvas.addEventListener("pointerleave", () => hideTip(side));
    canvas.addEventListener("pointermove", (event) => {
      if (!from && event.pointerType === "mouse")
        showTip(side, this.picture(/** @type {"left" | "right"} */ (side.dataset.canvas)), near(event), event);
      if (!from) return;
      hideTip(side);
      const [dx, dy] = [event.clientX - from.clientX, event.clientY - from.clientY];
      far += Math.abs(dx) + Math.abs(dy);
      from = event;
      if (far < CLICK_PIXELS) return;
      this.view.pan(dx, dy, this.view.scale(canvas.clientWidth, canvas.clientHeight));
      this.request();
    });
    canvas.addEventListener("pointerup", (event) => {
      from = null;
      if (far >= CLICK_PIXELS) return;
      const place = near(event);
      if (place < 0) return;
      this.pin(place);
      const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
      this.root.querySelector(".pinned")?.scrollIntoView({ block: "nearest", behavior: still ? "auto" : "smooth" });
    });
    canvas.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      this.view.step(event.deltaY < 0);
      this.request();
    }, { passive: false });
  }

  zoomed(how) {
    if (how === "whole") this.view.whole();
    else this.view.step(how === "closer");
    this.request();
  }

  step(how) {
    if (how === "play") return this.playing ? this.stop() : this.play();
    this.stop();
    this.slider.value = String(this.week + (how === "back" ? -1 : 1));
    this.moved();
  }

  play() {
    if (this.week >= this.series.weeks - 1) this.slider.value = "0";
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const weeks = still ? STILL_WEEKS : 1;
    this.playing = setInterval(() => {
      this.slider.value = String(this.week + weeks);
      this.moved();
      if (this.week >= this.series.weeks - 1) this.stop();
    }, still ? STILL_MS : 1000 / WEEKS_A_SECOND);
    this.playButton("stop", "❚❚");
    this.moved();
  }

  stop() {
    if (!this.playing) return;
    clearInterval(this.playing);
    this.playing = 0;
    this.playButton("play", "▶");
  }

  playButton(code, sign) {
    const button = /** @type {HTMLElement} */ (this.root.querySelector('[data-step="play"]'));
    button.setAttribute("aria-label", say(code));
    button.title = say(code);
    /** @type {HTMLElement} */ (button.firstElementChild).textContent = sign;
  }

  /** The week is another: draw at once, and let the table follow once the slider rests. */
  moved() {
    const date = day(this.series.facts.dates[this.week]);
    /** @type {HTMLElement} */ (this.root.querySelector("[data-date]")).textContent = date;
    this.slider.setAttribute("aria-valuetext", date);
    this.placed.count(this.week, this.sides().map((side) => this.roleOf(side)));
    this.request();
    clearTimeout(this.settling);
    this.settling = setTimeout(() => {
      this.table.follow(this.week);
      this.placed.follow(this.week);
      this.find();
      this.tell();
    }, SETTLED_MS);
  }

  /** Say the finding of what is shown, above the map and as the name of each side. */
  find() {
    const date = day(this.series.facts.dates[this.week]);
    for (const side of this.sides()) {
      const told = findingOf(this.series, this.value, this.roleOf(side), this.week, date);
      this.root.querySelector(`[data-canvas="${side}"] canvas`)?.setAttribute("aria-label", told);
      const finding = /** @type {HTMLElement} */ (this.root.querySelector("[data-finding]"));
      if (side === "right" && finding.textContent !== told) finding.textContent = told;
    }
  }

  /** What is drawn is another: sides, colours, legend. */
  changed() {
    for (const select of this.root.querySelectorAll("select[data-side]"))
      /** @type {HTMLElement} */ (select).hidden = !this.isPair;
    const left = /** @type {HTMLElement} */ (this.root.querySelector('[data-canvas="left"]'));
    left.hidden = !this.isPair;
    for (const side of /** @type {const} */ (["left", "right"])) {
      const caption = this.root.querySelector(`[data-canvas="${side}"] figcaption`);
      if (caption) caption.textContent = this.series.facts.runs[this.roleOf(side)];
    }
    this.legend();
    this.find();
    this.moved();
  }

  legend() {
    const holder = this.root.querySelector("[data-scale]");
    if (!holder) return;
    const value = this.value;
    const steps = ticksOf(value, this.series.facts.reach);
    const [low, high] = [steps[0].share, steps[steps.length - 1].share];
    const colours = Array.from({ length: 24 }, (_, k) =>
      colourOf({ series: this.series, value }, low + (k / 23) * (high - low)),
    );
    const bar = document.createElement("div");
    bar.className = "ramp";
    bar.style.background = `linear-gradient(90deg, ${colours.join(",")})`;
    const ticks = document.createElement("div");
    ticks.className = "ticks";
    for (const step of steps) {
      const tick = document.createElement("span");
      tick.textContent = step.text;
      ticks.append(tick);
    }
    const title = document.createElement("p");
    title.textContent = say(`scale_${value}`);
    holder.replaceChildren(title, bar, ticks);
  }

  /** @param {number} place */
  pin(place) {
    this.pinned = place;
    this.table.mark(place);
    this.placed.mark(place);
    this.tell();
    this.request();
  }

  unpin() {
    this.pin(-1);
    this.chosenFrom?.focus({ preventScroll: true }); // the button is gone
  }

  tell() {
    const holder = /** @type {HTMLElement} */ (this.root.querySelector("[data-pinned]"));
    holder.parentElement?.classList.toggle("is-chosen", this.pinned >= 0);
    /** @type {HTMLElement} */ (this.root.querySelector("[data-unpin]")).hidden = this.pinned < 0;
    if (this.pinned < 0) {
      if (!holder.contains(this.hint)) holder.replaceChildren(this.hint);
      return;
    }
    showPinned(holder, this.series, this.pinned, this.week, day(this.series.facts.dates[this.week]));
  }

  /** Draw in the next frame, once, however often it was asked for. */
  request() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.draw();
    });
  }

  /** @returns {("left" | "right")[]} the sides that are seen */
  sides() {
    return this.isPair ? ["left", "right"] : ["right"];
  }

  draw() {
    for (const side of this.sides()) {
      const canvas = /** @type {HTMLCanvasElement} */ (this.root.querySelector(`[data-canvas="${side}"] canvas`));
      draw(canvas, this.picture(side));
    }
    this.root.dataset.drawn = String(this.week);
  }

  picture(side) {
    const role = this.roleOf(side);
    return {
      series: this.series, view: this.view, value: this.value, role, week: this.week, pinned: this.pinned,
      order: this.order, most: this.most, withPlaced: this.withPlaced,
    };
  }

  /** Return what is seen as a sheet that explains itself. */
  sheet() {
    const { facts } = this.series;
    const [value, date] = [this.value, day(facts.dates[this.week])];
    const told = {
      coverage: () => say("sheet_coverage", { date }),
      gap: () => say("sheet_gap", { date }),
      added: () => say("sheet_added", { date }),
    };
    const largest = this.order[0];
    const axes = say("sheet_axes", { place: facts.names[largest], n: count(facts.people[largest]) });
    const all = [.../** @type {NodeListOf<HTMLElement>} */ (this.root.querySelectorAll("[data-mark]"))];
    const marks = all.filter((one) => this.withPlaced || !PUT.includes(one.dataset.mark ?? ""));
    return {
      title: facts.title,
      told: told[value](),
      sides: this.sides().map((side) => ({ name: facts.runs[this.roleOf(side)], picture: this.picture(side) })),
      scale: say(`scale_${value}`),
      marks: marks.map((one) => ({ mark: one.dataset.mark ?? "", text: (one.textContent ?? "").trim() })),
      notes: [axes, facts.warning].filter(Boolean),
    };
  }

  offer() {
    const tools = this.root.querySelector("[data-map-tools]");
    const subject = say("map_name");
    const name = (format) => fileName(`${subject}-${this.series.facts.dates[this.week]}`, format);
    const png = () => asCanvas(this.sheet()).toBlob((blob) => blob && saveBlob(blob, name("png")));
    const svg = () => saveBlob(new Blob([asSvg(this.sheet())], { type: "image/svg+xml" }), name("svg"));
    tools?.append(saveButton("save_figure", "png", subject, png), saveButton("save_figure", "svg", subject, svg));
  }
}
