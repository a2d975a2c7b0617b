// Everything an answer shows is drawn by one function, so that no two parts of the page disagree.

import { drawFigures } from "./figures.js";
import { draw } from "./map_draw.js";
import { View } from "./map_view.js";
import { decimal, money, percent, points } from "./what_if_numbers.js";
import { say } from "./words.js";

const BLUE = "#0072B2";
const GREY = "#7B8794";
const GREY_TEXT = "#5A6673";
const INK = "#1F2933";
const PLAN = "#8F3F71";
const BAND = "rgba(0,114,178,.18)";
const GAP = 0.06; // of the axis, between two labels
const LEAST_SCALE = 0.02; // bars and colours reach at least two points
const FONT = 13;
const QUARTER = 13; // weeks

/** @typedef {import("./what_if_numbers.js").Interval} Interval */

export class Picture {
  /**
   * @param {HTMLElement} root
   * @param {any} facts
   */
  constructor(root, facts) {
    this.root = root;
    this.facts = facts;
    this.last = null;
    this.layout = JSON.parse(document.getElementById("what-if-lines")?.textContent ?? "{}").layout;
    this.view = new View(facts.map.x, facts.map.y);
    const { people } = facts.map;
    this.order = people.map((_, k) => k).sort((a, b) => people[b] - people[a]);
    this.most = Math.max(1, ...people);
    this.part("[data-map-value]").addEventListener("change", () => this.last && this.map(this.last));
    new ResizeObserver(() => this.last && this.map(this.last)).observe(this.part("[data-small-map]"));
    this.folded = /** @type {HTMLDetailsElement} */ (this.part("[data-numbers]").closest("details"));
    this.folded.addEventListener("toggle", () => this.last && this.numbers(this.last));
  }

  /** @param {string} selector @returns {HTMLElement} */
  part(selector) {
    return /** @type {HTMLElement} */ (this.root.querySelector(selector));
  }

  /**
   * Draw an answer.
   * @param {any} summary
   * @param {boolean} isPlan whether nothing is changed
   * @returns {Promise<string>} the headline
   */
  async show(summary, isPlan) {
    this.last = summary;
    const headline = this.headline(summary, isPlan);
    // map and curve first, which ask how large their places are: once text has changed the browser has to find out anew
    this.map(summary);
    await this.lines(summary, isPlan, headline);
    this.part("[data-headline]").textContent = headline;
    this.part("[data-cost]").textContent = this.cost(summary);
    this.bars(summary);
    this.numbers(summary);
    return headline;
  }

  /** @param {Interval} ends @param {(value: number | null) => string} write */
  between([, low, high], write) {
    return low === null || high === null ? "" : say("whatif_between", { low: write(low), high: write(high) });
  }

  headline(summary, isPlan) {
    const { end, to_plan: gain, spending_to_plan: more } = summary;
    const params = {
      coverage: percent(end[0]), between: this.between(end, percent), difference: points(gain[0]),
      around: this.between(gain, points), money: money(Math.abs(more[0] ?? 0), this.facts.currency),
    };
    if (isPlan) return say("whatif_headline_plan", params);
    if (Math.abs(more[0] ?? 0) < 1) return say("whatif_headline_same", params);
    return more[0] > 0 ? say("whatif_headline_more", params) : say("whatif_headline_less", params);
  }

  cost(summary) {
    const { currency } = this.facts;
    const write = (yuan) => money(yuan, currency);
    const { status, yuan } = summary.cost;
    const params = {
      total: write(summary.spending[0]), each: write(yuan[0]), between: this.between(yuan, write),
      added: points(summary.added[0]),
    };
    if (status === "estimated") return say("whatif_cost_estimated", params);
    if (status === "fewer_users") return say("whatif_cost_fewer", params);
    if (status === "one_replicate") return say("whatif_cost_one", params);
    return say("whatif_cost_unknown", params);
  }

  /** Lines over the weeks: this, the plan it departs from, business as usual, and the target. */
  async lines(summary, isPlan, headline) {
    const { dates, target } = this.facts;
    const n = summary.mean.length;
    const x = dates.slice(0, n);
    const line = (y, colour, dash, width, name) => ({
      type: "scatter", mode: "lines", x, y, name, line: { color: colour, dash, width }, hoverinfo: "skip",
    });
    const edge = (y, fill) => ({
      type: "scatter", mode: "lines", x, y, line: { width: 0 }, hoverinfo: "skip", ...(fill && { fill, fillcolor: BAND }),
    });
    const now = this.facts.opened ? say("whatif_opened") : say("whatif_now");
    const data = [line(summary.baseline, GREY, "dash", 2, say("whatif_baseline"))];
    if (summary.low[0] !== null) data.push(edge(summary.low, ""), edge(summary.high, "tonexty"));
    data.push(line(summary.mean, BLUE, "solid", 3, now));
    if (!isPlan) data.push(line(summary.plan, PLAN, "dot", 2, say("whatif_plan")));
    const ends = [
      { y: summary.mean[n - 1], text: isPlan ? say("whatif_plan") : now, colour: BLUE },
      { y: summary.baseline[n - 1], text: say("whatif_baseline"), colour: GREY_TEXT },
    ];
    if (!isPlan) ends.push({ y: summary.plan[n - 1], text: say("whatif_plan"), colour: PLAN });
    const layout = structuredClone(this.layout);
    layout.title = { ...layout.title, text: headline };
    layout.shapes = [];
    layout.annotations = spread(ends).map(({ at, text, colour, y }) => ({
      xref: "paper", x: 1, xanchor: "left", xshift: 6, y: at, yref: "y", text: `${text} ${percent(y)}`, showarrow: false,
      font: { size: FONT, color: colour }, align: "left",
    }));
    if (target !== null) {
      layout.shapes.push({
        type: "line", xref: "paper", x0: 0, x1: 1, y0: target, y1: target, line: { color: INK, width: 1.5, dash: "dash" },
      });
      layout.annotations.push({
        xref: "paper", x: 0, xanchor: "left", xshift: 4, y: target, yanchor: "bottom", showarrow: false,
        text: say("whatif_target", { share: percent(target) }), font: { size: FONT, color: INK },
      });
    }
    layout.margin.r = Math.max(layout.margin.r, 170);
    const source = /** @type {HTMLElement} */ (document.getElementById("what-if-lines"));
    source.textContent = JSON.stringify({ data, layout });
    const holder = this.part("[data-chart]");
    holder.setAttribute("aria-label", headline);
    holder.dataset.room = "";
    this.part("[data-tools]").replaceChildren(); // what they save is this picture
    await drawFigures(this.root);
  }

