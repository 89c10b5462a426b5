// Plays the past at a pace: events are asked for in pieces ahead of time, each is shown when it is due, and never more than one waits for its picture.

import { lines, position } from "./api.js";
import { el, note } from "./dom.js";
import { icon } from "./parts.js";
import { serverNanos } from "./facts.js";
import { forget, pictureOf } from "./pictures.js";
import { present, shown } from "./shown.js";
import { filters, now, on, set } from "./state.js";
import { duration } from "./time.js";

const RATES = [0.1, 0.25, 0.5, 1, 2, 5, 10, 25, 50, 100];
const MOST_A_SECOND = 30;
const PIECE = 60;
const AHEAD = 3; // pictures
const LONGEST_WAIT_MILLIS = 5000;
const AFTER_JUMP_MILLIS = 400;
const FRESH_NANOS = 10_000_000_000n; // an end that is younger than this is not the end: live takes over

const PLAY = "M4.5 2.5v11l9-5.5z";
const PAUSE = "M4 2.5h3v11H4zM9 2.5h3v11H9z";

let run = null; // what plays: another one each time
let status = null;

function say(text, isBad = false) {
  status.textContent = text;
  status.classList.toggle("bad", isBad);
}

class Run {
  queue = [];
  start = null; // parameters of the next piece, null when there is none
  asking = false;
  controller = new AbortController();
  anchor = null; // { millis, nanos }: when on the page which time of the journal is due
  current = null; // position of what it has shown last
  problem = null;

  constructor() {
    const here = shown();
    this.current = now.at;
    this.last = here.position === now.at ? here.event : null; // else it is still on its way
    if (now.at !== null) {
      this.start = this.last !== null ? { after: now.at } : { at: now.at };
    } else if (now.from !== null) {
      this.start = { from: now.from.toString() };
    }
  }

  isOver() {
    return run !== this || !now.playing;
  }

  async ask() {
    if (this.asking || this.start === null || this.queue.length > PIECE / 2) {
      return;
    }
    this.asking = true;
    const parameters = filters();
    parameters.set("kind", "frame");
    parameters.set("limit", String(PIECE));
    const every = Math.round(now.rate * 1e9 / MOST_A_SECOND);
    parameters.set("every", String(every));
    Object.entries(this.start).forEach(([name, value]) => parameters.set(name, value));
    try {
      const { events, end } = await lines("events", parameters, this.controller.signal, (progress) => {
        if (this.queue.length === 0) {
          say("searching, " + duration(BigInt(progress.atNanos) - BigInt(this.last?.appendedNanos ?? progress.atNanos)) + " further");
        }
      });
      this.queue.push(...events);
      if (end.reason !== "end" && end.next !== null) {
        this.start = { at: end.next };
      } else { // more may come while these are played
        const last = events[events.length - 1] ?? null;
        this.start = last && { from: String(BigInt(last.appendedNanos) + BigInt(every)) };
      }
    } catch (e) {
      if (e.name !== "AbortError") {
        this.problem = e.message;
        this.start = null;
      }
    } finally {
      this.asking = false;
    }
  }

  prefetch() {
    for (const event of this.queue.slice(0, AHEAD)) {
      pictureOf(event, true).catch(() => {}); // forgotten when it stops
    }
  }

  /** How long until an event is due. A long gap is jumped over. */
  wait(event) {
    const nanos = BigInt(event.appendedNanos);
    const millis = performance.now();
    this.anchor ??= { millis, nanos: this.last ? BigInt(this.last.appendedNanos) : nanos };
    const due = this.anchor.millis + Number(nanos - this.anchor.nanos) / 1e6 / now.rate;
    if (due - millis <= LONGEST_WAIT_MILLIS) {
      return due - millis;
    }
    say("jumped over " + duration(nanos - (this.last ? BigInt(this.last.appendedNanos) : this.anchor.nanos)));
    this.anchor = { millis: millis + AFTER_JUMP_MILLIS, nanos };
    return AFTER_JUMP_MILLIS;
  }

  async play() {
    let quiet = 0; // shown since something was said
    while (!this.isOver()) {
      this.ask();
      if (this.queue.length === 0) {
        if (!this.asking && this.start === null) {
          this.end();
          return;
        }
        await frame();
        continue;
      }
      const event = this.queue[0];
      this.prefetch();
      if (this.wait(event) > 0) {
        quiet = status.textContent.startsWith("jumped") ? 0 : quiet;
        await frame();
        continue;
      }
      await pictureOf(event, true).catch(() => {});
      if (this.isOver() || this.queue[0] !== event) {
        continue;
      }
      this.queue.shift();
      const late = -this.wait(event);
      if (late > 50) { // slower than asked for, rather than a queue
        this.anchor.millis += late;
      }
      this.last = event;
      this.current = position(event);
      present(event, false);
      quiet++;
      if (quiet > 20 && status.textContent !== "") {
        say("");
      }
      await frame();
    }
  }

  end() {
    const isNow = this.problem === null && this.last !== null
      && serverNanos() - BigInt(this.last.appendedNanos) < FRESH_NANOS;
    say(this.problem ?? "", this.problem !== null);
    set({ playing: false, live: isNow || now.live });
    if (!this.problem) {
      const isFiltered = [...filters().keys()].length > 0;
      note(isNow ? "The past is played to its end; live now."
        : isFiltered ? "No frame comes after this one that the filters let through." : "This is the end of the journal.");
    }
  }

  close() {
    this.controller.abort();
    this.queue.forEach((event) => event !== shown().event && forget(event));
  }
}

function frame() {
  return new Promise((resolve) => requestAnimationFrame(resolve));
}

function restart() {
  run?.close();
  run = null;
  if (now.playing) {
    say("");
    run = new Run();
    run.play();
  } else if (!status.classList.contains("bad")) {
    say("");
  }
}

function changed(names) {
  if (names.has("playing")) {
    if (now.playing && now.live) {
      set({ live: false });
    }
    restart();
  } else if (now.playing && now.live) { // somebody went live
    set({ playing: false });
  } else if (now.playing && (now.at !== run?.current || ["rate", "labels", "sources", "streams", "conf"].some((name) => names.has(name)))) {
    restart();
  }
}

/** Rates of the select, with one that the address bar may have brought. */
function fillRates(select) {
  const rates = RATES.includes(now.rate) ? RATES : [...RATES, now.rate].sort((a, b) => a - b);
  select.replaceChildren(...rates.map((rate) => el("option", { value: String(rate), text: rate + "×" })));
  select.value = String(now.rate);
}

/** The button with the rates, and the line that says what it does. */
export function makePlay() {
  const button = el("button", { id: "play", type: "button", click: () => set({ playing: !now.playing }) });
  const select = el("select", {
    id: "rate", title: "How fast the past is played", "aria-label": "How fast the past is played",
    change: () => set({ rate: Number(select.value) }),
  });
  status = el("span", { id: "play-status", role: "status" });
  const show = () => {
    button.replaceChildren(icon(now.playing ? PAUSE : PLAY), el("span", { class: "word", text: now.playing ? "Pause" : "Play" }));
    button.setAttribute("aria-label", now.playing ? "Pause" : "Play");
    button.title = now.playing ? "Pause (space)" : "Play the past from here (space)";
    button.setAttribute("aria-pressed", String(now.playing));
    fillRates(select);
  };
  on(["playing", "rate"], show);
  on(null, changed);
  show();
  return { controls: el("span", { class: "play" }, button, select), status };
}
