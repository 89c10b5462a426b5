// Messages around the event, and what is in one.

import { lines, position } from "./api.js";
import { atMost, el } from "./dom.js";
import { go, onShown, shown } from "./shown.js";
import { now } from "./state.js";
import { duration } from "./time.js";

const MOST_CHARACTERS = 20_000;
const MOST_BYTES = 512;

function hexDump(base64) {
  const data = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const rows = [];
  for (let i = 0; i < Math.min(data.length, MOST_BYTES); i += 16) {
    const row = [...data.subarray(i, i + 16)];
    const digits = row.map((b) => b.toString(16).padStart(2, "0")).join(" ").padEnd(47);
    rows.push(digits + "  " + row.map((b) => (b >= 32 && b < 127 ? String.fromCharCode(b) : ".")).join(""));
  }
  return { length: data.length, text: rows.join("\n") };
}

/** What a message says, as a node; of a very long one its beginning. */
export function body(event) {
  if (event.base64 !== undefined) {
    const dump = hexDump(event.base64);
    const size = dump.length + " bytes" + (dump.length > MOST_BYTES ? ", the first " + MOST_BYTES + ":" : ":");
    return el("div", {}, el("p", { class: "dim", text: size }), el("pre", { text: dump.text }));
  }
  const text = event.text ?? "";
  const cut = text.length > MOST_CHARACTERS ? text.slice(0, MOST_CHARACTERS) + "\n… the rest is in the JSON" : text;
  return el("pre", { text: cut === "" ? "(empty)" : cut });
}

/** In a line: what it says, or how long it is. */
function line(event) {
  if (event.base64 !== undefined) {
    return Math.floor(event.base64.replace(/=+$/, "").length * 3 / 4) + " bytes";
  }
  return (event.text ?? "").slice(0, 300);
}

function offset(event, to) {
  const nanos = BigInt(event.appendedNanos) - BigInt(to.appendedNanos);
  return nanos === 0n ? "0" : (nanos > 0n ? "+" : "−") + duration(nanos < 0n ? -nanos : nanos);
}

/** The panel of the tab: it asks only while it is open. */
export function makeMessages(panel) {
  const problem = el("p", { class: "bad problem", role: "alert", hidden: true });
  const list = el("ol", { class: "messages" });
  panel.append(problem, list);
  let controller = null;
  let isOpen = false;
  let listed = null;

  function row(event, here) {
    const at = position(event);
    const time = el("span", { class: "offset", text: offset(event, here.event) });
    const button = el("button", { type: "button", "data-position": at, title: "Go to " + at, click: () => go(at, { push: true }) },
      time, el("b", { text: event.topic }), el("span", { class: "what", text: line(event) }));
    if (at === here.position) {
      button.setAttribute("aria-current", "true");
    }
    return el("li", {}, button);
  }

  function fill(events, here) {
    const rows = events.map((event) => row(event, here));
    if (here.event.kind !== "message") {
      const first = events.findIndex((event) => BigInt(event.index) > BigInt(here.event.index)
        || (event.index === here.event.index && event.place > here.event.place));
      const mark = el("li", { class: "here" }, el("span", { class: "offset", text: "0" }), el("span", { text: "this event" }));
      rows.splice(first < 0 ? rows.length : first, 0, mark);
    }
    list.replaceChildren(...rows);
    if (events.length === 0) {
      list.replaceChildren(el("li", { class: "dim", text: "There are no messages near it." }));
    }
    const middle = list.querySelector(".here, [aria-current]");
    if (middle) {
      panel.scrollTop = middle.offsetTop - panel.clientHeight / 2;
    }
  }

  async function ask() {
    const here = shown();
    controller?.abort();
    if (!isOpen || here.event === null) {
      list.replaceChildren();
      return;
    }
    controller = new AbortController();
    listed = here.position;
    try {
      const { events } = await lines("messages", new URLSearchParams({ around: here.position, limit: "20" }), controller.signal);
      problem.hidden = true;
      if (here.event === shown().event) {
        fill(events, here);
      }
    } catch (e) {
      if (e.name !== "AbortError") {
        problem.textContent = e.message;
        problem.hidden = false;
        listed = null;
      }
    }
  }

  const askSoon = atMost(() => (now.live || now.playing ? 1000 : 0), ask);
  onShown(() => isOpen && askSoon());
  return (open) => {
    isOpen = open;
    if (open && listed !== shown().position) {
      ask();
    }
  };
}
