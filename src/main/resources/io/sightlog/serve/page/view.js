// The span of time that is shown, and the ways to change it.

import { now, set } from "./state.js";
import { facts, latestNanos } from "./facts.js";

const LEAST = 1_000n; // a microsecond
const MOST = 200n * 31_557_600_000_000_000n;

function big(number) {
  return BigInt(Math.round(number));
}

/** All there is, with some room at both ends: { from, to }; null when nothing is there. */
export function whole() {
  const info = facts();
  if (!info || info.first === null) {
    return null;
  }
  const from = BigInt(info.firstAppendedNanos);
  const last = BigInt(info.lastAppendedNanos);
  const to = now.live ? latestNanos() : last;
  const room = (to - from) / 100n + 1_000_000n;
  return { from: from - room, to: to + (now.live ? 0n : room) };
}

/** Shows a span. It is kept within what makes sense; any span that does not end now is the past. */
export function show(from, to, options = {}) {
  let length = to - from;
  length = length < LEAST ? LEAST : length > MOST ? MOST : length;
  const middle = from + (to - from) / 2n;
  from = middle - length / 2n;
  const all = whole();
  if (all) { // something of what is there stays in sight
    const most = all.to - length / 10n;
    const least = all.from - (length * 9n) / 10n;
    from = from > most ? most : from < least ? least : from;
  }
  from = from < 0n ? 0n : from;
  set({ from, to: from + length, live: options.live === true }, { push: options.push === true });
}

/** Zooms by a factor, below 1 into the span, about a place in it between 0 and 1. */
export function zoom(factor, place = 0.5) {
  if (now.from === null) {
    return;
  }
  const length = Number(now.to - now.from);
  if (now.live && place > 0.98) { // about now: it goes on following
    follow(big(length * factor));
    return;
  }
  const wanted = Math.min(Number(MOST), Math.max(Number(LEAST), length * factor));
  const from = now.from + big((length - wanted) * place);
  show(from, from + big(wanted));
}

/** Moves the span by a part of its length. */
export function pan(part) {
  if (now.from !== null) {
    const by = big(Number(now.to - now.from) * part);
    show(now.from + by, now.to + by);
  }
}

/** Brings a time into the middle. */
export function centre(nanos, options) {
  const half = (now.to - now.from) / 2n;
  show(nanos - half, nanos + half, options);
}

/** Shows all of it. */
export function showAll() {
  const all = whole();
  if (all) {
    set({ ...all }, { push: true });
  }
}

/** The span ends now and follows what is appended. */
export function follow(length = now.to - now.from, options = {}) {
  const to = latestNanos();
  length = length < LEAST ? LEAST : length > MOST ? MOST : length;
  set({ from: to - length < 0n ? 0n : to - length, to, live: true }, options);
}
