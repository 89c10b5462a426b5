// Starts the page: its parts first, then what the address bar says, then the journal.

import { lines, position } from "./api.js";
import { el, note, write } from "./dom.js";
import { askFacts, isBusy, isReplaced, latestNanos, onFacts } from "./facts.js";
import { start as startFoot } from "./foot.js";
import { begin, filters, now, replaced, set, wasReplaced } from "./state.js";
import { whole } from "./view.js";

const HOUR = 3_600_000_000_000n;
const MINUTE = 60_000; // milliseconds
const LEAST = 300_000_000_000n; // of a journal that was begun just now
const PARTS = ["top", "overview", "lanes", "detail", "around", "live", "keys"];

/** A part that fails says so, and takes no other with it. */
async function startParts() {
  const parts = await Promise.allSettled(PARTS.map((name) => import("./" + name + ".js")));
  parts.forEach((part, i) => {
    const name = PARTS[i];
    try {
      if (part.status === "rejected") {
        throw part.reason;
      }
      part.value.start(document.getElementById(name));
    } catch (e) {
      console.error(e);
      note("the part " + name + " of this page does not work: " + e.message);
    }
  });
}

let message = null;

/** In place of lanes, as long as there is nothing to show in them. */
function say(title, text, command) {
  if (title === null) {
    message?.remove();
    message = null;
    document.body.classList.remove("waiting");
    return;
  }
  if (!message) {
    message = el("section", { id: "waiting", role: "status" }, el("h2"), el("p"), el("code"));
    document.querySelector("main").prepend(message);
    document.body.classList.add("waiting");
  }
  write(message.children[0], title);
  write(message.children[1], text);
  write(message.children[2], command ?? "");
}

/** The newest event in which something was seen, for the first look; else the newest of all. */
async function newest(info) {
  try {
    const asked = filters();
    asked.set("seen", "true");
    asked.set("limit", "1");
    asked.set("before", "end");
    const { events } = await lines("events", asked, AbortSignal.timeout(1_500));
    return events.length > 0 ? position(events[0]) : info.last;
  } catch {
    return info.last;
  }
}

/** Decides what is shown first, where the address bar does not say it. */
async function firstSpan(info, length) {
  if (now.from !== null) {
    return;
  }
  const busy = isBusy(info);
  if (now.at !== null || !(now.live && (busy || length !== null))) {
    const at = now.at;
    set({ live: false });
    set(whole());
    if (at === null) {
      set({ at: await newest(info) });
    }
    return;
  }
  const to = latestNanos();
  const all = to - BigInt(info.firstAppendedNanos);
  const most = all + all / 50n;
  set({ from: to - (length ?? (most < LEAST ? LEAST : most > HOUR ? HOUR : most)), to, live: true });
  const at = await newest(info);
  if (now.at === null) { // nothing came meanwhile
    set({ at });
  }
}

let began = false;
let before = null; // what was known of the journal last
let wasGone = false;
let version = null;

function index(position) {
  return BigInt(position.split(":")[0]);
}

/** Whether this is another journal than the one before: journals only grow at their end, and are pruned at their beginning. */
function isOther(info, known) {
  return wasGone || isReplaced(info, known) || (known.id !== null && info.id !== null && known.id !== info.id)
    || index(info.last) < index(known.last) || index(info.first) < index(known.first);
}

function take(info, error, length) {
  if (!info) {
    say(error?.status === 401 ? "Not let in" : "No answer", error?.message ?? "The server has not answered yet.");
    return;
  }
  version ??= info.version;
  if (version !== info.version) {
    location.reload(); // a newer server has a newer page
    return;
  }
  wasGone ||= before !== null && !info.exists;
  if (!info.exists) {
    say("No journal yet", "There is none in " + info.journal + ". This page goes on by itself when something is appended there.",
      "sightlog produce --help");
    return;
  }
  if (info.first === null) {
    say("The journal is empty", "Nothing is in " + info.journal + " yet. This page goes on by itself when something is appended.");
    return;
  }
  say(null);
  if (before !== null && isOther(info, before)) {
    replaced();
    return;
  }
  before = info;
  if (!began) {
    began = true;
    firstSpan(info, length);
  }
}

startFoot(document.getElementById("foot"));
await startParts();
const length = begin();
if (wasReplaced()) {
  note("the journal was replaced: this is what is there now", MINUTE);
}
onFacts((info, error) => take(info, error, length));
askFacts();
