// The event that is shown: asked for when now.at changes, handed in by live and by play, and told to all who show a part of it.

import { json, lines, position } from "./api.js";
import { onFacts } from "./facts.js";
import { pictureOf } from "./pictures.js";
import { filters, now, on, set } from "./state.js";

const NOTHING = { event: null, position: null, whole: true, problem: null };

let current = NOTHING;
let hot = -1;
let controller = null;
let mustBeInView = false;
let newest = null; // of live events, the one that waits for its turn
let turning = false;
const listeners = [];
const hotListeners = [];

/** { event, position, whole, problem }: `whole` is false when detections may be left out of it; without an event `problem` may say why. */
export function shown() {
  return current;
}

export function onShown(callback) {
  listeners.push(callback);
}

/** The detection that the pointer is on, in the picture or in the table: its place in the event, -1 for none. */
export function hotDetection() {
  return hot;
}

export function setHot(place) {
  if (hot !== place) {
    hot = place;
    hotListeners.forEach((callback) => callback(place));
  }
}

export function onHot(callback) {
  hotListeners.push(callback);
}

function become(next) {
  current = next;
  hot = -1;
  listeners.forEach((callback) => callback(current));
  document.dispatchEvent(new CustomEvent("sightlog:shown", { detail: { event: next.event, position: next.position } }));
}

/** The span that has the event in it, as changes of the state: none when it is in view already. */
function view(event) {
  if (now.live) {
    return {};
  }
  if (now.from === null) {
    mustBeInView = true;
    return {};
  }
  const at = BigInt(event.appendedNanos);
  if (at >= now.from && at < now.to) {
    return {};
  }
  const length = now.to - now.from;
  const from = at - (now.playing ? length / 10n : length / 2n);
  return { from, to: from + length };
}

/** Shows an event that is here already, and brings it into view unless it was shown before. */
export function present(event, whole) {
  controller?.abort();
  controller = null;
  const next = { event, position: position(event), whole, problem: null };
  const isAgain = next.position === current.position && current.event !== null; // whoever looks elsewhere meanwhile stays there
  current = next; // before the state changes: it is not to be asked for
  set({ at: next.position, ...(isAgain ? {} : view(event)) });
  become(next);
}

/** Goes to a position of the past. */
export function go(at, options) {
  set({ live: false, playing: false, at }, options);
  if (current.position === at && current.event === null) {
    load(at);
  }
}

async function load(at) {
  controller?.abort();
  const mine = new AbortController();
  controller = mine;
  try {
    const event = await json("event/" + at, null, mine.signal);
    if (controller === mine) {
      present(event, true);
    }
  } catch (e) {
    if (controller === mine && e.name !== "AbortError") {
      controller = null;
      become({ event: null, position: at, whole: true, problem: e.message });
    }
  }
}

/** A newer one of the same position keeps what is seen until it is there. */
function follow(changed) {
  if (now.at !== current.position) {
    if (now.at === null) {
      controller?.abort();
      controller = null;
      become(NOTHING);
    } else {
      load(now.at);
    }
    return;
  }
  const still = !now.live && !now.playing;
  if (still && !current.whole && current.event !== null && (changed.has("live") || changed.has("playing"))) {
    load(now.at);
  }
  if (mustBeInView && current.event !== null && now.from !== null) {
    mustBeInView = false;
    set(view(current.event));
  }
}

function frame() {
  return new Promise((resolve) => requestAnimationFrame(resolve));
}

/** One picture is on its way, the newest event waits: neither requests nor events pile up. */
async function takeTurns() {
  if (turning) {
    return;
  }
  turning = true;
  try {
    while (newest !== null && now.live) {
      const event = newest;
      newest = null;
      await Promise.race([pictureOf(event, true), new Promise((resolve) => setTimeout(resolve, 1000))]);
      await frame(); // which waits as long as the page is hidden
      if (now.live) {
        present(event, false);
      }
    }
  } finally {
    turning = false;
  }
}

/** The newest event there is: live begins with it, however long ago it came. */
async function catchUp() {
  controller?.abort();
  const mine = new AbortController();
  controller = mine;
  try {
    const { last } = await json("info", null, mine.signal);
    for (const name of last === null ? [] : ["at", "before"]) {
      const parameters = filters();
      parameters.set(name, last);
      parameters.set("limit", "1");
      const { events } = await lines("events", parameters, mine.signal);
      if (controller !== mine || !now.live) {
        return;
      }
      if (events.length > 0) {
        present(events[0], false);
        return;
      }
    }
  } catch {
    // live tells what is wrong, and shows the next event as it comes
  }
}

export function begin() {
  on(null, (changed) => {
    follow(changed);
    if (now.live && (changed.has("live") || ["labels", "sources", "streams", "conf"].some((name) => changed.has(name)))) {
      catchUp();
    }
  });
  onFacts((info) => {
    if (now.live && info?.last && current.event === null && controller === null) {
      catchUp();
    }
  });
  document.addEventListener("sightlog:live", (e) => {
    newest = e.detail.event;
    takeTurns();
  });
}
