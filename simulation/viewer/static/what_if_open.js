// Opening a scenario file: it is sent to the service, which checks it; the page of what it says is gone to.

import { say } from "./words.js";

const KEPT = ["run", "lang", "citizens", "weeks", "replicates", "large"]; // of an address: the rest are moves

/** Offer to open a file, where the page does. */
export function startOpening() {
  const root = document.querySelector("[data-open]");
  if (root instanceof HTMLElement) new Opening(root);
}

class Opening {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.input = /** @type {HTMLInputElement} */ (root.querySelector("input[type=file]"));
    this.input.addEventListener("change", () => void this.chosen());
    addEventListener("pageshow", () => this.tell("")); // on the way back nothing is being read
  }

  async chosen() {
    const [file] = this.input.files ?? [];
    if (!file) return;
    this.refuse([]);
    this.tell(say("whatif_reading", { name: file.name }));
    const found = await this.sent(file);
    this.input.value = ""; // the same file, mended, can be chosen again
    if (found.plan) {
      location.assign(this.address(found.plan));
      return;
    }
    this.tell("");
    this.refuse(found.problems ?? [say("whatif_not_read")]);
  }

  /** @param {File} file @returns {Promise<{plan?: string, problems?: string[]}>} */
  async sent(file) {
    const most = Number(this.root.dataset.most);
    if (file.size > most) return { problems: [say("whatif_too_large", { most: Math.floor(most / 1024) })] };
    try {
      const at = `${this.root.dataset.open}&${new URLSearchParams({ name: file.name })}`;
      const body = await file.arrayBuffer();
      const answer = await fetch(at, { method: "POST", body, headers: { "content-type": "application/yaml" } });
      return await answer.json();
    } catch {
      return {}; // not read, or not answered
    }
  }

  /** @param {string} plan @returns {string} */
  address(plan) {
    const now = new URL(location.href);
    const next = new URL(now.pathname, now);
    for (const name of KEPT) {
      const value = now.searchParams.get(name);
      if (value) next.searchParams.set(name, value);
    }
    next.searchParams.set("run", this.root.dataset.run ?? "");
    next.searchParams.set("plan", plan);
    return next.href;
  }

  /** @param {string} text "" takes it away */
  tell(text) {
    /** @type {HTMLElement} */ (this.root.querySelector("[data-open-told]")).textContent = text;
  }

  /** @param {string[]} problems */
  refuse(problems) {
    const holder = /** @type {HTMLElement} */ (this.root.querySelector("[data-open-refused]"));
    const list = /** @type {HTMLElement} */ (holder.querySelector("ul"));
    list.replaceChildren(
      ...problems.map((text) => {
        const line = document.createElement("li");
        line.textContent = text;
        return line;
      }),
    );
    holder.hidden = !problems.length;
  }
}
