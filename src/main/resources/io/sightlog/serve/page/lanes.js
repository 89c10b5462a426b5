// How much of what was there when: a row a lane, a bar a column. What was known before is drawn at once, what is asked for when it comes.

import { isByCapture, placed, placeOf, tellSingle, told } from "./capture.js";
import { onScheme } from "./colours.js";
import { asker, covering, filterKey, forget } from "./columns.js";
import { onShown, shownEvent } from "./cursor.js";
import { el, many, note, sharp } from "./dom.js";
import { askFacts, facts, isBusy, isGone, latestNanos, onFacts } from "./facts.js";
import { gestures } from "./gestures.js";
import { describe, hover } from "./hover.js";
import { legend } from "./legend.js";
import { counted, nameList, shownName } from "./names.js";
import { AXIS, paintLanes } from "./paint.js";
import { goTo, singles, stay } from "./pick.js";
import { filters, now, on, set } from "./state.js";
import { position } from "./api.js";
import { full } from "./time.js";
import { follow } from "./view.js";

const MOST_COLUMNS = 2400;
const MOST_LANES = 100;
const NONE = "\u0001"; // key of the row that is there when no lane is
const NEAR = 9; // pixels within which a single event is meant

let surface;
let canvas;
let names;
let key;
let over;
let body;
let rows = [];
let mostRows = 0;
let rowKey = null; // of the question that the rows are of
let fits = 8;
let extra = 0;
let width = 0;
let rowHeight = 24;
let latest = null;
let failed = false;
let dots = null; // single events: { byLane, from, to, key }
let dotsAbort = null;
let marks = null; // of these what was painted, as it was placed
let wantedAt = 0;
let painted = 0;
let pointer = null;

function wish() {
  if (now.from === null || width === 0 || document.hidden || isGone()) {
    return null;
  }
  return { from: now.from, to: now.to, px: Math.max(1, Math.min(MOST_COLUMNS, Math.floor(width))), lanes: Math.min(MOST_LANES, fits + extra),
    by: now.by, key: filterKey(), filters: filters().toString() };
}

const ask = asker(wish, answered, (error) => {
  failed = true;
  if (error.status === 0) {
    askFacts(); // where the server is gone, the line below says so; where it answers, lanes are asked for again
  } else if (error.status !== 401) { // which is said there, too
    key.problem(error.message);
  }
});

/** Rows stay where they are while the filters are the same: lanes that come later come below. */
function arrange(sheet) {
  const most = fits + extra;
  const present = new Map(sheet.lanes.map((lane) => [lane.name.toLowerCase(), lane]));
  const kept = rowKey === sheet.key ? rows.filter((row) => !row.isOthers) : [];
  const next = [];
  let absent = Math.max(0, most - present.size);
  for (const row of kept) {
    const lane = present.get(row.key);
    if (lane || absent-- > 0) {
      next.push({ ...row, total: lane?.total ?? 0 });
      present.delete(row.key);
    }
  }
  for (const [lower, lane] of present) {
    next.push({ key: lower, name: lane.name, total: lane.total });
  }
  if (next.length === 0) {
    next.push({ key: NONE, name: "", total: 0, isNone: true });
  } else if (next.length > 1) {
    const none = next.findIndex((row) => row.isNone);
    if (none >= 0) {
      next.splice(none, 1);
    }
  }
  if (sheet.others) {
    next.push({ key: "", name: "", total: sheet.others.total, isOthers: true, others: sheet.otherLanes, isFull: most >= MOST_LANES });
  }
  mostRows = rowKey === sheet.key ? Math.max(mostRows, next.length) : next.length;
  rows = next;
  rowKey = sheet.key;
  body.style.minHeight = AXIS + mostRows * rowHeight + "px"; // what lies below stays where it is while zooming
}

function answered(sheet) {
  key.problem(null);
  key.leftOut(sheet.damaged, sheet.unattributed);
  failed = false;
  latest = sheet;
  if (sheet.key !== filterKey()) {
    return;
  }
  arrange(sheet);
  names.show(rows);
  document.dispatchEvent(new CustomEvent("sightlog:columns", { detail: { confidence: sheet.confidence, damaged: sheet.damaged, unattributed: sheet.unattributed } }));
  paintSoon();
  fetchDots(sheet);
}

