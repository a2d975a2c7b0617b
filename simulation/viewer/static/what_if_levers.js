// The controls: sliders, boxes and switches that show one set of values, and the address that holds them.

import { decimal, plain } from "./what_if_numbers.js";
import { say } from "./words.js";

/**
 * @typedef {object} Setting what a dose multiplies first
 * @property {string} name
 * @property {number} value
 * @property {number} low
 * @property {number} high
 * @property {number | null} cap
 * @property {string} unit
 * @property {boolean} is_share
 */

export class Levers {
  /**
   * @param {HTMLElement} root
   * @param {any} facts
   * @param {(is_final: boolean) => void} moved told of every change a reader makes; at rest with true
   */
  constructor(root, facts, moved) {
    this.root = root;
    this.facts = facts;
    /** @type {Record<string, [number, number, number]>} */
    this.own = facts.own;
    /** @type {Record<string, number>} */
    this.values = {};
    this.moved = moved;
    this.read();
    root.addEventListener("input", (event) => this.heard(event, false));
    root.addEventListener("change", (event) => this.heard(event, true));
    for (const button of root.querySelectorAll("[data-reset]"))
      button.addEventListener("click", () => this.reset(/** @type {HTMLElement} */ (button)));
    root.querySelector("[data-reset-all]")?.addEventListener("click", () => this.set({}, true));
    root.querySelector("form")?.addEventListener("submit", (event) => event.preventDefault());
  }

  /** @returns {Record<string, number>} what differs from the plan */
  changes() {
    const found = Object.entries(this.values).filter(([key, value]) => value !== this.own[key][0]);
    return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** @returns {string} the same as part of an address */
  query() {
    return new URLSearchParams(Object.entries(this.changes()).map(([key, value]) => [key, String(value)])).toString();
  }

  /** Take the values from the address; what it does not name is the plan's. */
  read() {
    const asked = new URLSearchParams(location.search);
    /** @type {Record<string, number>} */
    const found = {};
    for (const [key, text] of asked)
      if (key in this.own && text.trim() !== "" && Number.isFinite(Number(text))) found[key] = Number(text);
    this.set(found, false);
  }

  /** Put the values into the address, which a link, a reload and the way back restore. */
  write(isFinal) {
    const address = new URL(location.href);
    for (const key of [...address.searchParams.keys()]) if (key in this.own) address.searchParams.delete(key);
    for (const [key, value] of Object.entries(this.changes())) address.searchParams.set(key, String(value));
    if (isFinal && address.href !== this.settled) {
      if (this.settled) history.pushState(null, "", address);
      this.settled = address.href;
    }
    const other = document.querySelector("a.language");
    if (!(other instanceof HTMLAnchorElement)) return;
    const there = new URL(other.href);
    const lang = there.searchParams.get("lang");
    there.search = address.search;
    if (lang) there.searchParams.set("lang", lang);
    other.href = there.href;
  }

  /**
   * @param {Record<string, number>} changes
   * @param {boolean} tells
   */
  set(changes, tells) {
    for (const [key, [own]] of Object.entries(this.own)) this.values[key] = changes[key] ?? own;
    for (const key of Object.keys(this.own)) this.show(key);
    this.marks();
    if (tells) this.moved(true);
  }

  reset(button) {
    const name = button.dataset.reset ?? "";
    const left = Object.entries(this.changes()).filter(([key]) => key.slice(0, key.lastIndexOf(".")) !== name);
    this.set(Object.fromEntries(left), true);
    const first = button.closest(".lever")?.querySelector("input");
    if (first instanceof HTMLElement) first.focus(); // the button is gone
  }

  /** @param {Event} event @param {boolean} isFinal */
  heard(event, isFinal) {
    const input = event.target;
    const key = input instanceof HTMLInputElement ? input.dataset.move : undefined;
    if (!(input instanceof HTMLInputElement) || !key) return;
    const value = input.type === "checkbox" ? Number(input.checked) : Number(input.value);
    const isBad = input.value.trim() === "" || !Number.isFinite(value);
    input.setCustomValidity(isBad ? this.range(key) : "");
    if (isBad) {
      if (isFinal) this.show(key);
      return;
    }
    this.values[key] = value;
    for (const other of this.inputs(key)) if (other !== input) this.put(other, key);
    this.means(key);
    this.marks();
    this.moved(isFinal);
  }

  /** @param {string} key @returns {string} what is allowed */
  range(key) {
    const [, low, high] = this.own[key];
    return say("whatif_range", { low: plain(low), high: plain(high) });
  }

  /** @param {string} key @returns {HTMLInputElement[]} */
  inputs(key) {
    return /** @type {HTMLInputElement[]} */ ([...this.root.querySelectorAll(`[data-move="${CSS.escape(key)}"]`)]);
  }

  show(key) {
    for (const input of this.inputs(key)) this.put(input, key);
    this.means(key);
  }

  /** @param {HTMLInputElement} input @param {string} key */
  put(input, key) {
    const value = this.values[key];
    if (input.type === "checkbox") input.checked = value !== 0;
    else input.value = String(value);
  }

  /** Say what a dose comes to, and how a slider's value is read out. */
  means(key) {
    const value = this.values[key];
    const isDose = key.endsWith(".dose");
    const times = { value: decimal(value, 2) };
    const dose = this.facts.opened ? say("whatif_times_opened", times) : say("whatif_times", times);
    const weeks = { week: value, own: this.own[key][0] };
    const week = this.facts.opened ? say("whatif_week_opened", weeks) : say("whatif_week", weeks);
    const spoken = isDose ? dose : week;
    for (const input of this.inputs(key)) if (input.type === "range") input.setAttribute("aria-valuetext", spoken);
    const holder = this.root.querySelector(`[data-means="${CSS.escape(key)}"]`);
    const setting = /** @type {Setting | null} */ (this.facts.settings[key]);
    if (!holder || !setting) return;
    const now = Math.min(setting.cap ?? Infinity, setting.value * value);
    const write = (number) => (setting.is_share ? `${plain(100 * number)}%` : plain(number));
    const amount = setting.unit ? `${write(now)} ${setting.unit}` : write(now);
    const params = { name: setting.name, now: amount, low: write(setting.low), high: write(setting.high) };
    const isOutside = now < setting.low || now > setting.high;
    holder.textContent = isOutside ? say("whatif_means_outside", params) : say("whatif_means", params);
    holder.classList.toggle("outside", isOutside);
  }

  /** Mark what differs from the plan. */
  marks() {
    const changes = this.changes();
    const names = new Set(Object.keys(changes).map((key) => key.slice(0, key.lastIndexOf("."))));
    let folded = 0;
    for (const lever of this.root.querySelectorAll("[data-lever]")) {
      const name = /** @type {HTMLElement} */ (lever).dataset.lever ?? "";
      const isChanged = names.has(name);
      lever.classList.toggle("is-changed", isChanged);
      lever.classList.toggle("is-off", this.values[`${name}.on`] === 0);
      if (isChanged && lever.closest("[data-more]")) folded += 1;
      /** @type {HTMLElement} */ (lever.querySelector("[data-reset]")).hidden = !isChanged;
    }
    const badge = this.root.querySelector("[data-badge]");
    if (badge instanceof HTMLElement) {
      badge.hidden = !folded;
      badge.textContent = say("whatif_changed", { n: folded });
    }
    const all = this.root.querySelector("[data-reset-all]");
    if (all instanceof HTMLButtonElement) all.disabled = !names.size;
  }
}
