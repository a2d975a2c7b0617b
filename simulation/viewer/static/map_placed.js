// The table of kiosks and training events, and how many are there in the week shown: the equal of their marks.

import { stateIn } from "./map_series.js";
import { say } from "./words.js";

/** @typedef {import("./map_series.js").Series} Series */

const RANKS = { open: 0, before: 1, after: 2 };

export class PlacedTable {
  /**
   * @param {HTMLElement} root
   * @param {Series} series
   * @param {(spot: number) => void} pin
   */
  constructor(root, series, pin) {
    this.root = root;
    this.series = series;
    this.rows = [.../** @type {NodeListOf<HTMLTableRowElement>} */ (root.querySelectorAll("table.placed tbody tr"))];
    this.most = this.rows.filter((row) => !row.hidden).length;
    this.states = { before: say("state_before"), open: say("state_open"), after: say("state_after") };
    for (const row of this.rows) {
      if (row.dataset.spot === undefined) continue;
      row.addEventListener("click", () => pin(Number(row.dataset.spot)));
    }
    const more = /** @type {HTMLElement | null} */ (root.querySelector("[data-more]"));
    more?.addEventListener("click", () => {
      more.hidden = true;
      this.most = this.rows.length;
      this.show();
      this.rows.find((row) => row.querySelector("button"))?.querySelector("button")?.focus({ preventScroll: true });
    });
  }

  /** @param {number} week */
  follow(week) {
    for (const row of this.rows) {
      const now = /** @type {HTMLElement} */ (row.querySelector("[data-now]"));
      const state = stateIn(week, Number(row.dataset.first), Number(row.dataset.end));
      now.textContent = this.states[state];
      now.dataset.now = state;
    }
    this.order(week);
  }

  /** What is open comes first, then what is to come, then what is over, the latest first. */
  order(week) {
    const keyed = this.rows.map((row) => {
      const [first, end] = [Number(row.dataset.first), Number(row.dataset.end)];
      const state = stateIn(week, first, end);
      return { row, keys: [RANKS[state], state === "after" ? -end : first, end] };
    });
    keyed.sort((a, b) => a.keys[0] - b.keys[0] || a.keys[1] - b.keys[1] || a.keys[2] - b.keys[2]);
    const rows = keyed.map((one) => one.row);
    if (rows.every((row, k) => row === this.rows[k])) return;
    this.rows = rows;
    const focused = /** @type {HTMLElement | null} */ (document.activeElement);
    rows[0].parentElement?.append(...rows);
    if (focused?.closest("table.placed")) focused.focus({ preventScroll: true }); // a row that moves loses it
    this.show();
  }

  show() {
    this.rows.forEach((row, k) => {
      row.hidden = k >= this.most;
    });
  }

  /**
   * Say beside the legend how many are open, on the sides that are seen.
   * @param {number} week
   * @param {number[]} roles
   */
  count(week, roles) {
    for (const holder of /** @type {NodeListOf<HTMLElement>} */ (this.root.querySelectorAll("[data-count]"))) {
      const numbers = roles.map((role) => {
        const open = this.series.placed(role).filter((one) => stateIn(week, one.first, one.end) === "open");
        return open.filter((one) => one.kind === holder.dataset.count).length;
      });
      holder.textContent = say("count_now", { n: numbers.join(" / ") });
    }
  }

  /** @param {number} spot */
  mark(spot) {
    for (const row of this.rows) row.classList.toggle("is-pinned", row.dataset.spot === String(spot));
  }
}
