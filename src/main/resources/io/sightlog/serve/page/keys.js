// Keys for everything, and the page that lists them.

import { lines, position } from "./api.js";
import { shownNanos } from "./cursor.js";
import { el, note } from "./dom.js";
import { zoomStep } from "./gestures.js";
import { filters, now, set } from "./state.js";
import { follow, pan, showAll } from "./view.js";

const HELP = [
  ["Events", [["← →", "the event before, the next one"], ["shift ← →", "likewise, of those in which something was seen"],
    ["Home End", "the oldest event, the newest one"], ["space", "play, pause"]]],
  ["Time", [["+ −", "zoom in, zoom out"], ["A D", "move to the left, to the right"], ["0", "all of the journal"],
    ["L", "live: follow what is appended"], ["U", "local time, UTC"],
    ["C", "single events by capture time, by append time"]]],
  ["Lanes, by mouse", [["wheel", "zoom about the pointer"], ["shift wheel", "move"], ["drag", "move"], ["shift drag", "zoom to what is selected"],
    ["double click", "zoom in"], ["click", "show the first event there"]]],
  ["More", [["/", "search"], ["1 2 3 4", "lanes by label, source, stream, topic"], ["?", "this help"], ["Esc", "close"]]],
];

let dialog;

function makeHelp() {
  const close = el("button", { type: "button", id: "help-close", class: "tool", text: "Close", click: () => dialog.close() });
  dialog = el("dialog", { id: "help", "aria-labelledby": "help-title" },
    el("header", {}, el("h2", { id: "help-title", text: "Keys" }), close),
    el("div", { class: "columns" }, ...HELP.map(([title, keys]) => el("section", {}, el("h3", { text: title }),
      el("dl", {}, ...keys.flatMap(([key, text]) => [el("dt", {}, ...key.split(" ").map((part) => el("kbd", { text: part }))), el("dd", { text })]))))));
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
}

/** Opens the list of keys. */
export function help() {
  if (!dialog.open) {
    dialog.showModal();
  }
}

function step(by, seen) {
  document.dispatchEvent(new CustomEvent("sightlog:step", { detail: { by, seen } }));
}

/** The oldest event, or the newest. */
async function toEnd(isNewest) {
  const asked = filters();
  asked.set("limit", "1");
  if (isNewest) {
    asked.set("before", "0x7fffffffffffffff");
  } else {
    asked.set("from", "0");
  }
  try {
    const { events } = await lines("events", asked);
    if (events.length > 0) {
      set({ at: position(events[0]), live: false }, { push: true });
    } else {
      note("no event is there");
    }
  } catch (e) {
    note(e.message);
  }
}

const KEYS = {
  ArrowLeft: (event) => step(-1, event.shiftKey),
  ArrowRight: (event) => step(1, event.shiftKey),
  " ": () => set({ playing: !now.playing }),
  l: () => follow(),
  "/": () => document.getElementById("find").focus(),
  "+": () => zoomStep(0.5, shownNanos()),
  "=": () => zoomStep(0.5, shownNanos()),
  "-": () => zoomStep(2, shownNanos()),
  0: showAll,
  a: () => pan(-0.25),
  d: () => pan(0.25),
  u: () => set({ zone: now.zone === "utc" ? "local" : "utc" }),
  c: () => set({ order: now.order === "captured" ? "appended" : "captured" }, { push: true }),
  Home: () => toEnd(false),
  End: () => toEnd(true),
  "?": help,
  1: () => set({ by: "label" }),
  2: () => set({ by: "source" }),
  3: () => set({ by: "stream" }),
  4: () => set({ by: "topic" }),
};

const SLIDING = new Set(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown"]);

/** Whether an element wants keys for itself. */
function isTaken(element, key) {
  if (!(element instanceof Element)) {
    return false;
  }
  if (element.matches("input[type=range]")) {
    return SLIDING.has(key);
  }
  if (element.closest("input, select, textarea, [contenteditable], dialog")) {
    return true;
  }
  return key === " " && element.closest("button, a, summary") !== null;
}

export function start() {
  makeHelp();
  document.addEventListener("keydown", (event) => {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTaken(event.target, key) || now.from === null) {
      return;
    }
    if (key in KEYS) {
      event.preventDefault();
      KEYS[key](event);
    }
  });
}
