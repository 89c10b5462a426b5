// Pictures of events: each asked for once, the last few kept, so that play can ask ahead.

import { blob, position } from "./api.js";

const KEPT = 12;
const REFUSED_MILLIS = 10_000;

const entries = new Map(); // "position max" to { promise, controller, picture }, the least recently used first
const refused = new Map(); // source to { why, until }: not asked for again at each live event
let side = 1024;

/** Asks for pictures of so many pixels at their longer side from now on. Gives whether that is more than before. */
export function setSide(pixels) {
  const before = side;
  side = Math.min(8192, Math.max(64, Math.ceil(pixels / 64) * 64));
  return side > before;
}

function sourceKey(event) {
  return event.stream + "\n" + event.source;
}

function none(event, why) {
  return { bitmap: null, kind: "none", width: event.width, height: event.height, why };
}

async function ask(event, signal) {
  try {
    const answer = await blob("picture/" + position(event), new URLSearchParams({ max: side }), signal);
    const bitmap = await createImageBitmap(answer.blob);
    const size = /^(\d+)x(\d+)$/.exec(answer.headers.get("Sightlog-Size") ?? "");
    return {
      bitmap,
      kind: answer.headers.get("Sightlog-Picture") === "kept" ? "kept" : "source",
      width: size ? Number(size[1]) : event.width || bitmap.width,
      height: size ? Number(size[2]) : event.height || bitmap.height,
      why: null,
    };
  } catch (e) {
    if (e.name === "AbortError") {
      throw e;
    }
    if (e.status === 404 && !event.keptFrame) {
      if (refused.size >= 100) {
        refused.clear();
      }
      refused.set(sourceKey(event), { why: e.message, until: performance.now() + REFUSED_MILLIS });
    }
    return none(event, e.status === undefined ? "its picture cannot be read" : e.message);
  }
}

/**
 * The picture of an event: { bitmap, kind: kept|source|none, width, height, why }; width and height are of the frame that boxes lie in. Fails only
 * when it is forgotten while on its way. `often`: a source that had none just now is not asked again.
 */
export function pictureOf(event, often = false) {
  if (event.kind !== "frame") {
    return Promise.resolve(none(event, null));
  }
  const key = position(event) + " " + side;
  const known = entries.get(key);
  if (known && (often || known.picture === null || known.picture.bitmap !== null)) {
    entries.delete(key);
    entries.set(key, known);
    return known.promise;
  }
  const before = refused.get(sourceKey(event));
  if (often && before && !event.keptFrame && performance.now() < before.until) {
    return Promise.resolve(none(event, before.why));
  }
  const controller = new AbortController();
  const entry = { controller, picture: null, promise: ask(event, controller.signal) };
  entry.promise.then((picture) => {
    entry.picture = picture;
  }, () => entries.delete(key));
  entries.set(key, entry);
  for (const [oldKey, old] of entries) {
    if (entries.size <= KEPT) {
      break;
    }
    if (old.picture !== null) { // its bitmap may still be shown: it goes when nobody holds it
      entries.delete(oldKey);
    }
  }
  return entry.promise;
}

/** Gives up a picture that is still on its way. */
export function forget(event) {
  const key = position(event) + " " + side;
  const entry = entries.get(key);
  if (entry && entry.picture === null) {
    entries.delete(key);
    entry.controller.abort();
  }
}
