// By capture time: where single events of the screen are placed, in which order they are stepped through, and what lies outside of the span.

import { lines, position } from "./api.js";
import { count } from "./dom.js";
import { facts } from "./facts.js";
import { filters, now } from "./state.js";

const MOST = 2_400; // events among which is stepped: as many as pixels

let areSingle = false;
let kept = null; // { key, events } of the last step

/** Whether an event has no capture time: it stays at its append time. */
export function isBare(event) {
  return event.capturedNanos === "0";
}

/** Where an event lies when single events are shown. */
export function placeOf(event) {
  return BigInt(now.order === "captured" && !isBare(event) ? event.capturedNanos : event.appendedNanos);
}

/** Whether single events are on the screen, and placed by capture time. */
export function isByCapture() {
  return areSingle && now.order === "captured";
}

/** Told by the lanes: whether single events are on the screen. */
export function tellSingle(are) {
  areSingle = are;
}

/**
 * Single events by lane as they are placed now: { byLane, edges, before, after, bare }. Those that were appended within the span and captured
 * outside of it are no dots, but counted: `edges` has [before, after] for each lane, the others count events.
 */
export function placed(byLane) {
  const before = new Set();
  const after = new Set();
  const bare = new Set();
  const lanes = new Map();
  const edges = new Map();
  for (const [key, dots] of byLane) {
    const inside = [];
    const edge = [0, 0];
    for (const dot of dots) {
      const appended = BigInt(dot.event.appendedNanos);
      const nanos = placeOf(dot.event);
      if (now.order === "captured" && (appended < now.from || appended >= now.to)) {
        continue;
      }
      if (now.order === "captured" && (nanos < now.from || nanos >= now.to)) {
        edge[nanos < now.from ? 0 : 1]++;
        (nanos < now.from ? before : after).add(dot.event);
        continue;
      }
      const isHollow = now.order === "captured" && isBare(dot.event);
      if (isHollow) {
        bare.add(dot.event);
      }
      inside.push({ ...dot, nanos, isHollow });
    }
    lanes.set(key, inside.sort((p, q) => (p.nanos < q.nanos ? -1 : p.nanos > q.nanos ? 1 : 0)));
    edges.set(key, edge);
  }
  return { byLane: lanes, edges, before: before.size, after: after.size, bare: bare.size };
}

/** What the switch does now, in words; empty when it is off. */
export function told(marks) {
  if (now.order !== "captured") {
    return "";
  }
  if (marks === null) {
    return "capture time counts when zoomed in to single events";
  }
  const outside = [[marks.before, "before"], [marks.after, "after"]].filter(([number]) => number > 0)
    .map(([number, where]) => count(number) + " captured " + where + " this span").join(", ");
  return "by capture time" + (outside === "" ? "" : ": " + outside)
    + (marks.bare > 0 ? "; " + count(marks.bare) + " without capture time, hollow, at append time" : "");
}

function compare(p, q) {
  return p.nanos < q.nanos ? -1 : p.nanos > q.nanos ? 1 : byAppend(p, q);
}

function byAppend(p, q) {
  return p.index < q.index ? -1 : p.index > q.index ? 1 : p.place - q.place;
}

function short(event) {
  return { nanos: placeOf(event), index: BigInt(event.index), place: event.place ?? 0, position: position(event) };
}

/** Events that were appended within the span, short; null when there are more than pixels. */
async function onScreen(seen, signal) {
  const asked = filters();
  asked.set("from", now.from);
  asked.set("to", now.to);
  asked.set("limit", MOST);
  if (seen) {
    asked.set("seen", "true");
  }
  const key = asked + " " + facts()?.last;
  if (kept?.key !== key) {
    const { events, end } = await lines("events", asked, signal);
    kept = { key, events: end.reason === "end" ? events.map(short) : null };
  }
  return kept.events;
}

/**
 * The way on from an event by capture time, among those on the screen: { at } is the position of the next one. Where that was the last of them,
 * { beyond } is the position behind which, in order of append, comes what is not on the screen. Null where it goes by append time: the event is
 * not on the screen, or there are too many (`isTooMany`).
 */
export async function neighbour(event, by, seen, signal) {
  const appended = BigInt(event.appendedNanos);
  if (!isByCapture() || appended < now.from || appended >= now.to) {
    return null;
  }
  const events = await onScreen(seen, signal);
  if (events === null) {
    return { isTooMany: true };
  }
  const here = short(event);
  const ways = events.filter((other) => compare(other, here) * by > 0).sort(compare);
  const next = by > 0 ? ways[0] : ways.at(-1);
  if (next) {
    return { at: next.position };
  }
  const all = [...events, here].sort(byAppend);
  return { beyond: (by > 0 ? all.at(-1) : all[0]).position };
}
