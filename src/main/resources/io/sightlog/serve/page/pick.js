// Single events of the span: fetched when they are few, and found for a click.

import { lines, position } from "./api.js";
import { filters, now, set } from "./state.js";
import { note } from "./dom.js";

const PATIENCE = 2_000; // milliseconds; columns say as much

/** What `events` has to be asked for so that its answer has what lanes of a kind count. */
function wanted(by) {
  const asked = filters();
  if (by === "topic") {
    asked.set("kind", "message");
  } else if (by === "label" || now.labels.length > 0 || now.conf > 0) {
    asked.set("seen", "true");
  }
  return asked;
}

/** A name as a pattern that only it matches. */
export function globOf(name) {
  return name.replace(/[\\*?[\]{}]/g, "\\$&");
}

/** Keys of the lanes that an event belongs to, and how sure it is there. */
function lanesOf(event, by) {
  if (by === "topic") {
    return event.kind === "message" ? [[event.topic, 1]] : [];
  }
  const best = new Map();
  for (const { label, confidence } of event.detections) {
    const key = by === "label" ? label.toLowerCase() : "";
    best.set(key, Math.max(best.get(key) ?? 0, Number(confidence) || 0));
  }
  return by === "label" ? [...best] : [[by === "source" ? event.source : event.stream, best.get("") ?? 0]];
}

/**
 * Single events between two times, by lane: { byLane: Map of key to [{ confidence, isSkip, event }] }, in order of append; null when there are more
 * than so many, or it took too long.
 */
export async function singles(from, to, limit, signal) {
  const by = now.by;
  const asked = wanted(by);
  asked.set("from", from);
  asked.set("to", to);
  asked.set("limit", limit);
  let answer;
  const late = AbortSignal.timeout(PATIENCE);
  try {
    answer = await lines("events", asked, AbortSignal.any([signal, late]));
  } catch (e) {
    if (e.name === "AbortError" || late.aborted) {
      return null;
    }
    throw e;
  }
  if (answer.end.reason !== "end" && answer.events.length >= limit) {
    return null;
  }
  const byLane = new Map();
  for (const event of answer.events) {
    for (const [key, confidence] of lanesOf(event, by)) {
      if (!byLane.has(key)) {
        byLane.set(key, []);
      }
      byLane.get(key).push({ confidence, isSkip: event.kind === "skip", event });
    }
  }
  return { byLane };
}

let going = null;

/** Shows the first event at or after a time; of a lane, when one is named. `until` bounds the first look. */
export async function goTo(nanos, lane = null, until = null) {
  going?.abort();
  const mine = (going = new AbortController());
  const attempts = [];
  if (lane !== null && until !== null) {
    const asked = wanted(now.by);
    if (now.by === "label") {
      asked.delete("label");
      asked.append("label", lane);
    } else if (now.by === "source" && lane !== "") {
      asked.delete("source");
      asked.append("source", globOf(lane));
    } else if (now.by === "stream" && lane !== "") {
      asked.delete("stream");
      asked.append("stream", lane);
    } else if (now.by === "topic") {
      asked.set("topic", globOf(lane));
    }
    asked.set("to", until);
    attempts.push(asked);
  }
  const seen = filters();
  seen.set("seen", "true");
  attempts.push(seen, filters());
  try {
    for (const asked of attempts) {
      asked.set("from", nanos);
      asked.set("limit", "1");
      const { events } = await lines("events", asked, mine.signal);
      if (events.length > 0) {
        set({ at: position(events[0]), live: false }, { push: true });
        return events[0];
      }
    }
    note("no event from there on");
  } catch (e) {
    if (e.name !== "AbortError") {
      note(e.message);
    }
  }
  return null;
}

/** Gives up what {@link goTo} looks for. */
export function stay() {
  going?.abort();
}
