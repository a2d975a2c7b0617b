// One socket to the service: it takes the newest move, and comes back where it was lost.

const FIRST_MS = 500;
const LONGEST_MS = 8000;

/**
 * @typedef {object} Message
 * @property {number} id
 * @property {[number, number]} [building] worlds done, of all
 * @property {{code: string, params: Record<string, any>}} [error]
 * @property {number} [n] worlds answered for
 * @property {number} [of]
 * @property {any} [summary]
 * @property {{line: string, cap: number, owed: number, excess: number}[]} [over_budget] in yuan
 */

export class Link {
  /**
   * @param {string} path
   * @param {(message: Message) => void} heard
   * @param {(is_there: boolean) => void} changed told when the service is lost, and when it is back
   */
  constructor(path, heard, changed) {
    this.address = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`;
    this.heard = heard;
    this.changed = changed;
    this.newest = "";
    this.pause = FIRST_MS;
    this.open();
  }

  open() {
    this.socket = new WebSocket(this.address);
    this.socket.addEventListener("open", () => {
      this.pause = FIRST_MS;
      this.changed(true);
      if (this.newest) this.socket?.send(this.newest);
    });
    this.socket.addEventListener("message", (event) => this.heard(JSON.parse(event.data)));
    this.socket.addEventListener("close", () => {
      this.changed(false);
      setTimeout(() => this.open(), this.pause);
      this.pause = Math.min(LONGEST_MS, 2 * this.pause);
    });
  }

  /**
   * @param {number} id
   * @param {Record<string, number>} changes
   */
  send(id, changes) {
    this.newest = JSON.stringify({ id, changes });
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(this.newest);
  }
}
