// Coverage of every run, week and place, sent once as bytes: two a value, little-endian.

export const STEPS = 65534;
const NOTHING = 65535;
export const FADE_WEEKS = 13; // that a training event is still seen after its end

/** @typedef {{spot: number, kind: string, first: number, end: number, lever: string}} Placed */

/**
 * @typedef {object} Facts
 * @property {string[]} names
 * @property {number[]} x
 * @property {number[]} y
 * @property {number[]} people
 * @property {number[]} enough 1 where enough residents are simulated to say anything
 * @property {string[]} dates
 * @property {string[]} roles of the runs of the folder, which come first
 * @property {string[]} runs how every run is called
 * @property {number | null} target
 * @property {string} which how the settlements are called that have a value
 * @property {string} too_few what is said where none has
 * @property {number} reach
 * @property {string[]} colours
 * @property {string[]} diverging
 * @property {string} title of the programme
 * @property {string} warning that a picture carries wherever it goes
 * @property {{names: string[], x: number[], y: number[]}} sites their rows follow those of settlements
 * @property {[number, string, number, number, string][][]} placed by run: row, kind, first week, first week gone, lever
 */

/**
 * @param {number} week
 * @param {number} first
 * @param {number} end the first week it is gone
 * @returns {"before" | "open" | "after"}
 */
export function stateIn(week, first, end) {
  return week < first ? "before" : week < end ? "open" : "after";
}

/**
 * @param {Facts} facts
 * @param {number} spot row of a settlement, or of a site after them
 */
export function isSite(facts, spot) {
  return spot >= facts.names.length;
}

/**
 * @param {Facts} facts
 * @param {number} spot
 */
export function nameOf(facts, spot) {
  return isSite(facts, spot) ? facts.sites.names[spot - facts.names.length] : facts.names[spot];
}

export class Series {
  /**
   * @param {ArrayBuffer} bytes
   * @param {Facts} facts
   */
  constructor(bytes, facts) {
    this.facts = facts;
    this.weeks = facts.dates.length;
    this.places = facts.names.length;
    this.data = new Uint16Array(bytes);
    if (this.data.length !== facts.runs.length * this.weeks * this.places) throw new Error("series of another length");
  }

  /**
   * @param {number} role its position among the runs
   * @param {number} week
   * @param {number} place
   * @returns {number} share 0-1, NaN where there is none
   */
  share(role, week, place) {
    const step = this.data[(role * this.weeks + week) * this.places + place];
    return step === NOTHING || !this.facts.enough[place] ? NaN : step / STEPS;
  }

  /**
   * @param {number} role its position among the runs
   * @returns {Placed[]}
   */
  placed(role) {
    return this.facts.placed[role].map(([spot, kind, first, end, lever]) => ({ spot, kind, first, end, lever }));
  }

  /**
   * Return what is seen in a week: what is open, and training events for a while after.
   * @param {number} role
   * @param {number} week
   */
  seen(role, week) {
    return this.placed(role).filter(({ kind, first, end }) => week >= first && week < end + (kind === "event" ? FADE_WEEKS : 0));
  }

  /**
   * @param {"coverage" | "gap" | "added"} value
   * @param {number} role
   * @param {number} week
   * @param {number} place
   * @returns {number}
   */
  value(value, role, week, place) {
    const share = this.share(role, week, place);
    if (value === "gap") return share - (this.facts.target ?? 0);
    if (value === "added") return share - this.share(this.facts.roles.indexOf("baseline"), week, place);
    return share;
  }
}

/**
 * Return the series of a page: from the file itself, or from the service.
 * @param {string} key
 * @param {string} address
 * @param {Facts} facts
 */
export async function loadSeries(key, address, facts) {
  const inline = document.getElementById(`${key}-series`);
  if (inline) {
    const text = atob(inline.textContent ?? "");
    return new Series(Uint8Array.from(text, (letter) => letter.charCodeAt(0)).buffer, facts);
  }
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(String(answer.status));
  return new Series(await answer.arrayBuffer(), facts);
}
