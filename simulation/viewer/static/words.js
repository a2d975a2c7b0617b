// What scripts say, from the page's own catalogue: codes and placeholders, never sentence parts glued together.

/** @type {Record<string, Record<string, string>>} by language */
const WORDS = JSON.parse(document.getElementById("words")?.textContent ?? "{}");

/**
 * Return a sentence in the page's language.
 * @param {string} code
 * @param {Record<string, string | number>} [params]
 * @returns {string}
 */
export function say(code, params = {}) {
  const text = WORDS[locale()]?.[code] ?? code;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in params ? String(params[name]) : whole));
}

/** @returns {string} the page's language as `Intl` takes it */
export function locale() {
  return document.documentElement.lang || "en";
}

/**
 * Tell a reader who cannot see the page what changed.
 * @param {string} text
 */
export function announce(text) {
  for (const live of document.querySelectorAll("[data-live]")) live.textContent = text;
}
