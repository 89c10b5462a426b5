// One box for everything that can be looked for: labels, sources, streams, topics, times, positions.

import { json } from "./api.js";
import { colour } from "./colours.js";
import { el, note, short } from "./dom.js";
import { facts, isBusy, serverNanos } from "./facts.js";
import { globOf, goTo } from "./pick.js";
import { now, set } from "./state.js";
import { duration, full } from "./time.js";
import { centre, follow, show } from "./view.js";
import { parseAgo, parsePosition, parseTime } from "./when.js";

const FRESH = 30_000; // milliseconds
const FRESH_IN_PART = 2_000; // while the server does not know all names
const MOST = 12;
const LISTS = { label: "labels", source: "sources", stream: "streams" };

const PAUSE = 200; // milliseconds, after a letter

let known = []; // the commonest names of each kind: { by, name, total }
let knownAt = -Infinity;
let kindsWithMore = []; // kinds that have more names than are known
let isPartKnown = false; // whether the server did not know all names yet
let loading = null;
let rare = []; // names that the server has found for what was typed
let rareFor = "";
let isPartRare = false;
let asking = null; // for these

/** Names of these kinds, by how often they come, the kinds of which there are more, and whether not all of the journal was counted. */
async function ask(kinds, parameters, signal) {
  const info = facts();
  if (!info || info.first === null) {
    return null;
  }
  const asked = { from: info.firstAppendedNanos, to: (BigInt(info.lastAppendedNanos) + 1n).toString(), px: "1", ...parameters };
  const answers = await Promise.all(kinds.map((by) => json("timeline", new URLSearchParams({ ...asked, by }), signal)));
  return {
    names: answers.flatMap((answer, i) => answer.lanes.filter((lane) => lane.name !== "")
      .map((lane) => ({ by: kinds[i], name: lane.name, total: lane.total }))),
    more: kinds.filter((by, i) => answers[i].otherLanes > 0),
    isPart: answers.some((answer) => answer.unknown.length > 0),
  };
}

function isFresh() {
  return performance.now() - knownAt < (isPartKnown || isPartRare ? FRESH_IN_PART : FRESH);
}

async function load() {
  const found = await ask(["label", "stream", "source", "topic"], { lanes: "100" });
  if (found) {
    known = found.names;
    kindsWithMore = found.more;
    isPartKnown = found.isPart;
    knownAt = performance.now();
    rare = [];
    rareFor = "";
    isPartRare = false;
  }
}

/** Looks for names beyond those that are known; calls back when that has ended. */
function lookFor(text, found) {
  asking?.abort();
  asking = null;
  if (text === "" || text === rareFor || kindsWithMore.length === 0) {
    return;
  }
  const mine = new AbortController();
  asking = mine;
  setTimeout(async () => {
    let answer = null;
    try {
      answer = mine.signal.aborted ? null : await ask(kindsWithMore, { lanes: String(MOST), named: text }, mine.signal);
    } catch (e) {
      if (e.name !== "AbortError") {
        note(e.message);
      }
    }
    if (asking !== mine) {
      return; // something else was typed
    }
    asking = null;
    if (answer) {
      rare = answer.names;
      rareFor = text;
      isPartRare = answer.isPart;
    }
    found();
  }, PAUSE);
}

/** All that are known and contain a text. */
function named(lower) {
  const more = rare.filter(({ by, name }) => !known.some((other) => other.by === by && other.name === name));
  return [...known, ...more].filter(({ name }) => name.toLowerCase().includes(lower));
}

function add(by, value) {
  const list = now[LISTS[by]];
  set({ [LISTS[by]]: list.includes(value) ? list : [...list, value] }, { push: true });
}

function chooseName({ by, name }) {
  if (by === "topic") {
    set({ by: "topic" }, { push: true });
    goTo(now.from, name, now.to);
  } else {
    add(by, by === "source" ? globOf(name) : name);
  }
}

function chooseTime(nanos) {
  centre(nanos, { push: true });
  goTo(nanos);
}

function chooseAgo(nanos) {
  if (isBusy()) {
    follow(nanos, { push: true });
  } else { // of a journal at rest it means before its end
    const end = BigInt(facts().lastAppendedNanos) + nanos / 50n;
    show(end - nanos, end, { push: true });
  }
}

