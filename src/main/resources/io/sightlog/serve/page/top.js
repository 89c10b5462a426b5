// The bar above: what journal this is, what is looked for in it, what is counted, and what time it is.

import { colour, onScheme } from "./colours.js";
import { onShown, shownNanos } from "./cursor.js";
import { el, write } from "./dom.js";
import { facts, onFacts, serverNanos } from "./facts.js";
import { zoomStep } from "./gestures.js";
import { search } from "./search.js";
import { now, on, set } from "./state.js";
import { clock, day, duration, full, offset } from "./time.js";
import { follow, show, showAll } from "./view.js";

const KINDS = ["label", "source", "stream", "topic"];
const SPANS = [["1 min", 60n], ["5 min", 300n], ["15 min", 900n], ["1 h", 3600n], ["6 h", 21_600n], ["1 d", 86_400n], ["7 d", 604_800n]];
const LISTS = [["label", "labels"], ["source", "sources"], ["stream", "streams"]];

function chips() {
  const box = el("ul", { id: "chips", "aria-label": "Filters" });
  const fill = () => {
    box.replaceChildren(...LISTS.flatMap(([kind, list]) => now[list].map((value) => {
      const dot = el("i", { class: "dot", "aria-hidden": "true" });
      if (kind === "label") {
        dot.style.background = colour(value);
      }
      const remove = el("button", { type: "button", class: "remove", "aria-label": `remove the filter ${kind} ${value}`, "data-filter": kind,
        "data-value": value, text: "×", click: () => set({ [list]: now[list].filter((other) => other !== value) }, { push: true }) });
      return el("li", { class: "chip", title: kind + " " + value }, dot, el("span", { class: "kind", text: kind }),
        el("span", { class: "value", text: value }), remove);
    })));
  };
  on(["labels", "sources", "streams"], fill);
  onScheme(fill);
  return box;
}

function segments() {
  const buttons = KINDS.map((kind) => el("button", { type: "button", id: "by-" + kind, role: "radio", text: kind, "data-by": kind,
    click: () => set({ by: kind }, { push: true }) }));
  const box = el("div", { id: "by", class: "segments", role: "radiogroup", "aria-label": "What lanes are" }, ...buttons);
  const fill = () => buttons.forEach((button) => {
    const isOn = button.dataset.by === now.by;
    button.setAttribute("aria-checked", String(isOn));
    button.tabIndex = isOn ? 0 : -1;
  });
  box.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (by) {
      event.preventDefault();
      event.stopPropagation();
      const next = (KINDS.indexOf(now.by) + by + KINDS.length) % KINDS.length;
      set({ by: KINDS[next] });
      buttons[next].focus();
    }
  });
  on(["by"], fill);
  fill();
  return box;
}

function confidence() {
  const range = el("input", { id: "conf", type: "range", min: "0", max: "1", step: "0.05", "aria-label": "Least confidence" });
  const value = el("output", { id: "conf-value", for: "conf" });
  const rounded = el("span", { id: "conf-rounded", class: "dim", hidden: true });
  let answered = 0;
  const fill = () => {
    range.value = String(now.conf);
    write(value, now.conf > 0 ? "≥ " + now.conf.toFixed(2) : "any");
    range.setAttribute("aria-valuetext", now.conf > 0 ? "at least " + now.conf.toFixed(2) : "any");
    rounded.hidden = Math.abs(answered - now.conf) < 0.001 || Math.abs(now.conf * 20 - Math.round(now.conf * 20)) < 0.001;
    write(rounded, "counted from " + answered.toFixed(2));
  };
  range.addEventListener("input", () => set({ conf: Number(range.value) }));
  document.addEventListener("sightlog:columns", ({ detail }) => {
    answered = detail.confidence;
    fill();
  });
  on(["conf"], fill);
  fill();
  return el("label", { class: "confidence" }, el("span", { class: "dim", text: "confidence" }), range, value, rounded);
}

function times() {
  const line = el("span", { id: "clock", class: "clock" });
  const event = el("span", { id: "event-times", class: "dim" });
  const zone = el("button", { id: "zone", type: "button", click: () => set({ zone: now.zone === "utc" ? "local" : "utc" }) });
  const order = el("button", { id: "by-captured", type: "button", text: "By capture time",
    click: () => set({ order: now.order === "captured" ? "appended" : "captured" }, { push: true }) });
  let shown = null;
  const tellOrder = () => {
    order.setAttribute("aria-pressed", String(now.order === "captured"));
    order.title = "Places single events by when they were captured, and steps through them in that order; columns stay those of append time: zoom in (C)";
  };
  const tick = () => {
    const nanos = serverNanos();
    write(line, day(nanos, now.zone) + " " + clock(nanos, now.zone, 0));
    write(zone, offset(nanos, now.zone));
    zone.title = now.zone === "utc" ? "UTC; click: time of this machine" : "time of this machine; click: UTC";
    zone.setAttribute("aria-label", "time zone " + zone.textContent + ", " + (now.zone === "utc" ? "change to local time" : "change to UTC"));
  };
  const tell = () => {
    const digits = 3;
    const of = (name, text) => name + " " + (day(BigInt(text), now.zone) === day(serverNanos(), now.zone) ? "" : day(BigInt(text), now.zone) + " ")
      + clock(BigInt(text), now.zone, digits);
    write(event, shown ? of("event appended", shown.appendedNanos) + (shown.capturedNanos === "0" ? "" : " · " + of("captured", shown.capturedNanos)) : "");
    event.title = shown ? "appended " + full(BigInt(shown.appendedNanos), now.zone) + (shown.capturedNanos === "0" ? "" : "\ncaptured " + full(BigInt(shown.capturedNanos), now.zone)) : "";
  };
  onShown((next) => {
    shown = next;
    tell();
  });
  on(["order"], tellOrder);
  tellOrder();
  on(["zone"], () => {
    tick();
    tell();
  });
  const ticking = () => {
    tick();
    setTimeout(ticking, 1_005 - (Number(serverNanos() / 1_000_000n) % 1_000)); // as the second changes
  };
  ticking();
  return el("div", { class: "times" }, el("div", { class: "now" }, order, line, zone), event);
}

