// The table of settlements: the map's equal. It sorts, finds and follows the week; a row pins its settlement.

import { percent, points } from "./map_numbers.js";

/** @typedef {import("./map_series.js").Series} Series */

export class PlaceTable {
  /**
   * @param {HTMLElement} root
   * @param {Series} series
   * @param {(place: number) => void} pin
   */
  constructor(root, series, pin) {
    this.series = series;
    this.table = /** @type {HTMLTableElement} */ (root.querySelector("table.places"));
    this.body = this.table.tBodies[0];
    this.rows = [...this.body.rows];
    this.most = this.rows.filter((row) => !row.hidden).length;
    this.found = this.rows;
    this.body.addEventListener("click", (event) => {
      const row = /** @type {HTMLElement} */ (event.target).closest("tr");
      if (row) pin(Number(row.dataset.place));
    });
    for (const button of this.table.querySelectorAll("[data-sort]"))
      button.addEventListener("click", () => this.sort(/** @type {HTMLElement} */ (button)));
    const find = /** @type {HTMLInputElement} */ (root.querySelector("[data-find]"));
    find.addEventListener("input", () => this.find(find.value));
    const all = /** @type {HTMLElement | null} */ (root.querySelector("[data-all]"));
    all?.addEventListener("click", () => {
      this.most = this.rows.length;
      all.hidden = true;
      this.show();
    });
  }

  /** @param {number} week */
  follow(week) {
    const programme = this.series.facts.roles.indexOf("programme");
    for (const row of this.rows) {
      const place = Number(row.dataset.place);
      for (const cell of row.querySelectorAll("[data-role]"))
        cell.textContent = percent(this.series.share(Number(/** @type {HTMLElement} */ (cell).dataset.role), week, place));
      const added = row.querySelector("[data-added]");
      if (added) added.textContent = points(this.series.value("added", programme, week, place));
    }
  }

  /** @param {string} text */
  find(text) {
    const wanted = text.trim().toLocaleLowerCase();
    this.found = this.rows.filter((row) => (row.cells[0].textContent ?? "").toLocaleLowerCase().includes(wanted));
    this.show();
  }

  show() {
    const shown = new Set(this.found.slice(0, this.most));
    for (const row of this.rows) row.hidden = !shown.has(row);
  }

  /** @param {HTMLElement} button */
  sort(button) {
    const column = Number(button.dataset.sort);
    const head = /** @type {HTMLElement} */ (button.parentElement);
    const rising = head.getAttribute("aria-sort") === "descending" || (column === 0 && !head.hasAttribute("aria-sort"));
    for (const other of this.table.tHead?.rows[0].cells ?? []) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", rising ? "ascending" : "descending");
    const keyed = this.rows.map((row) => ({ row, key: keyOf(row.cells[column]) }));
    keyed.sort((a, b) => compare(a.key, b.key, rising));
    this.rows = keyed.map((one) => one.row);
    const kept = new Set(this.found);
    this.found = this.rows.filter((row) => kept.has(row));
    this.body.append(...this.rows);
    this.show();
  }

  /** @param {number} place */
  mark(place) {
    for (const row of this.rows) row.classList.toggle("is-pinned", Number(row.dataset.place) === place);
  }
}

/** @returns {number | string} what a cell is sorted by */
function keyOf(cell) {
  const text = (cell.textContent ?? "").trim();
  const number = Number(text.replaceAll(",", "").replace("\u2212", "-").replace("%", ""));
  if (cell.tagName === "TH") return text;
  return Number.isNaN(number) ? NaN : number;
}

/** Compare two keys; what has no value stands last either way. */
function compare(a, b, rising) {
  if (typeof a === "string" || typeof b === "string") {
    const order = String(a).localeCompare(String(b), document.documentElement.lang);
    return rising ? order : -order;
  }
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return rising ? a - b : b - a;
}
