// Figures are drawn from the data in the page, by the plotly.js of the installed package.

import { fileName, saveBlob, saveButton } from "./saving.js";
import { tell } from "./scrolling.js";
import { say } from "./words.js";

const NARROW = 620; // pixels below which labels beside lines move onto them
const LEAST_PLOT = 250; // pixels of a plotting area that can still be read
const LEAST_PANEL = 84;
const NAMES_NARROW = 152;
const LETTERS = 11.2; // full-width letters of 12 px that fit beside bars
const CONFIG = { displayModeBar: false, showSendToCloud: false, responsive: false };
const PLOTLY = "/plotly.js";

/** @typedef {{data: any[], layout: any}} Figure */

/** @returns {Promise<any>} Plotly, loaded once, and only on pages that have figures */
async function plotly() {
  const page = /** @type {any} */ (window);
  if (page.Plotly) return page.Plotly;
  await new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = `${PLOTLY}?v=${document.body.dataset.plotly ?? ""}`;
    script.addEventListener("load", resolve);
    script.addEventListener("error", reject);
    document.head.append(script);
  });
  return page.Plotly;
}

/**
 * Return a figure's layout for the screen: the title is text of the page, the width is that of its place.
 * @param {Figure} figure
 * @param {number} room pixels
 */
function forScreen(figure, room) {
  const layout = structuredClone(figure.layout);
  const top = layout.meta?.top ?? 38;
  const lifted = layout.margin.t - top;
  delete layout.title;
  for (const [name, axis] of Object.entries(layout))
    if (/^[xy]axis/.test(name) && !axis.ticktext) Object.assign(axis, { exponentformat: "none", separatethousands: true });
  layout.margin.t = top;
  layout.height -= lifted;
  if (room < NARROW) {
    labelsInside(layout);
    namesOnLines(figure, layout);
    if (layout.xaxis?.dtick === "M6") layout.xaxis.dtick = "M12";
  }
  const panels = Object.keys(layout).filter((key) => key.startsWith("xaxis")).length;
  const least = layout.margin.l + layout.margin.r + Math.max(LEAST_PLOT, panels * LEAST_PANEL);
  layout.width = Math.max(room, least);
  if (room < NARROW) roomForValues(layout);
  return layout;
}

/** Move labels that stand right of the plot onto its right end, where there is no room beside it. */
function labelsInside(layout) {
  const beside = (layout.annotations ?? []).filter(
    (one) => one.xref === "paper" && one.x === 1 && one.xanchor === "left",
  );
  if (!beside.length) return;
  for (const one of beside)
    Object.assign(one, { xanchor: "right", xshift: -4, yanchor: "bottom", yshift: 5, bgcolor: "rgba(255,255,255,.8)" });
  layout.margin.r = 16;
}

/** Let the axis end far enough from values written beside marks that none is cut off. */
function roomForValues(layout) {
  const axis = layout.xaxis;
  if (!Array.isArray(axis?.range) || typeof axis.range[0] !== "number") return;
  const across = layout.width - layout.margin.l - layout.margin.r;
  const [start] = axis.range;
  for (const one of layout.annotations ?? []) {
    if (one.xanchor !== "left" || typeof one.x !== "number" || (one.xref ?? "x") !== "x") continue;
    const taken = (one.xshift ?? 0) + (one.font?.size ?? 13) * widthOf(one.text) + 6;
    if (taken < across / 2) axis.range[1] = Math.max(axis.range[1], start + ((one.x - start) * across) / (across - taken));
  }
}

/** @param {string} text @returns {number} of full-width letters that take as much room */
function widthOf(text) {
  return [...text].reduce((sum, letter) => sum + (letter < "\u2e80" ? 0.6 : 1), 0);
}