function spans() {
  const text = el("span", { id: "span-text", class: "span-text" });
  const current = el("option", { value: "", hidden: true });
  const select = el("select", { id: "span-length", "aria-label": "Length of the span" }, current,
    ...SPANS.map(([name, seconds]) => el("option", { value: seconds.toString(), text: name })), el("option", { value: "all", text: "all" }));
  select.addEventListener("change", () => {
    if (select.value === "all") {
      showAll();
    } else {
      const length = BigInt(select.value) * 1_000_000_000n;
      const middle = now.from + (now.to - now.from) / 2n;
      if (now.live) {
        follow(length, { push: true });
      } else {
        show(middle - length / 2n, middle + length / 2n, { push: true });
      }
    }
    fill();
  });
  const button = (id, sign, title, click) => el("button", { id, type: "button", class: "tool", title, "aria-label": title, text: sign, click });
  const fill = () => {
    if (now.from === null) {
      return;
    }
    const length = now.to - now.from;
    write(current, duration(length));
    select.value = "";
    const digits = length < 10_000_000_000n ? (length < 10_000_000n ? 9 : 3) : 0;
    const sameDay = day(now.from, now.zone) === day(now.to, now.zone);
    write(text, day(now.from, now.zone) + " " + clock(now.from, now.zone, digits) + " – "
      + (sameDay ? "" : day(now.to, now.zone) + " ") + clock(now.to, now.zone, digits));
  };
  on(["from", "to", "zone"], fill);
  return el("div", { class: "spans" }, text, select,
    el("div", { class: "segments" }, button("zoom-out", "−", "Zoom out (-)", () => zoomStep(2, shownNanos())),
      button("zoom-in", "+", "Zoom in (+)", () => zoomStep(0.5, shownNanos())), button("zoom-all", "All", "All of the journal (0)", showAll)));
}

function liveness() {
  const live = el("button", { id: "live", type: "button", click: () => (now.live ? set({ live: false }) : follow()) },
    el("i", { class: "lamp", "aria-hidden": "true" }), el("span"));
  let pausedAt = null;
  let isOpen = true;
  const fill = () => {
    const last = facts()?.last ?? null;
    pausedAt = now.live ? null : pausedAt ?? last;
    const isBehind = !now.live && pausedAt !== null && last !== pausedAt;
    live.setAttribute("aria-pressed", String(now.live));
    live.classList.toggle("behind", isBehind || (now.live && !isOpen));
    write(live.lastChild, now.live ? (isOpen ? "Live" : "Waiting") : isBehind ? "New events" : "Paused");
    live.title = now.live && !isOpen ? "The server does not answer; it is asked again" : now.live ? "Follows what is appended; click: pause (L)" : "Shows the past; click: follow what is appended (L)";
  };
  on(["live"], fill);
  document.addEventListener("sightlog:connection", ({ detail }) => {
    isOpen = detail !== "lost";
    fill();
  });
  onFacts(fill);
  fill();
  return live;
}

function journal() {
  const name = el("span", { id: "journal-name", class: "journal" });
  onFacts((info) => {
    if (info) {
      const short = info.journal.replace(/\/+$/, "");
      write(name, short.slice(short.lastIndexOf("/") + 1) || info.journal);
      name.title = info.journal + (info.id ? "\nid " + info.id : "") + (info.roll ? "\nroll " + info.roll : "");
      document.title = name.textContent + " · Sightlog";
    }
  });
  return el("div", { class: "brand" }, el("img", { src: "page/icon.svg", alt: "", width: "20", height: "20" }), el("h1", { text: "Sightlog" }), name);
}

export function start(element) {
  const box = search();
  const field = el("div", { class: "field", role: "search" }, chips(), box.element);
  field.addEventListener("backwards", () => { // the last filter goes, as letters do
    const [, list] = LISTS.filter(([, name]) => now[name].length > 0).at(-1) ?? [];
    if (list) {
      set({ [list]: now[list].slice(0, -1) }, { push: true });
    }
  });
  element.append(el("div", { class: "bar" }, journal(), field, times()),
    el("div", { class: "bar tools" }, segments(), confidence(), spans(), liveness()));
}
