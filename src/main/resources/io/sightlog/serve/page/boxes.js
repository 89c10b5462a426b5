// Boxes and their labels, sharp on any screen: all lengths here are pixels of the device.

import { colour } from "./colours.js";

const MOST_LABELLED = 0.12; // of the canvas: in a crowd, labels would hide what they name
const FONT = "600 11px system-ui, sans-serif";

/** Whether a detection is one of those that are filtered for. */
export function isWanted(detection, conf, labels) {
  if (!(Number(detection.confidence) >= conf)) {
    return false;
  }
  return labels.length === 0
    || labels.some((label) => label.toLowerCase() === detection.label.toLowerCase() || label === String(detection.classId));
}

export function percent(confidence) {
  return Math.round(Number(confidence) * 100) + " %";
}

/** Where a detection lies on the canvas: view is { scale, left, top }, pixels of the device for one of the frame. Null when it has no place. */
function area(detection, view) {
  const x = Number(detection.x);
  const y = Number(detection.y);
  const w = Number(detection.w);
  const h = Number(detection.h);
  if (![x, y, w, h].every(Number.isFinite)) {
    return null;
  }
  const left = Math.round(view.left + x * view.scale);
  const top = Math.round(view.top + y * view.scale);
  return {
    left,
    top,
    width: Math.max(1, Math.round(view.left + (x + w) * view.scale) - left),
    height: Math.max(1, Math.round(view.top + (y + h) * view.scale) - top),
  };
}

/** The detection at a point of the canvas, the smallest of several; -1 for none. */
export function boxAt(detections, view, x, y, slack) {
  let best = -1;
  let least = Infinity;
  detections.forEach((detection, i) => {
    const a = area(detection, view);
    if (a === null || x < a.left - slack || x > a.left + a.width + slack || y < a.top - slack || y > a.top + a.height + slack) {
      return;
    }
    if (a.width * a.height < least) {
      least = a.width * a.height;
      best = i;
    }
  });
  return best;
}

const pixel = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
const texts = new Map();

/** Black or white, whichever is read more easily on a colour. */
function textOn(css) {
  let text = texts.get(css);
  if (!text) {
    pixel.fillStyle = css;
    pixel.fillRect(0, 0, 1, 1);
    const [red, green, blue] = [...pixel.getImageData(0, 0, 1, 1).data].map((channel) => {
      const value = channel / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    text = 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.2 ? "#000" : "#fff";
    texts.set(css, text);
  }
  return text;
}

function outline(context, a, width, paint) {
  context.lineWidth = width;
  context.strokeStyle = paint;
  const half = width % 2 / 2; // lines of an odd width lie in the middle of pixels
  context.strokeRect(a.left + half, a.top + half, Math.max(1, a.width - 2 * half), Math.max(1, a.height - 2 * half));
}

/** Thicker for larger boxes: from 1.25 to 3 CSS pixels. */
function thickness(a, ratio, isHot) {
  const side = Math.sqrt(a.width * a.height) / ratio;
  return Math.max(1, Math.round(ratio * (Math.min(3, 1.25 + side / 160) + (isHot ? 1 : 0))));
}

function overlaps(a, b) {
  return a.left < b.left + b.width && b.left < a.left + a.width && a.top < b.top + b.height && b.top < a.top + a.height;
}

function labelPlace(a, width, height, bounds, taken, mustBe) {
  const places = [
    [a.left, a.top - height],
    [a.left, a.top],
    [a.left, a.top + a.height],
    [a.left + a.width - width, a.top - height],
    [a.left + a.width - width, a.top + a.height],
  ];
  let first = null;
  for (const [x, y] of places) {
    const place = {
      left: Math.round(Math.min(Math.max(x, bounds.left), bounds.left + bounds.width - width)),
      top: Math.round(y),
      width,
      height,
    };
    if (place.top < bounds.top || place.top + height > bounds.top + bounds.height) {
      continue;
    }
    first ??= place;
    if (!taken.some((other) => overlaps(place, other))) {
      return place;
    }
  }
  return mustBe ? first : null;
}

/** Gives how many pixels it covers. */
function drawLabel(context, detection, a, fill, ratio, bounds, taken, mustBe) {
  const name = detection.label.length > 32 ? detection.label.slice(0, 31) + "…" : detection.label;
  const track = detection.trackId === "0" ? "" : " #" + detection.trackId;
  const text = "\u2068" + name + "\u2069" + track + " " + percent(detection.confidence); // its direction is its own affair
  context.font = FONT.replace("11px", Math.round(11 * ratio) + "px");
  const width = Math.ceil(context.measureText(text).width + 8 * ratio);
  const place = labelPlace(a, width, Math.round(16 * ratio), bounds, taken, mustBe);
  if (place === null) {
    return 0; // the table has it, and the pointer brings it up
  }
  taken.push(place);
  context.fillStyle = fill;
  context.fillRect(place.left, place.top, place.width, place.height);
  context.fillStyle = textOn(fill);
  context.textBaseline = "middle";
  context.fillText(text, place.left + 4 * ratio, place.top + place.height / 2 + ratio * 0.5);
  return place.width * place.height;
}

/**
 * Draws boxes. `look` is { ratio, bounds, hot, wanted }: pixels of the device for one of CSS, where labels may lie, the detection under the
 * pointer, and a function that says which are not faint. Labels that find no room are left out.
 */
export function drawBoxes(context, detections, view, look) {
  const { ratio, bounds, hot, wanted } = look;
  const drawn = detections
    .map((detection, i) => ({ detection, i, a: area(detection, view), isWanted: wanted(detection) }))
    .filter((d) => d.a !== null);
  drawn.sort((p, q) => (p.i === hot) - (q.i === hot) || p.isWanted - q.isWanted || q.a.width * q.a.height - p.a.width * p.a.height);
  for (const d of drawn) {
    d.fill = colour(d.detection.label);
    d.isHot = d.i === hot;
    const width = thickness(d.a, ratio, d.isHot);
    context.save();
    if (!d.isWanted && !d.isHot) {
      const thin = Math.max(1, Math.round(ratio));
      context.globalAlpha = 0.85;
      outline(context, d.a, thin, "rgba(0, 0, 0, 0.5)");
      context.setLineDash([4 * ratio, 3 * ratio]);
      outline(context, d.a, thin, d.fill);
    } else {
      outline(context, d.a, width + 2 * Math.max(1, Math.round(ratio * 0.75)), "rgba(0, 0, 0, 0.4)");
      outline(context, d.a, width, d.fill);
    }
    if (d.isHot) {
      context.globalAlpha = 0.18;
      context.fillStyle = d.fill;
      context.fillRect(d.a.left, d.a.top, d.a.width, d.a.height);
    }
    context.restore();
  }
  const taken = [];
  let room = MOST_LABELLED * bounds.width * bounds.height;
  drawn.sort((p, q) => (q.i === hot) - (p.i === hot) || Number(q.detection.confidence) - Number(p.detection.confidence));
  for (const d of drawn) {
    if (d.isHot || (d.isWanted && room > 0)) {
      room -= drawLabel(context, d.detection, d.a, d.fill, ratio, bounds, taken, d.isHot);
    }
  }
}