/** What a text may mean, the most likely first: [{ kind, text, hint, choose }]. */
function meanings(text) {
  const found = [];
  const wanted = text.trim();
  const position = parsePosition(wanted);
  if (position) {
    found.push({ kind: "position", text: position, hint: "go to this event", choose: () => set({ at: position, live: false }, { push: true }) });
  }
  const ago = parseAgo(wanted);
  if (ago !== null) {
    found.push({ kind: "time", text: "the last " + duration(ago), hint: isBusy() ? "and follow" : "before the end", choose: () => chooseAgo(ago) });
  }
  const near = now.live || now.to === null ? serverNanos() : now.from + (now.to - now.from) / 2n;
  const time = parseTime(wanted, now.zone, near);
  if (time !== null) {
    found.push({ kind: "time", text: full(time, now.zone, 0), hint: "go there", choose: () => chooseTime(time) });
  }
  const lower = wanted.toLowerCase();
  const rank = ({ name }) => (name.toLowerCase() === lower ? 0 : name.toLowerCase().startsWith(lower) ? 1 : 2);
  const best = wanted === "" ? fairly(known) : named(lower).sort((a, b) => rank(a) - rank(b));
  for (const name of best.slice(0, MOST - found.length)) {
    found.push({ kind: name.by, text: name.name, hint: short(name.total), choose: () => chooseName(name) });
  }
  if (/[*?]/.test(wanted)) {
    found.push({ kind: "source", text: wanted, hint: "all sources like this", choose: () => add("source", wanted) });
  }
  return found;
}

/** Some of each kind. */
function fairly(names) {
  return ["label", "stream", "source", "topic"].flatMap((by) => names.filter((name) => name.by === by).slice(0, by === "label" ? 5 : 3));
}

/** Makes the box: { element, input }. */
export function search() {
  const input = el("input", { id: "find", type: "text", role: "combobox", placeholder: "Label, source, stream, topic, time, 0x…",
    "aria-label": "Search: label, source, stream, topic, time or position", "aria-expanded": "false", "aria-controls": "find-list",
    "aria-autocomplete": "list", autocomplete: "off", spellcheck: "false", enterkeyhint: "go" });
  const list = el("ul", { id: "find-list", role: "listbox", "aria-label": "Suggestions", hidden: true });
  const element = el("div", { class: "search" }, input, list);
  let shown = [];
  let active = -1;

  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function mark(index) {
    active = index;
    list.querySelectorAll("[role=option]").forEach((item, i) => item.setAttribute("aria-selected", String(i === index)));
    if (index >= 0) {
      input.setAttribute("aria-activedescendant", "suggestion-" + index);
      list.children[index].scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }

  function choose(meaning) {
    input.value = "";
    close();
    input.blur();
    meaning.choose();
  }

  function open() {
    shown = meanings(input.value);
    list.replaceChildren(...shown.map((meaning, i) => {
      const dot = el("i", { class: "dot", "aria-hidden": "true" });
      if (meaning.kind === "label") {
        dot.style.background = colour(meaning.text);
      }
      const item = el("li", { id: "suggestion-" + i, role: "option", "aria-selected": "false", "data-kind": meaning.kind, "data-text": meaning.text },
        dot, el("span", { class: "text", text: meaning.text, title: meaning.text }), el("span", { class: "kind", text: meaning.kind }),
        el("span", { class: "hint", text: meaning.hint }));
      item.addEventListener("pointerdown", (event) => event.preventDefault()); // the box keeps the focus until it is chosen
      item.addEventListener("click", () => choose(meaning));
      return item;
    }));
    if (shown.length === 0) {
      list.append(el("li", { class: "none", text: loading || asking ? "looking …" : "nothing is called so; a time may be 10:00, 2026-11-30 10:00 or -5m" }));
    }
    if (isPartKnown || isPartRare) {
      list.append(el("li", { class: "none", text: "not all names are known yet" }));
    }
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    mark(input.value.trim() !== "" && shown.length > 0 ? 0 : -1);
  }

  function look() {
    lookFor(input.value.trim(), () => document.activeElement === input && open());
  }

  /** Asks for the names when they are not known, or not fresh, and shows them. */
  function ready() {
    if (isFresh() || loading) {
      return;
    }
    loading = load().catch((e) => note(e.message)).finally(() => {
      loading = null;
      if (document.activeElement === input) {
        look();
        open();
      }
    });
  }

  input.addEventListener("focus", () => {
    ready();
    open();
  });
  input.addEventListener("input", () => {
    ready(); // there may have been no journal yet when the box was entered
    look();
    open();
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) {
        open();
      }
      const by = event.key === "ArrowDown" ? 1 : -1;
      mark(shown.length === 0 ? -1 : (active + by + shown.length + (active < 0 && by < 0 ? 1 : 0)) % shown.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (shown[active]) {
        choose(shown[active]);
      }
    } else if (event.key === "Escape") {
      if (input.value === "") {
        input.blur();
      }
      input.value = "";
      close();
    } else if (event.key === "Backspace" && input.value === "") {
      element.dispatchEvent(new CustomEvent("backwards", { bubbles: true }));
    }
  });
  return { element, input };
}
