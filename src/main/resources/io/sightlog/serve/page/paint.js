// Draws lanes: columns, what is known where nothing was seen, the axis, single events.

import { colour, themeColours } from "./colours.js";
import { axis, layContexts } from "./axis.js";

export const AXIS = 36; // pixels of the axis above the lanes

const patterns = new Map();

/** A small picture that is repeated, in pixels of the screen. */
function pattern(context, name, ink, ratio, draw, side = 8) {
  const key = name + ink + ratio;
  if (!patterns.has(key)) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = Math.round(side * ratio);
    const pen = tile.getContext("2d");
    pen.scale(tile.width / side, tile.height / side);
    pen.strokeStyle = pen.fillStyle = ink;
    draw(pen);
    const made = context.createPattern(tile, "repeat");
    made.setTransform(new DOMMatrix().scale(side / tile.width));
    patterns.set(key, made);
  }
  return patterns.get(key);
}

function hatch(pen, width) {
  pen.lineWidth = width;
  pen.beginPath();
  for (const shift of [-8, 0, 8]) {
    pen.moveTo(shift - 1, 9);
    pen.lineTo(shift + 9, -1);
  }
  pen.stroke();
}

/** The looks of what is known where nothing was seen: how high, above the base line, and how it is filled. */
function looks(context, ratio) {
  const theme = themeColours();
  return {
    N: { height: 1, fill: theme.dim, alpha: 0.55 },
    K: { height: 7, fill: pattern(context, "skip", theme.warn, ratio, (pen) => hatch(pen, 1.6)), alpha: 0.95 },
    D: { height: 2, fill: pattern(context, "none", theme.dim, ratio, (pen) => pen.fillRect(3, 0, 1, 8)), alpha: 0.4 },
    U: { height: 0, fill: pattern(context, "unknown", theme.dim, ratio, (pen) => hatch(pen, 1)), alpha: 0.3 },
  };
}

/** How high a count is drawn, of 1: by its square root, so that few are seen beside many. */
export function heightOf(count, most) {
  return Math.sqrt(count / most);
}

function strength(highest) {
  return highest === 0 ? 0.8 : 0.25 + 0.75 * Math.round((highest / 200) * 12) / 12;
}

/** Columns of one lane of one answer, between two places. */
function paintColumns(context, { sheet, lane, states, from, to, left, right, base, height, perNano, ratio, ink, seen, look }) {
  const offset = Number(sheet.start - from);
  const place = (i) => Math.round((offset + i * sheet.width) * perNano * ratio) / ratio;
  const first = Math.max(0, Math.floor((left / perNano - offset) / sheet.width));
  const last = Math.min(sheet.columns, Math.ceil((right / perNano - offset) / sheet.width));
  const gap = sheet.width * perNano >= 5 ? 1 : 0;
  context.save();
  context.beginPath();
  context.rect(left, base - height - 2, right - left, height + 4);
  context.clip();
  for (let i = first; i < last; ) {
    const state = states[i];
    if (state === "S") {
      i++;
      continue;
    }
    let end = i + 1;
    while (end < last && states[end] === state) {
      end++;
    }
    const { height: high, fill, alpha } = look[state] ?? look.D;
    context.globalAlpha = alpha;
    context.fillStyle = fill;
    const x = place(i);
    const wide = place(end) - x;
    const isTick = state === "N" && wide < 4 && (states[i - 1] ?? "D") === "D" && (states[end] ?? "D") === "D"; // a frame by itself
    const tall = high === 0 ? height + 2 : isTick ? 3 : high;
    context.fillRect(x, base - tall, isTick ? Math.max(1, wide) : wide, tall);
    i = end;
  }
  if (lane && seen) {
    context.fillStyle = ink;
    let alpha = -1;
    for (let i = first; i < last; i++) {
      const count = lane.counts[i];
      if (count === 0) {
        continue;
      }
      const wanted = strength(lane.highest[i]);
      if (wanted !== alpha) {
        alpha = wanted;
        context.globalAlpha = alpha;
      }
      const tall = Math.max(2, Math.round(heightOf(count, lane.most) * height * ratio) / ratio);
      const x = place(i);
      context.fillRect(x, base - tall, Math.max(1, place(i + 1) - x - gap), tall);
    }
  }
  context.restore();
}

/** Goes over the answers, the best first; each paints where those before it do not reach. */
function cover(sheets, from, perNano, width, callback) {
  let gaps = [[0, width]];
  for (const sheet of sheets) {
    const begin = Number(sheet.start - from) * perNano;
    const end = Number(sheet.end - from) * perNano;
    const left = [];
    for (const [a, b] of gaps) {
      const x = Math.max(a, begin);
      const y = Math.min(b, end);
      if (x >= y) {
        left.push([a, b]);
        continue;
      }
      callback(sheet, x, y);
      if (x - a > 0.5) {
        left.push([a, x]);
      }
      if (b - y > 0.5) {
        left.push([y, b]);
      }
    }
    gaps = left;
  }
}