/** Single events instead of columns, when there are fewer than pixels. */
async function fetchDots(sheet) {
  dotsAbort?.abort();
  const total = sheet.lanes.reduce((sum, lane) => sum + lane.total, 0) + (sheet.others?.total ?? 0);
  const room = Math.max(50, Math.floor(width / 3));
  if (total === 0 || total > room || sheet.unknown.length > 0 || sheet.others) {
    if (total > room || sheet.others) {
      dots = null;
    }
    return;
  }
  const mine = (dotsAbort = new AbortController());
  try {
    const found = await singles(sheet.from, sheet.to, Math.min(10_000, sheet.px), mine.signal);
    if (found && dotsAbort === mine) {
      dots = { ...found, from: sheet.from, to: sheet.to, key: sheet.key };
      paintSoon();
    }
  } catch (e) {
    note(e.message);
  }
}

/** The single events, where they are those of this span. */
function currentDots() {
  return dots && dots.key === filterKey() && dots.from <= now.from && dots.to >= now.to ? dots.byLane : null;
}

let frame = 0;

function paintSoon() {
  wantedAt ||= performance.now();
  frame ||= requestAnimationFrame(() => {
    frame = 0;
    paint();
  });
}

function paint() {
  if (now.from === null || width === 0) {
    return;
  }
  const { from, to } = now;
  const info = facts();
  const singles = currentDots();
  marks = singles && placed(singles);
  tellSingle(marks !== null);
  const { context, ratio } = sharp(canvas, width, AXIS + Math.max(1, rows.length) * rowHeight);
  const sheets = covering(from, to, filterKey());
  paintLanes(context, { from, to, width, ratio, rows, rowHeight, sheets, zone: now.zone, by: now.by, marks: marks?.byLane, edges: marks?.edges, seenInset: narrow() ? 12 : 0,
    bounds: info?.first ? { from: BigInt(info.firstAppendedNanos), to: isBusy() ? latestNanos() : BigInt(info.lastAppendedNanos) } : null });
  over.cursor(cursorX());
  key.how(marks !== null);
  key.order(told(marks));
  Object.assign(canvas.dataset, { columns: sheets[0]?.columns ?? 0, from: from.toString(), to: to.toString(), painted: ++painted,
    paintMs: (performance.now() - wantedAt).toFixed(1), dots: marks ? "true" : "false",
    fresh: String(latest !== null && latest.key === filterKey() && latest.from === from && latest.to === to) });
  wantedAt = 0;
  canvas.setAttribute("aria-label", summary());
  if (pointer) {
    point();
  }
}

/** Where the shown event lies, null for outside: one that is on the screen, and captured outside of the span, at its edge. */
function cursorX() {
  const event = shownEvent();
  if (event === null) {
    return null;
  }
  const x = (nanos) => (Number(nanos - now.from) / Number(now.to - now.from)) * width;
  const appended = x(BigInt(event.appendedNanos));
  return appended < 0 || appended > width ? null : marks === null ? appended : Math.max(0, Math.min(width - 1, x(placeOf(event))));
}

/** What the canvas shows, in words. */
function summary() {
  const said = rows.filter((row) => !row.isNone && row.total > 0).slice(0, 12).map((row) =>
    (row.isOthers ? many(row.others, "other lane") : shownName(row.key, row.name)) + " " + row.total);
  return `From ${full(now.from, now.zone, 0)} to ${full(now.to, now.zone, 0)}, ${counted()}s by ${now.by}: ${said.join(", ") || "nothing found"}`
    + (now.order === "captured" ? "; " + told(marks) : "");
}

function narrow() {
  return surface.clientWidth < 560;
}

function measure() {
  rowHeight = narrow() ? 36 : 26;
  surface.closest("#lanes").style.setProperty("--row", rowHeight + "px");
  fits = Math.max(6, Math.floor((window.innerHeight * 0.4 - AXIS) / rowHeight));
  const wide = surface.clientWidth;
  if (wide !== width) {
    width = wide;
    paintSoon();
    ask();
  }
}

/** What is at a place of the canvas. */
function hit(x, y) {
  const perPixel = Number(now.to - now.from) / width;
  const nanos = now.from + BigInt(Math.round(x * perPixel));
  const row = y < AXIS ? null : rows[Math.floor((y - AXIS) / rowHeight)] ?? null;
  const sheet = covering(now.from, now.to, filterKey()).find((s) => nanos >= s.start && nanos < s.end);
  let single = null;
  let best = NEAR * perPixel;
  for (const dot of (row && marks?.byLane.get(row.key)) ?? []) {
    const apart = Math.abs(Number(dot.nanos - nanos));
    if (apart <= best) {
      best = apart;
      single = dot;
    }
  }
  return { nanos, row: row?.isNone ? null : row, sheet, single, nanosPerPixel: perPixel };
}

