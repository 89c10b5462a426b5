// The way to the event before and after, or to the next frame in which something was detected, however far that is. Where single events are placed
// by capture time, in that order as far as they are on the screen.

import { json, lines, position } from "./api.js";
import { neighbour } from "./capture.js";
import { count, el, note } from "./dom.js";
import { icon } from "./parts.js";
import { go, shown } from "./shown.js";
import { filters, now, on, set } from "./state.js";
import { duration } from "./time.js";

let controller = null;
let status = null;
let stop = null;

function say(text, isBad = false) {
  status.textContent = text;
  status.classList.toggle("bad", isBad);
  stop.hidden = controller === null || text === "";
}

/** The next one by capture time: its position as { found }, or where the search begins that goes on by append time as { start }. */
async function byCapture(by, seen, signal) {
  const here = shown().event;
  const next = here === null ? null : await neighbour(here, by, seen, signal);
  if (next?.isTooMany) {
    note("too many events are on the screen to go by capture time: it goes by append time");
  }
  return { found: next?.at ?? null, start: next?.beyond ? (by > 0 ? { after: next.beyond } : { before: next.beyond }) : null };
}

/** Where a search begins: beside the shown event, else at the beginning of the span, or at the end of the journal. */
async function begin(by, signal) {
  const here = shown();
  if (here.event !== null) {
    return by > 0 ? { after: here.position } : { before: here.position };
  }
  if (by > 0) {
    return now.from === null ? null : { from: now.from.toString() };
  }
  const info = await json("info", null, signal);
  return info.last === null ? null : { at: info.last };
}

async function search(by, seen, mine) {
  const signal = mine.signal;
  const captured = await byCapture(by, seen, signal);
  if (controller !== mine) {
    return;
  }
  if (captured.found !== null) {
    controller = null;
    say("");
    go(captured.found, { push: seen });
    return;
  }
  let start = captured.start ?? (await begin(by, signal));
  if (start === null) {
    say("there is nothing yet");
    return;
  }
  let scanned = 0;
  for (;;) {
    const parameters = filters();
    parameters.set("limit", "1");
    if (seen) {
      parameters.set("seen", "true");
    }
    for (const [name, value] of Object.entries(start)) {
      parameters.set(name, value);
    }
    const beginning = shown().event;
    const { events, end } = await lines("events", parameters, signal, (progress) => {
      const far = beginning ? BigInt(progress.atNanos) - BigInt(beginning.appendedNanos) : 0n;
      const where = far === 0n ? "" : ", " + duration(far < 0n ? -far : far) + (far < 0n ? " before" : " after");
      say("searching: " + count(scanned + progress.scanned) + " events" + where);
    });
    if (controller !== mine) {
      return;
    }
    if (events.length > 0) {
      controller = null;
      say("");
      go(position(events[0]), { push: seen });
      return;
    }
    scanned += end.scanned;
    if (by < 0 && start.at) {
      start = { before: start.at };
    } else if (end.reason === "bound" && end.next !== null) {
      start = by > 0 ? { at: end.next } : { before: end.next };
      say("searching: " + count(scanned) + " events");
    } else {
      controller = null;
      say(over(by, seen));
      return;
    }
  }
}

function over(by, seen) {
  const isFiltered = [...filters().keys()].length > 0;
  const what = seen ? "no detection" : "no event";
  return (by > 0 ? what + " after this one" : what + " before this one") + (isFiltered ? " that the filters let through" : "");
}

/** Ends a search that is on its way. */
export function stopSearch() {
  if (controller !== null) {
    controller.abort();
    controller = null;
    say("");
  }
}

async function step(by, seen) {
  stopSearch();
  const mine = new AbortController();
  controller = mine;
  set({ live: false, playing: false });
  say("");
  const slow = setTimeout(() => controller === mine && status.textContent === "" && say("searching"), 400);
  try {
    await search(by, seen, mine);
  } catch (e) {
    if (controller === mine && e.name !== "AbortError") {
      controller = null;
      say(e.message, true);
    }
  } finally {
    clearTimeout(slow);
  }
}

const BACK = "M10.5 2.5 5 8l5.5 5.5";
const BOX = "M2.5 3.5h11v9h-11z";
const ON = "M5.5 2.5 11 8l-5.5 5.5";

function button(id, title, by, seen, ...content) {
  return el("button", { id, type: "button", title, "aria-label": title, click: () => step(by, seen) }, ...content);
}

/** The buttons: those back, those on, the line that says how a search goes, and what ends it. */
export function makeSteps() {
  const word = () => [el("span", { class: "word", text: "seen" }), icon(BOX)];
  const back = el("span", { class: "group" },
    button("previous-seen", "The frame before in which something was detected", -1, true, icon(BACK), ...word()),
    button("previous", "The event before", -1, false, icon(BACK)));
  const forth = el("span", { class: "group" },
    button("next", "The next event", 1, false, icon(ON)),
    button("next-seen", "The next frame in which something was detected", 1, true, ...word(), icon(ON)));
  status = el("span", { id: "search-status", role: "status" });
  stop = el("button", { id: "stop-search", type: "button", hidden: true, click: stopSearch }, "Stop");
  document.addEventListener("sightlog:step", (e) => step(e.detail.by, e.detail.seen === true));
  document.addEventListener("keydown", (e) => e.key === "Escape" && stopSearch());
  on(["at", "live"], (changed) => {
    if (now.live && changed.has("live")) {
      stopSearch();
    }
    if (controller === null) {
      say("");
    }
  });
  return { back, forth, status, stop };
}