/** Break long names left of bars into lines, which leaves the bars some room. */
function namesOnLines(figure, layout) {
  if (layout.margin.l <= NAMES_NARROW) return;
  const names = [...new Set(figure.data.flatMap((trace) => (Array.isArray(trace.y) ? trace.y : [])))];
  if (!names.length || names.some((name) => typeof name !== "string")) return;
  const axis = (layout.yaxis ??= {});
  Object.assign(axis, { tickvals: names, ticktext: names.map(onLines), tickfont: { size: 12 } });
  layout.margin.l = NAMES_NARROW;
}

/**
 * @param {string} name
 * @returns {string} on lines of about equal length
 */
function onLines(name) {
  const lines = [""];
  let width = 0;
  for (const piece of name.match(/[!-~]+ ?|[^!-~]/gu) ?? []) {
    const step = [...piece].reduce((sum, letter) => sum + (letter < "\u2e80" ? 0.55 : 1), 0);
    if (width && width + step > LETTERS) {
      lines.push("");
      width = 0;
    }
    lines[lines.length - 1] += piece;
    width += step;
  }
  return lines.join("<br>");
}

/**
 * Draw every figure of a part of the page that is shown.
 * @param {ParentNode} root
 */
export async function drawFigures(root = document) {
  const holders = [...root.querySelectorAll("[data-chart]")].filter((one) => one.getClientRects().length);
  if (!holders.length) return;
  const Plotly = await plotly();
  for (const holder of holders) {
    if (!(holder instanceof HTMLElement)) continue;
    const source = document.getElementById(holder.dataset.chart ?? "");
    if (!source) continue;
    const figure = JSON.parse(source.textContent ?? "{}");
    const box = /** @type {HTMLElement} */ (holder.parentElement);
    const room = Math.floor(box.clientWidth);
    if (holder.dataset.room === String(room)) continue;
    holder.dataset.room = String(room);
    try {
      const layout = forScreen(figure, room);
      await Plotly.react(holder, figure.data, layout, CONFIG);
      reachable(box, layout.width > room, holder.getAttribute("aria-label") ?? "");
      tell(box);
    } catch (error) {
      holder.textContent = say("drawing_failed");
      console.warn(error);
    }
    offer(Plotly, holder, figure);
  }
}

/** Let the keyboard reach a box that scrolls sideways, and only such a box. */
function reachable(box, scrolls, name) {
  box.toggleAttribute("data-scrolls", scrolls);
  if (!scrolls) {
    for (const attribute of ["tabindex", "role", "aria-label"]) box.removeAttribute(attribute);
    return;
  }
  box.tabIndex = 0;
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", name);
}

/** Put the buttons below a figure that save it with its title, as a report prints it. */
function offer(Plotly, holder, figure) {
  const tools = document.querySelector(`[data-tools="${holder.dataset.chart}"]`);
  if (!tools || tools.childElementCount) return;
  const subject = holder.getAttribute("aria-label") ?? "";
  for (const format of /** @type {const} */ (["png", "svg"])) {
    const save = async () => {
      const { width, height } = figure.layout;
      const scale = format === "png" ? 2 : 1;
      const address = await Plotly.toImage(figure, { format, width, height, scale });
      saveBlob(blobOf(address), fileName(subject, format));
    };
    tools.append(saveButton("save_figure", format, subject, save));
  }
}

/**
 * Return the bytes of a data address. `fetch` would do it, and the security policy would refuse.
 * @param {string} address
 * @returns {Blob}
 */
function blobOf(address) {
  const [head, body] = [address.slice(5, address.indexOf(",")), address.slice(address.indexOf(",") + 1)];
  const type = head.split(";")[0];
  if (!head.endsWith("base64")) return new Blob([decodeURIComponent(body)], { type });
  const bytes = Uint8Array.from(atob(body), (letter) => letter.charCodeAt(0));
  return new Blob([bytes], { type });
}

/** Draw figures anew where their place became wider or narrower. */
export function followWidth() {
  let waiting = 0;
  addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => void drawFigures(), 150);
  });
  document.addEventListener("toggle", () => void drawFigures(), true);
}
