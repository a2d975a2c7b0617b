// Figures and tables as files, made in the browser: nothing is sent anywhere.

import { say } from "./words.js";

const LATER_MS = 1000; // an address may be let go once the browser has begun to read it

/**
 * Hand a file to the reader.
 * @param {Blob} blob
 * @param {string} name
 */
export function saveBlob(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), LATER_MS);
}

/**
 * Return a table as CSV with a byte order mark, without which spreadsheets garble Chinese.
 * @param {HTMLTableElement} table
 * @returns {Blob}
 */
export function csvOf(table) {
  const rows = [...table.rows].map((row) => [...row.cells].map(textOf).map(quoted).join(","));
  return new Blob(["\ufeff", rows.join("\r\n"), "\r\n"], { type: "text/csv;charset=utf-8" });
}

/**
 * @param {HTMLTableCellElement} cell
 * @returns {string}
 */
function textOf(cell) {
  const copy = /** @type {HTMLElement} */ (cell.cloneNode(true));
  for (const hidden of copy.querySelectorAll("[aria-hidden=true]")) hidden.remove();
  for (const end of copy.querySelectorAll("br")) end.replaceWith(" ");
  return (copy.textContent ?? "").trim().replace(/\s+/g, " ");
}

/**
 * Quote a cell; one that a spreadsheet would take for a formula is made text.
 * @param {string} text
 * @returns {string}
 */
function quoted(text) {
  const safe = /^[=@\t]|^[+-](?![\d.])/.test(text) ? `'${text}` : text;
  return `"${safe.replace(/"/g, '""')}"`;
}

/**
 * Return a button that saves something.
 * @param {string} code of its name, with the placeholder `format`
 * @param {"png" | "svg" | "csv"} format
 * @param {string} subject what it saves, for readers who do not see where the button stands
 * @param {() => void} save
 * @returns {HTMLButtonElement}
 */
export function saveButton(code, format, subject, save) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "save";
  button.textContent = say(format);
  button.setAttribute("aria-label", `${say(format)}: ${say(code, { format: say(format) })}: ${subject}`);
  button.addEventListener("click", save);
  return button;
}

/**
 * Return a file name made of a subject: short, and without what file systems refuse.
 * @param {string} subject
 * @param {string} ending
 * @returns {string}
 */
export function fileName(subject, ending) {
  const plain = subject.normalize("NFKC").replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "");
  return `${[...plain].slice(0, 48).join("") || "figure"}.${ending}`;
}

/** Put a button beside the caption of every table that has none. */
export function offerTables(root = document) {
  for (const table of root.querySelectorAll("main table:not([data-saved])")) {
    const caption = table.querySelector("caption");
    if (!(table instanceof HTMLTableElement) || !caption) continue;
    table.dataset.saved = "";
    const subject = (caption.textContent ?? "").trim();
    const save = () => saveBlob(csvOf(table), fileName(subject, "csv"));
    caption.append(saveButton("save_table", "csv", subject, save));
  }
}
