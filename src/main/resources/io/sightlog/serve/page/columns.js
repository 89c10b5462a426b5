// Answers of the server's timeline: asked for one at a time, kept for a while, and looked at by column.

import { json } from "./api.js";
import { facts } from "./facts.js";
import { filters, now } from "./state.js";

const KEPT = 24;
const PATIENCE = 300; // milliseconds that a question may take before a newer one ends it

const kept = []; // newest first

/** What tells questions apart, but for the span and how fine it is. */
export function filterKey() {
  return now.by + "?" + filters();
}


/** Whether nothing can be appended any more where an answer reaches to. */
function isPast(end) {
  const info = facts();
  return info !== null && info.last !== null && end + 1_000_000_000n < BigInt(info.lastAppendedNanos);
}

/** An answer, made handy: times as numbers from its start, lanes by name. */
function sheet(answer, question) {
  const lanes = new Map(answer.lanes.map((lane) => [lane.name.toLowerCase(), { ...lane, most: Math.max(1, ...lane.counts) }]));
  const start = BigInt(answer.startNanos);
  const end = start + BigInt(answer.widthNanos) * BigInt(answer.columns);
  return {
    ...answer,
    ...question,
    start,
    width: Number(answer.widthNanos),
    end,
    lanes: [...lanes.values()],
    isPast: isPast(end),
    byName: lanes,
    others: answer.others && { ...answer.others, most: Math.max(1, ...answer.others.counts) },
    absent: absent(answer, question.by),
    unknown: answer.unknown.map(([from, to]) => [BigInt(from), BigInt(to)]),
  };
}

/** What is known where a lane is not in an answer: frames that were looked at are the same for all labels. */
function absent(answer, by) {
  const any = answer.lanes[0] ?? answer.others;
  if (any && by === "label") {
    return any.states.replaceAll("S", "N");
  }
  const states = new Array(answer.columns).fill("D");
  for (const [from, to] of answer.unknown) {
    const width = BigInt(answer.widthNanos);
    const first = Number((BigInt(from) - BigInt(answer.startNanos)) / width);
    const last = Number((BigInt(to) - 1n - BigInt(answer.startNanos)) / width);
    states.fill("U", Math.max(0, first), Math.min(answer.columns, last + 1));
  }
  return states.join("");
}

/** What was there at all, out of an answer by stream, for labels of which none was seen. */
function activity(answer) {
  const lanes = [...answer.lanes, answer.others].filter(Boolean);
  return Array.from({ length: answer.columns }, (_, i) => {
    const states = lanes.map((lane) => lane.states[i]);
    return states.some((s) => s === "S" || s === "N") ? "N" : states.includes("K") ? "K" : states.includes("U") ? "U" : "D";
  }).join("");
}

function parameters(question, by = question.by, lanes = question.lanes) {
  const asked = new URLSearchParams(question.filters);
  asked.set("from", question.from);
  asked.set("to", question.to);
  asked.set("px", question.px);
  asked.set("by", by);
  asked.set("lanes", lanes);
  return asked;
}

/** Asks once. */
export async function timeline(question, signal) {
  const answer = await json("timeline", parameters(question), signal);
  const made = sheet(answer, question);
  if (question.by === "label" && answer.lanes.length === 0 && !answer.others) {
    const other = await json("timeline", parameters(question, "stream", 1), signal);
    if (other.columns === answer.columns) {
      made.absent = activity(other);
    }
  }
  return made;
}

function sameQuestion(a, b) {
  return a.from === b.from && a.to === b.to && a.px === b.px && a.lanes === b.lanes && a.key === b.key;
}

/** Answers with which to paint a span: the best first, which the others fill up where it does not reach. */
export function covering(from, to, key) {
  const fit = kept.filter((s) => s.key === key && s.start < to && s.end > from);
  const length = Number(to - from);
  const worth = (s) => { // newest of those as fine as is asked for, coarser ones behind
    const shared = Number((s.end < to ? s.end : to) - (s.start > from ? s.start : from)) / length;
    return shared - Math.abs(Math.log2((s.width * s.px) / length)) / 4;
  };
  return fit.map((s) => [worth(s), s]).sort((a, b) => b[0] - a[0]).slice(0, 4).map(([, s]) => s);
}

/**
 * Asks for what is wished for, one question at a time. `wish` gives the question, null for none; `answered` gets each answer, `failed` each
 * error. Gives a function that is called whenever the wish may have changed.
 */
export function asker(wish, answered, failed) {
  let running = null;
  let done = null;

  async function go() {
    const question = wish();
    if (question === null || (done && kept.includes(done) && sameQuestion(done, question) && isFinal(done))) {
      return;
    }
    const before = kept.find((s) => sameQuestion(s, question));
    if (before && isFinal(before)) {
      done = before;
      kept.splice(kept.indexOf(before), 1);
      kept.unshift(before);
      answered(before);
      return;
    }
    const mine = { question, abort: new AbortController(), since: performance.now() };
    running = mine;
    try {
      const made = await timeline(question, mine.abort.signal);
      keep(made);
      done = made;
      answered(made);
    } catch (e) {
      if (e.name !== "AbortError") {
        failed(e);
      }
    } finally {
      if (running === mine) {
        running = null;
        const next = wish();
        if (next !== null && !sameQuestion(next, question)) {
          go();
        }
      }
    }
  }

  return () => {
    if (running) {
      const next = wish();
      if (next && sameQuestion(next, running.question)) {
        return;
      }
      if (performance.now() - running.since < PATIENCE) {
        return; // the answer is near, and helps to paint
      }
      running.abort.abort();
      running = null;
    }
    go();
  };
}

function keep(made) {
  const length = made.to - made.from;
  for (let i = kept.length - 1; i >= 0; i--) { // of a span that follows what is appended, the newest is enough
    if (kept[i].key === made.key && !isFinal(kept[i]) && kept[i].to - kept[i].from === length) {
      kept.splice(i, 1);
    }
  }
  kept.unshift(made);
  kept.length = Math.min(kept.length, KEPT);
}

/** Whether an answer stays true: the past does not change once it is indexed. */
function isFinal(made) {
  return made.unknown.length === 0 && !made.cut && made.isPast;
}

/** Forgets all answers, as when a part of the journal was pruned. */
export function forget() {
  kept.length = 0;
}

/** The column in which a time lies, -1 when in none. */
export function columnOf(made, nanos) {
  if (nanos < made.start || nanos >= made.end) {
    return -1;
  }
  return Math.min(made.columns - 1, Math.floor(Number(nanos - made.start) / made.width));
}
