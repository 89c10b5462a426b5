// What is under the pointer: a hair line over all lanes, and a small panel that says it exactly.

import { isBare } from "./capture.js";
import { columnOf } from "./columns.js";
import { digitsFor } from "./axis.js";
import { count, el } from "./dom.js";
import { counted, shownName } from "./names.js";
import { now } from "./state.js";
import { clock, day, duration, full, offset } from "./time.js";

export const WORDS = {
  N: "nothing found: it was looked at",
  K: "skipped: not looked at",
  D: "no data: no event was there",
  U: "not indexed yet",
};

function percent(highest) {
  return (highest / 200).toFixed(highest % 2 === 1 ? 3 : 2);
}

/** Lines of text for a place: what, when, how many. */
export function describe({ nanos, row, sheet, single, nanosPerPixel }) {
  const digits = digitsFor(nanosPerPixel);
  const lines = [];
  const zone = now.zone;
  if (single) {
    const { event } = single;
    if (now.order === "captured") {
      lines.push(["when", isBare(event) ? "no capture time" : "captured " + full(BigInt(event.capturedNanos), zone)]);
    }
    lines.push([now.order === "captured" ? "state" : "when", (now.order === "captured" ? "appended " : "") + full(BigInt(event.appendedNanos), zone)]);
    lines.push(["what", shownName(row.key, row.name)]);
    if (event.kind === "message") {
      lines.push(["count", "message: " + event.topic]);
    } else if (event.kind === "skip") {
      lines.push(["count", "skipped: " + event.reason]);
    } else {
      const here = now.by === "label" ? event.detections.filter((d) => d.label.toLowerCase() === row.key) : event.detections;
      lines.push(["count", here.length === 0 ? "nothing found" : (here.length === 1 ? "1 detection" : count(here.length) + " detections")
        + ", highest confidence " + Number(single.confidence).toFixed(3)]);
    }
    lines.push(["state", [event.stream, event.source.slice(event.source.lastIndexOf("/") + 1), "frame " + event.frame].filter(Boolean).join(" · ")]);
    return lines;
  }
  lines.push(["when", day(nanos, zone) + " " + clock(nanos, zone, digits) + " " + offset(nanos, zone)]);
  if (!row) {
    return lines;
  }
  lines.push(["what", row.isOthers ? "all other lanes" : shownName(row.key, row.name)]);
  const column = sheet ? columnOf(sheet, nanos) : -1;
  if (column < 0) {
    lines.push(["state", "not known yet"]);
    return lines;
  }
  if (sheet.cut && nanos >= sheet.unknown.at(-1)[0]) {
    lines.push(["count", "too many events to read; zoom in"]);
    return lines;
  }
  const lane = row.isOthers ? sheet.others : sheet.byName.get(row.key);
  const state = lane ? lane.states[column] : sheet.absent[column];
  if (lane && lane.counts[column] > 0) {
    const number = lane.counts[column];
    lines.push(["count", count(number) + " " + counted() + (number === 1 ? "" : "s")
      + (lane.highest[column] > 0 ? ", highest confidence " + percent(lane.highest[column]) : "")]);
  } else if (row.isOthers || state !== "S") {
    lines.push(["count", WORDS[state] ?? "nothing found"]);
  }
  lines.push(["state", "column of " + duration(sheet.width)]);
  return lines;
}

/** Makes hair line, cursor, selection and panel over an element. */
export function hover(surface) {
  const hair = el("div", { class: "hair", hidden: true });
  const cursor = el("div", { class: "cursor", id: "lanes-cursor", hidden: true });
  const selected = el("div", { class: "selected", hidden: true });
  const panel = el("div", { class: "tip", id: "lanes-tip", role: "tooltip", hidden: true });
  surface.append(selected, cursor, hair, panel);

  function put(element, x) {
    element.hidden = x === null;
    if (x !== null) {
      element.style.transform = `translateX(${x.toFixed(1)}px)`;
    }
  }

  return {
    /** Says lines beside a place; null hides it. */
    show(x, y, lines) {
      put(hair, x);
      panel.hidden = x === null || lines === null;
      if (panel.hidden) {
        return;
      }
      panel.replaceChildren(...lines.map(([kind, text]) => el("div", { class: kind, text })));
      const width = surface.clientWidth;
      const left = x + 14 + panel.offsetWidth > width ? x - 14 - panel.offsetWidth : x + 14;
      panel.style.transform = `translate(${Math.max(2, Math.min(width - panel.offsetWidth - 2, left))}px, ${y}px)`;
    },
    hide() {
      hair.hidden = panel.hidden = true;
    },
    /** Where the event lies that is shown. */
    cursor: (x) => put(cursor, x),
    /** What is being selected, null for nothing. */
    select(x1, x2) {
      put(selected, x1 === undefined ? null : Math.min(x1, x2));
      if (x1 !== undefined) {
        selected.style.width = Math.abs(x2 - x1) + "px";
      }
    },
  };
}
