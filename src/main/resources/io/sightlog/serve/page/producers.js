// Who writes the journal: how fast, how long ago, and what is missing.

import { Ages } from "./ages.js";
import { count, el, many } from "./dom.js";
import { shortSource } from "./parts.js";
import { go } from "./shown.js";
import { now } from "./state.js";
import { duration, full } from "./time.js";

const SHOWN_AT_ONCE = 5;
const AN_HOUR_OR_SO = 4_000_000_000_000n;

function nameOf(producer) {
  if (producer.streams.length > 0) {
    return producer.streams.join(", ");
  }
  return producer.sources.map(shortSource).join(", ") || (producer.messages > 0 ? "messages" : producer.producer);
}

function rate(perSecond) {
  return (perSecond >= 100 ? Math.round(perSecond) : Number(perSecond.toPrecision(3))) + " fps";
}

function gaps(producer) {
  const ranges = producer.gaps.map((gap) => (gap.first === gap.last ? gap.first : gap.first + " to " + gap.last)).join(", ");
  return "Sequence numbers that are not there: " + ranges;
}

/** What is not as it should be, as [text, title, weight]. */
function troubles(producer) {
  const found = [];
  if (producer.missing > 0) {
    found.push([count(producer.missing) + " missing", gaps(producer), "bad"]);
  }
  if (Number(producer.dropped) > 0) {
    found.push([count(producer.dropped) + " dropped", "Frames that its cameras gave while it was busy", "warn"]);
  }
  if (producer.skips > 0) {
    found.push([many(producer.skips, "skip"), "Frames that could not be looked at", "warn"]);
  }
  if (producer.repeated > 0) {
    found.push([count(producer.repeated) + " repeated", "Events whose sequence number came before", "warn"]);
  }
  if (producer.reordered > 0) {
    found.push([count(producer.reordered) + " reordered", "Events whose sequence number came after a higher one", "warn"]);
  }
  return found;
}

/** In a line of its own kind: decode 2.77 · infer 18.6 ms. */
function stages(producer) {
  const found = [["decode", producer.decodeP50Nanos], ["infer", producer.inferP50Nanos]].filter(([, nanos]) => nanos !== null && nanos !== "0");
  const texts = found.map(([name, nanos]) => name + " " + duration(BigInt(nanos)));
  const units = new Set(texts.map((text) => text.split(" ").pop()));
  return (units.size === 1 ? texts.map((text, i) => (i < texts.length - 1 ? text.slice(0, text.lastIndexOf(" ")) : text)) : texts).join(" · ");
}

function what(producer) {
  const parts = [[producer.frames, "frame"], [producer.messages, "message"]].filter(([number]) => number > 0);
  return parts.map(([number, word]) => many(number, word)).join(", ");
}

export function makeProducers(content) {
  const ages = new Ages();
  const list = el("ul", { class: "rows" });
  const more = el("button", { id: "producers-more", type: "button", class: "link", hidden: true, click: () => {
    isAll = !isAll;
    fill(latest);
  } });
  const foot = el("p", { class: "dim foot" });
  content.append(list, more, foot);
  let isAll = false;
  let latest = null;

  function row(producer) {
    const isSilent = !(producer.framesPerSecond > 0);
    const last = el("button", { type: "button", class: "link", title: "Go to its last event, " + producer.lastPosition,
      click: () => go(producer.lastPosition, { push: true }) }, ages.make(producer.lastAppendedNanos));
    const sources = producer.sources.join("\n");
    const facts = [isSilent ? "" : rate(producer.framesPerSecond), what(producer), stages(producer)].filter((text) => text !== "");
    return el("li", { "data-producer": producer.producer, title: "Producer " + producer.producer + (sources ? "\n" + sources : "") },
      el("div", { class: "first" }, el("i", { class: "pip " + (isSilent ? "is-off" : "is-on") }), el("b", { text: nameOf(producer) }),
        el("span", { class: "end" }, last)),
      el("div", { class: "second dim" }, ...facts.map((text) => el("span", { text })),
        ...troubles(producer).map(([text, title, weight]) => el("span", { class: weight, title }, text))));
  }

  function fill(answer) {
    latest = answer;
    ages.begin(answer.nowNanos);
    const producers = isAll ? answer.producers : answer.producers.slice(0, SHOWN_AT_ONCE);
    list.replaceChildren(...producers.map(row));
    const hidden = answer.producers.length - producers.length;
    more.hidden = hidden === 0 && !isAll;
    more.textContent = isAll ? "Show fewer" : "Show " + many(hidden, "more", "more");
    if (answer.producers.length === 0) {
      foot.textContent = "Nobody has written in the last hour.";
    } else {
      const ago = BigInt(answer.nowNanos) - BigInt(answer.sinceNanos);
      foot.textContent = (ago > 0n && ago < AN_HOUR_OR_SO ? "Of the last " + duration(ago) : "Counted since " + full(BigInt(answer.sinceNanos), now.zone, 0))
        + (answer.complete ? "" : ", as far as it was looked at");
    }
    return String(answer.producers.length || "");
  }

  return { fill, tick: () => ages.tick() };
}