/** The axis and the lines that it has through the lanes. `top` is where its line lies, `bottom` where the lanes end. */
export function paintAxis(context, { from, to, width, zone, bottom }) {
  const theme = themeColours();
  const { marks, contexts } = axis(from, to, width, zone);
  const perNano = width / Number(to - from);
  const place = (nanos) => Math.round(Number(nanos - from) * perNano) + 0.5;
  context.globalAlpha = 1;
  context.font = "11px " + theme.font;
  context.textBaseline = "alphabetic";
  context.textAlign = "left";
  context.lineWidth = 1;
  context.strokeStyle = theme.faint;
  context.fillStyle = theme.dim;
  context.beginPath();
  for (const { nanos, text } of marks) {
    const x = place(nanos);
    context.moveTo(x, AXIS - 14);
    context.lineTo(x, bottom);
    if (x + context.measureText(text).width + 4 < width) {
      context.fillText(text, x + 4, AXIS - 7);
    }
  }
  context.stroke();
  context.fillStyle = theme.text;
  for (const { x, text } of layContexts(contexts, place, (said) => context.measureText(said).width + 4, width)) {
    context.fillText(text, x + 4, 13);
  }
}

/** Shades what lies before the first event, and what has not come yet. */
function paintBounds(context, { from, width, bottom, perNano, bounds }) {
  const theme = themeColours();
  context.globalAlpha = 1;
  context.fillStyle = theme.back;
  const begin = Number(bounds.from - from) * perNano;
  const end = Number(bounds.to - from) * perNano;
  if (begin > 0) {
    context.fillRect(0, AXIS, Math.min(width, begin), bottom - AXIS);
  }
  if (end < width) {
    context.fillRect(Math.max(0, end), AXIS, width - Math.max(0, end), bottom - AXIS);
  }
}

/**
 * All of it. `rows`: [{ key, name, isOthers }] from above; `marks`: single events by row key, or null, [{ nanos, confidence, isSkip,
 * isHollow }]; `edges`: by row key, [how many lie before the span, how many after it].
 */
export function paintLanes(context, { from, to, width, ratio, rows, rowHeight, sheets, zone, bounds, marks, edges, by, seenInset = 0 }) {
  const theme = themeColours();
  const perNano = width / Number(to - from);
  const bottom = AXIS + rows.length * rowHeight;
  context.globalAlpha = 1;
  context.clearRect(0, 0, width, bottom + 1);
  context.fillStyle = theme.panel;
  context.fillRect(0, AXIS, width, bottom - AXIS);
  if (bounds) {
    paintBounds(context, { from, width, bottom, perNano, bounds });
  }
  paintAxis(context, { from, to, width, zone, bottom });
  const look = looks(context, ratio);
  rows.forEach((row, index) => {
    const base = AXIS + (index + 1) * rowHeight - 4;
    const height = rowHeight - 8 - seenInset;
    const ink = row.isOthers ? theme.dim : by === "label" ? colour(row.key) : theme.accent;
    const single = marks?.get(row.key);
    cover(sheets, from, perNano, width, (sheet, left, right) => {
      const lane = row.isOthers ? sheet.others : sheet.byName.get(row.key);
      paintColumns(context, { sheet, lane, states: lane?.states ?? sheet.absent, from, to, left, right, base, height, perNano, ratio, ink,
        seen: !marks || row.isOthers, look });
    });
    if (single) {
      paintSingles(context, { single, from, perNano, width, base, height, ink });
      paintEdges(context, { edge: edges.get(row.key), width, middle: base - height / 2 });
    }
    context.globalAlpha = 1;
    context.fillStyle = theme.faint;
    context.fillRect(0, base + 3, width, 1);
  });
  const cut = sheets[0]?.cut ? sheets[0].unknown.at(-1) : null;
  if (cut) {
    paintCut(context, { x: Math.max(0, Number(cut[0] - from) * perNano), width, bottom });
  }
}

/** Single events: as high as they are sure. */
function paintSingles(context, { single, from, perNano, width, base, height, ink }) {
  const theme = themeColours();
  for (const { nanos, confidence, isSkip, isHollow } of single) {
    const x = Number(nanos - from) * perNano;
    if (x < -4 || x > width + 4) {
      continue;
    }
    const tall = Math.max(3, height * confidence);
    context.fillStyle = context.strokeStyle = isSkip ? theme.warn : ink;
    context.globalAlpha = 0.55;
    context.fillRect(x - 0.75, base - tall, 1.5, tall);
    context.globalAlpha = 1;
    context.beginPath();
    context.arc(x, base - tall, 2.75, 0, 2 * Math.PI);
    if (isHollow) {
      context.lineWidth = 1.25;
      context.fillStyle = theme.panel;
      context.fill();
      context.stroke();
    } else {
      context.fill();
    }
  }
}

/** How many single events lie outside of the span, at its edges. */
function paintEdges(context, { edge: [before, after], width, middle }) {
  const theme = themeColours();
  context.globalAlpha = 1;
  context.font = "11px " + theme.font;
  for (const [number, text] of [[before, "◂ " + before], [after, after + " ▸"]]) {
    if (number > 0) {
      const long = context.measureText(text).width;
      const left = text.startsWith("◂") ? 3 : width - long - 3;
      context.fillStyle = theme.panel;
      context.fillRect(left - 3, middle - 8, long + 6, 16);
      context.fillStyle = theme.text;
      context.fillText(text, left, middle + 4);
    }
  }
}

function paintCut(context, { x, width, bottom }) {
  const theme = themeColours();
  context.globalAlpha = 1;
  context.fillStyle = theme.warn;
  context.fillRect(x, AXIS, 1, bottom - AXIS);
  context.font = "11px " + theme.font;
  const text = "too many events to read from here on; zoom in";
  const long = context.measureText(text).width;
  const left = Math.max(4, Math.min(x + 6, width - long - 8));
  context.fillStyle = theme.panel;
  context.fillRect(left - 3, AXIS + 3, long + 6, 16);
  context.fillStyle = theme.warn;
  context.fillText(text, left, AXIS + 15);
}
