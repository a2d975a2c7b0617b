// Numbers of the map as the report writes them: a true minus sign, a dash where there is none, one decimal.

import { locale } from "./words.js";

const NOTHING = "\u2014";
const MINUS = "\u2212";

/**
 * @param {number} value
 * @param {number} digits
 * @param {boolean} signed
 */
function decimal(value, digits, signed = false) {
  const text = Math.abs(value).toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  if (Number(text.replaceAll(",", "")) === 0) return text;
  return (value < 0 ? MINUS : signed ? "+" : "") + text;
}

/** @param {number} share */
export function percent(share) {
  return Number.isNaN(share) ? NOTHING : `${decimal(100 * share, 1)}%`;
}

/** @param {number} share @returns {string} percentage points, without their name */
export function points(share) {
  return Number.isNaN(share) ? NOTHING : decimal(100 * share, 1, true);
}

/** @param {number} n */
export function count(n) {
  return decimal(n, 0);
}

/** @param {string} iso */
export function day(iso) {
  const [year, month, date] = iso.split("-").map(Number);
  if (locale().startsWith("zh")) return `${year} 年 ${month} 月 ${date} 日`;
  const names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  return `${date} ${names[month - 1]} ${year}`;
}
