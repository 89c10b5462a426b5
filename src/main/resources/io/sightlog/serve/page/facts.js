// What the server says of the journal, asked again from time to time, so that each part of the page need not.

import { NO_ANSWER, json } from "./api.js";

const listeners = [];
let latest = null;
let skewNanos = 0n; // what the server's clock shows more than this one
let timer = 0;
let asking = null;
let failure = null;
let began = false;

/** The last answer of `info`, null before the first. */
export function facts() {
  return latest;
}

/** Calls back with each answer of `info`, or with an error: callback(info, null) or callback(lastInfo, error). */
export function onFacts(callback) {
  listeners.push(callback);
}

/** Whether the folder has another journal than it had for an earlier answer of the same run of the server; `info` may be the `hello` of live. */
export function isReplaced(info, known = latest) {
  return known !== null && known.instance === info.instance && known.generation !== null && info.generation !== null
    && known.generation !== info.generation;
}

/** Whether there was no server when it was asked last; one that is too slow is there. */
export function isGone() {
  return failure !== null && failure.status === NO_ANSWER;
}

/** What the server's clock shows now, about. */
export function serverNanos() {
  return BigInt(Date.now()) * 1_000_000n + skewNanos;
}

/** The end of all there is: now, or just after the newest event where a clock was ahead. Live spans end here, without it. */
export function latestNanos() {
  const clock = serverNanos();
  const last = latest === null || latest.last === null ? clock : BigInt(latest.lastAppendedNanos) + 1n;
  return last > clock ? last : clock;
}

/** Whether something was appended within the last minute. */
export function isBusy(info = latest) {
  return info !== null && info.last !== null && BigInt(info.nowNanos) - BigInt(info.lastAppendedNanos) < 60_000_000_000n;
}

function pause() {
  if (failure || !latest || latest.first === null) {
    return 1_000;
  }
  return latest.index.upToDate && !isBusy() ? 5_000 : 2_000;
}

/** Asks now. Never throws: who listens is told. */
export function askFacts() {
  began = true;
  asking ??= ask().finally(() => {
    asking = null;
    clearTimeout(timer);
    timer = setTimeout(() => !document.hidden && askFacts(), pause());
  });
  return asking;
}

async function ask() {
  try {
    const asked = Date.now();
    const info = await json("info", null, AbortSignal.timeout(20_000));
    skewNanos = BigInt(info.nowNanos) - BigInt(asked + Date.now()) * 500_000n; // it was taken in the middle of the way
    latest = info;
    failure = null;
  } catch (e) {
    failure = e;
  }
  listeners.forEach((callback) => callback(latest, failure));
}

document.addEventListener("visibilitychange", () => !document.hidden && began && askFacts());