  /** Bars of the change from the plan, in a table that says the same in numbers. */
  bars(summary) {
    const rows = [
      [say("whatif_everyone"), summary.to_plan[0]],
      ...this.facts.ages.map((name, k) => [say("whatif_age", { name }), summary.by_age[k]]),
      ...this.facts.areas.map((name, k) => [say("whatif_area", { name }), summary.by_area[k]]),
    ];
    const reach = Math.max(LEAST_SCALE, ...rows.map(([, value]) => Math.abs(value ?? 0)));
    const cells = rows.map(([name, value]) => row(name, say("whatif_points", { points: points(value) }), (value ?? 0) / reach));
    const [more] = summary.spending_to_plan;
    const scale = Math.max(Math.abs(summary.spending[1]), 1);
    const sign = more !== null && more > 0 ? "+" : "";
    cells.push(row(say("whatif_spending"), sign + money(more, this.facts.currency), Math.max(-1, Math.min(1, (more ?? 0) / scale)), "cost"));
    this.part("[data-bars]").replaceChildren(...cells);
  }

  /** The lines once more, as a table, where it is unfolded: every quarter, and the last week. */
  numbers(summary) {
    if (!this.folded.open) return;
    const n = summary.mean.length;
    const rows = summary.mean.map((_, week) => week).filter((week) => week % QUARTER === QUARTER - 1 || week === n - 1);
    const made = rows.map((week) => {
      const line = document.createElement("tr");
      const head = document.createElement("th");
      head.scope = "row";
      head.textContent = String(week + 1);
      line.append(head);
      for (const values of [summary.mean, summary.low, summary.high, summary.plan, summary.baseline]) {
        const cell = document.createElement("td");
        cell.textContent = percent(values[week]);
        line.append(cell);
      }
      return line;
    });
    this.part("[data-numbers]").replaceChildren(...made);
  }

  map(summary) {
    const value = /** @type {"coverage" | "added"} */ (/** @type {HTMLSelectElement} */ (this.part("[data-map-value]")).value);
    const shown = value === "coverage" ? summary.places : summary.places_to_plan;
    const largest = Math.max(LEAST_SCALE, ...summary.places_to_plan.map((one) => Math.abs(one ?? 0)));
    const reach = Math.min(0.5, Math.ceil(20 * largest) / 20);
    const series = /** @type {any} */ ({
      facts: { ...this.facts.map, reach, placed: [] },
      value: (_value, _role, _week, place) => shown[place] ?? NaN,
    });
    const canvas = /** @type {HTMLCanvasElement} */ (this.part("[data-small-map]"));
    draw(canvas, {
      series, view: this.view, value, role: 0, week: 0, pinned: -1, order: this.order, most: this.most, withPlaced: false,
    });
    this.part("[data-map-note]").textContent =
      value === "coverage" ? say("whatif_map_coverage") : say("whatif_map_added", { reach: decimal(100 * reach, 0) });
  }
}

/** @returns {{at: number, y: number, text: string, colour: string}[]} labels far enough from each other to be read */
function spread(ends) {
  const sorted = [...ends].sort((a, b) => a.y - b.y);
  let floor = -Infinity;
  return sorted.map((one) => {
    const at = Math.max(one.y, floor);
    floor = at + GAP;
    return { ...one, at };
  });
}

/**
 * @param {string} name
 * @param {string} text
 * @param {number} share of the half-width, negative to the left
 * @param {string} kind
 */
function row(name, text, share, kind = "") {
  const line = document.createElement("tr");
  const head = document.createElement("th");
  head.scope = "row";
  head.textContent = name;
  const value = document.createElement("td");
  value.textContent = text;
  const cell = document.createElement("td");
  const bar = document.createElement("span");
  bar.className = `bar-of ${share < 0 ? "down" : "up"} ${kind}`;
  bar.style.setProperty("--share", String(Math.abs(share)));
  cell.append(bar);
  line.append(head, value, cell);
  return line;
}
