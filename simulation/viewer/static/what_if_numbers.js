// Numbers of the what-if as the reports write them, in the page's language.

import { locale } from "./words.js";

const NOTHING = "\u2014";
const MINUS = "\u2212";
const SIGNIFICANT = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 4 });
/** @type {Intl.NumberFormat[]} by digits; making one takes longer than writing a hundred numbers */
const FIXED = [0, 1, 2].map((n) => new Intl.NumberFormat("en-US", { minimumFractionDigits: n, maximumFractionDigits: n }));

/** @typedef {number | null} Value null where there is none */
/** @typedef {[Value, Value, Value]} Interval mean, low and high */

/**
 * @param {Value} value
 * @param {0 | 1 | 2} digits
 * @param {boolean} [signed]
 * @returns {string}
 */
export function decimal(value, digits, signed = false) {
  if (value === null || !Number.isFinite(value)) return NOTHING;
  const text = FIXED[digits].format(Math.abs(value));
  if (Number(text.replaceAll(",", "")) === 0) return text;
  return (value < 0 ? MINUS : signed ? "+" : "") + text;
}

/** @param {Value} share @returns {string} */
export function percent(share) {
  return share === null ? NOTHING : `${decimal(100 * share, 1)}%`;
}

/** @param {Value} share @returns {string} percentage points without their name */
export function points(share) {
  return share === null ? NOTHING : decimal(100 * share, 1, true);
}

/** @param {number} value @returns {string} without zeros that say nothing */
export function plain(value) {
  const text = SIGNIFICANT.format(value);
  return value < 0 ? MINUS + text.slice(1) : text;
}

/**
 * @param {Value} yuan
 * @param {{per_yuan: number, code: string}} currency
 * @returns {string} an amount with its name
 */
export function money(yuan, currency) {
  if (yuan === null) return NOTHING;
  const isChinese = locale().startsWith("zh");
  const [number, scale] = short(yuan * currency.per_yuan, isChinese);
  if (isChinese) return currency.code ? words(number, scale, currency.code) : words(number, `${scale}元`);
  return currency.code ? words(currency.code, number, scale) : words(number, scale, "yuan");
}

/** @returns {string} */
function words(...parts) {
  return parts.filter(Boolean).join(" ");
}

/** @returns {[string, string]} an amount in a scale of its size, and the scale's name */
function short(amount, isChinese) {
  const size = Math.abs(amount);
  if (isChinese) {
    if (size >= 1e8) return [decimal(amount / 1e8, 2), "亿"];
    return size >= 1e4 ? [decimal(amount / 1e4, 1), "万"] : [decimal(amount, 0), ""];
  }
  if (size >= 1e9) return [decimal(amount / 1e9, 2), "billion"];
  if (size >= 1e6) return [decimal(amount / 1e6, 1), "million"];
  return size >= 1e4 ? [decimal(amount / 1e3, 0), "thousand"] : [decimal(amount, 0), ""];
}
