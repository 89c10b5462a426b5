// How long ago something was, counting on between two answers of the server, by whose clock it is.

import { el, write } from "./dom.js";
import { duration } from "./time.js";

function words(nanos) {
  if (nanos < 0n) {
    return "in " + duration(-nanos);
  }
  return nanos < 1_000_000_000n ? "now" : duration(nanos / 1_000_000_000n * 1_000_000_000n) + " ago";
}

/** Ages of one panel. */
export class Ages {
  #elements = new Map();
  #serverNanos = 0n;
  #millis = 0;

  /** Begins again with what the server's clock shows now. */
  begin(nowNanos) {
    this.#elements.clear();
    this.#serverNanos = BigInt(nowNanos);
    this.#millis = performance.now();
  }

  /** An element that says how long ago it was; nothing for a time that never was. */
  make(nanos) {
    const element = el("time", { class: "age" });
    if (nanos !== null && nanos !== "0") {
      this.#elements.set(element, BigInt(nanos));
      this.#show(element, BigInt(nanos));
    }
    return element;
  }

  tick() {
    this.#elements.forEach((nanos, element) => this.#show(element, nanos));
  }

  #show(element, nanos) {
    const passed = BigInt(Math.round((performance.now() - this.#millis) * 1e6));
    write(element, words(this.#serverNanos + passed - nanos));
  }
}