function point() {
  const found = hit(pointer.x, pointer.y);
  canvas.classList.toggle("can-pick", found.single !== null);
  over.show(pointer.x, Math.max(0, Math.min(pointer.y + 16, surface.clientHeight - 40)), describe(found));
}

/** Of single events by capture time, the next one of a lane; of any, where there is no lane. */
function toNext(nanos, row) {
  const dots = row && !row.isOthers ? marks.byLane.get(row.key) ?? [] : [...marks.byLane.values()].flat().sort((p, q) => Number(p.nanos - q.nanos));
  const next = dots.find((dot) => dot.nanos >= nanos);
  if (next) {
    set({ at: position(next.event), live: false }, { push: true });
  } else {
    note("no event on the screen was captured from there on");
  }
}

function clicked(event) {
  const box = canvas.getBoundingClientRect();
  const { nanos, row, sheet, single } = hit(event.clientX - box.left, event.clientY - box.top);
  if (event.detail > 1) {
    return;
  }
  if (single) {
    stay();
    set({ at: position(single.event), live: false }, { push: true });
    return;
  }
  if (isByCapture()) {
    stay();
    toNext(nanos, row);
    return;
  }
  let from = nanos;
  let until = null;
  if (sheet) { // from the beginning of the column on, that is what was clicked
    const width = BigInt(sheet.width);
    from = sheet.start + ((nanos - sheet.start) / width) * width;
    const lane = row && !row.isOthers ? sheet.byName.get(row.key) : null;
    until = lane && lane.counts[Number((from - sheet.start) / width)] > 0 ? from + width : null;
  }
  goTo(from, row && !row.isOthers && until !== null ? row.name : null, until);
}

function listen() {
  gestures(canvas, { clicked, selecting: over.select });
  canvas.addEventListener("dblclick", stay);
  canvas.addEventListener("pointermove", (event) => {
    const box = canvas.getBoundingClientRect();
    pointer = { x: event.clientX - box.left, y: event.clientY - box.top };
    if (now.from !== null) {
      point();
    }
  });
  canvas.addEventListener("pointerleave", () => {
    pointer = null;
    over.hide();
  });
  on(["order"], paintSoon);
  on(["from", "to", "by", "labels", "sources", "streams", "conf", "zone"], (changed) => {
    if (changed.has("by")) {
      extra = 0;
    }
    paintSoon();
    ask();
  });
  onShown(paintSoon);
  onScheme(() => {
    names.show(rows);
    paintSoon();
  });
  let first = null;
  onFacts((info) => {
    if (first !== null && info !== null && info.first !== first) { // pruned: what was counted is not there any more
      forget();
      ask();
    }
    first = info?.first ?? first;
    if (failed || (latest && !now.live && (!latest.isPast || latest.unknown.length > 0))) {
      ask();
    }
    paintSoon();
  });
  document.addEventListener("visibilitychange", () => !document.hidden && ask());
  new ResizeObserver(measure).observe(surface);
  window.addEventListener("resize", measure);
}

/** The span follows what is appended: at each event, but at most five times a second, and once a second without any. */
function followLive() {
  let last = 0;
  let timer = 0;
  const step = () => {
    timer = 0;
    if (now.live && now.from !== null && !document.hidden) {
      last = performance.now();
      follow();
    }
  };
  const soon = () => {
    const column = Number(now.to - now.from) / Math.max(1, width) / 1e6;
    timer ||= setTimeout(step, Math.max(0, last + Math.min(1000, Math.max(200, column / 4)) - performance.now()));
  };
  document.addEventListener("sightlog:live", soon);
  on(["live"], () => now.live && soon());
  setInterval(() => now.live && performance.now() - last > 900 && soon(), 1000);
}

export function start(element) {
  canvas = el("canvas", { id: "lanes-canvas", role: "img", "aria-label": "not loaded yet" });
  surface = el("div", { class: "surface" }, canvas);
  names = nameList((row) => {
    if (row.isFull) {
      document.getElementById("find").focus();
      return;
    }
    extra = Math.min(MOST_LANES, extra + 20);
    ask();
  });
  key = legend();
  over = hover(surface);
  body = el("div", { class: "lanes-body" }, names.element, surface);
  element.append(body, key.element);
  listen();
  followLive();
  measure();
}
