// What the colours of the map come to, in a sentence: the page says the same before a script runs.

import { percent, points } from "./map_numbers.js";
import { STEPS } from "./map_series.js";
import { say } from "./words.js";

/** @typedef {import("./map_series.js").Series} Series */

/**
 * @param {Series} series
 * @param {"coverage" | "gap" | "added"} value
 * @param {number} role
 * @param {number} week
 * @param {string} date
 * @returns {string}
 */
export function findingOf(series, value, role, week, date) {
  const { facts } = series;
  const of = (what) =>
    facts.names.flatMap((_, k) => (facts.people[k] ? [series.value(what, role, week, k)] : [])).filter((one) => !Number.isNaN(one));
  const found = of(value).sort((a, b) => a - b);
  if (!found.length) return facts.too_few;
  const { target } = facts;
  const below = target === null ? [] : of("gap").filter((gap) => gap < -1 / STEPS).sort((a, b) => a - b);
  const params = {
    run: facts.runs[role], date, places: found.length, which: facts.which, below: below.length,
    target: `${Math.round(100 * (target ?? 0))}%`,
  };
  if (value === "added")
    return say("finding_added", { ...params, gained: found.filter((one) => one > 0).length, points: points(quantile(found, 0.5)) });
  if (value === "gap")
    return below.length
      ? say("finding_gap", { ...params, points: points(-quantile(below, 0.5)).replace("+", "") })
      : say("finding_gap_none", params);
  const half = { ...params, low: percent(quantile(found, 0.25)), high: percent(quantile(found, 0.75)) };
  return target === null ? say("finding_coverage", half) : say("finding_coverage_target", half);
}

/** @param {number[]} sorted @param {number} share @returns {number} with half-way values between two, as NumPy's */
function quantile(sorted, share) {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}
