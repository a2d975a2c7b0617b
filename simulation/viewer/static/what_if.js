// The what-if: a move is sent at once, its answer drawn as it narrows, and what came too late is let go.

import { Picture } from "./what_if_draw.js";
import { Levers } from "./what_if_levers.js";
import { Link } from "./what_if_link.js";
import { decimal, money, plain } from "./what_if_numbers.js";
import { announce, say } from "./words.js";

const AGAIN_MS = 3000; // after which a busy service is asked once more

/** @typedef {import("./what_if_link.js").Message} Message */

/** @returns {boolean} whether the page is a what-if, which says itself when it is done */
export function startWhatIf() {
  const root = document.querySelector("[data-what-if]");
  if (!(root instanceof HTMLElement)) return false;
  new WhatIf(root);
  return true;
}

class WhatIf {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.facts = JSON.parse(document.getElementById(root.dataset.whatIf ?? "")?.textContent ?? "{}");
    this.id = 0;
    this.again = 0;
    this.shown = "";
    this.picture = new Picture(root, this.facts);
    this.levers = new Levers(root, this.facts, (isFinal) => this.moved(isFinal));
    this.link = new Link(root.dataset.liveAt ?? "", (message) => void this.heard(message), (isThere) => this.connected(isThere));
    addEventListener("popstate", () => {
      this.levers.read();
      this.levers.settled = location.href;
      this.moved(true);
    });
    this.moved(true);
  }

  /** @param {string} selector @returns {HTMLElement} */
  part(selector) {
    return /** @type {HTMLElement} */ (this.root.querySelector(selector));
  }

  /** A lever is elsewhere: ask, and say that the picture is that of before. @param {boolean} isFinal */
  moved(isFinal) {
    const query = this.levers.query();
    this.levers.write(isFinal);
    this.saving();
    if (this.id && query === this.asked && document.body.dataset.state !== "error") return;
    this.asked = query;
    this.ask();
  }

  ask() {
    clearTimeout(this.again);
    this.id += 1;
    this.state("running");
    this.tell(say("whatif_running"));
    this.link.send(this.id, this.levers.changes());
  }

  /** @param {"running" | "done" | "error"} state */
  state(state) {
    document.body.dataset.state = state;
  }

  /** @param {string} text */
  tell(text) {
    this.part("[data-worlds]").textContent = text;
  }

  /** @param {string} text "" takes it away */
  problem(text) {
    const holder = this.part("[data-problem]");
    holder.textContent = text;
    holder.hidden = !text;
  }

  /** @param {Message} message */
  async heard(message) {
    if (message.id && message.id !== this.id) return; // a newer move has been made
    if (message.building) {
      const [done, all] = message.building;
      this.tell(say("whatif_building", { done, all }));
      return;
    }
    if (message.error) {
      this.refused(message.error);
      return;
    }
    const [n, all] = [message.n ?? 0, message.of ?? 0];
    const query = this.asked ?? "";
    const opened = this.facts.opened ? `plan=${this.facts.opened}` : "";
    const shown = [opened, query].filter(Boolean).join("&");
    const headline = await this.picture.show(message.summary, !shown);
    document.body.dataset.shown = shown ? `${this.facts.run}?${shown}` : this.facts.run;
    if (message.id !== this.id) return;
    this.overBudget(message.over_budget ?? []);
    if (n < all) {
      this.tell(n === 1 ? say("whatif_one_rough", { all }) : say("whatif_rough", { n, all }));
      return;
    }
    this.tell(say("whatif_worlds", { n }));
    this.state("done");
    announce(headline);
  }

  /**
   * Say which budget does not reach and by how much, above the picture and where the scenario is saved.
   * @param {{line: string, cap: number, owed: number, excess: number}[]} caps
   */
  overBudget(caps) {
    const { currency, lines } = this.facts;
    const told = caps.map(({ line, cap, owed, excess }) => {
      const params = { line: lines[line], cap: money(cap, currency), owed: money(owed, currency), excess: money(excess, currency) };
      return say("whatif_over_cap", params);
    });
    const text = told.length ? say("whatif_over_budget", { caps: told.join(say("whatif_over_next")) }) : "";
    this.problem(text);
    const warning = this.part("[data-save-warning]");
    warning.textContent = text;
    warning.hidden = !text;
  }

  /** @param {{code: string, params: Record<string, any>}} error */
  refused({ code, params }) {
    this.tell("");
    this.state("error");
    if (code === "range") {
      const name = this.nameOf(params.key);
      this.problem(say("whatif_refused_range", { name, low: plain(params.low), high: plain(params.high) }));
    } else if (code === "busy") {
      this.problem(say("whatif_refused_busy"));
      this.again = setTimeout(() => this.ask(), AGAIN_MS);
    } else if (code === "no_run") this.problem(say("whatif_refused_run"));
    else if (code === "forgotten") this.problem(say("whatif_refused_forgotten"));
    else if (code === "failed") this.problem(say("whatif_refused_failed", { reason: params.reason }));
    else this.problem(say("whatif_refused"));
    announce(this.part("[data-problem]").textContent ?? "");
  }

  /** @param {string} key @returns {string} */
  nameOf(key) {
    const lever = this.facts.levers[key.slice(0, key.lastIndexOf("."))] ?? key;
    return say("whatif_name", { lever, what: this.facts.names[key] ?? "" });
  }

  /** @param {boolean} isThere */
  connected(isThere) {
    if (!isThere) this.tell(say("whatif_lost"));
    for (const input of this.root.querySelectorAll("fieldset")) input.disabled = !isThere;
  }

  /** Keep the file and the list of what it changes in step with the levers. */
  saving() {
    const changes = Object.entries(this.levers.changes());
    const link = /** @type {HTMLAnchorElement} */ (this.part("[data-save]"));
    link.href = `${this.root.dataset.fileAt}&${this.levers.query()}`;
    this.part("[data-same]").hidden = changes.length > 0;
    this.part("[data-difference]").replaceChildren(
      ...changes.map(([key, value]) => {
        const line = document.createElement("li");
        const [own] = this.facts.own[key];
        if (key.endsWith(".on")) line.textContent = say("whatif_difference_off", { lever: this.nameOf(key) });
        else {
          const write = (number) => (key.endsWith(".dose") ? decimal(number, 2) : plain(number));
          line.textContent = say("whatif_difference", { name: this.nameOf(key), own: write(own), now: write(value) });
        }
        return line;
      }),
    );
  }
}
