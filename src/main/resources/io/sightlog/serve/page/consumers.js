// Who reads the journal by name, and how far behind.

import { Ages } from "./ages.js";
import { count, el, many } from "./dom.js";
import { go } from "./shown.js";
import { duration } from "./time.js";

const STATES = {
  behind: ["behind", "warn"],
  end: ["has read all", "good"],
  "beyond-end": ["what it read is gone", "bad"],
  damaged: ["damaged", "bad"],
};

function holder(consumer) {
  if (consumer.pid === 0) {
    return "not running";
  }
  return (consumer.holder ? consumer.holder + ", " : "") + "process " + consumer.pid;
}

/** How far behind, 0 to 1: by tens, since a lag may be of any size. */
function part(lagEvents) {
  return Math.min(1, Math.log10(1 + lagEvents) / 7);
}

export function makeConsumers(content) {
  const ages = new Ages();
  const list = el("ul", { class: "rows" });
  const nothing = el("p", { class: "dim foot", text: "No consumer has a name here." });
  content.append(list, nothing);

  function row(consumer) {
    const [word, weight] = STATES[consumer.state] ?? [consumer.state, "warn"];
    const lag = consumer.lagEvents > 0 ? many(consumer.lagEvents, "event") + ", " + duration(BigInt(consumer.lagNanos)) : "";
    const fill = el("i", {});
    fill.style.width = part(consumer.lagEvents) * 100 + "%";
    const next = consumer.next === null || consumer.state !== "behind" ? null : el("button", { type: "button", class: "link",
      title: "Go to the event that it reads next, " + consumer.next, click: () => go(consumer.next, { push: true }) }, "next");
    const moved = consumer.movedNanos === "0" ? null : el("span", {}, "moved ", ages.make(consumer.movedNanos));
    return el("li", { "data-consumer": consumer.name, "data-state": consumer.state },
      el("div", { class: "first" }, el("i", { class: "pip " + (consumer.pid === 0 ? "is-off" : "is-on") }), el("b", { text: consumer.name }),
        el("span", { class: "end " + weight, text: word })),
      consumer.lagEvents > 0 ? el("div", { class: "meter", title: "Each seventh of the bar is ten times as many events" }, fill) : null,
      el("div", { class: "second dim" }, lag ? el("span", { class: "lag", text: lag }) : null, next, moved,
        el("span", { text: holder(consumer) })),
      consumer.damage === null ? null : el("div", { class: "second bad", text: consumer.damage }));
  }

  function fill(answer) {
    ages.begin(answer.nowNanos ?? BigInt(Date.now()) * 1_000_000n);
    list.replaceChildren(...answer.consumers.map(row));
    nothing.hidden = answer.consumers.length > 0;
    const behind = answer.consumers.filter((consumer) => consumer.state !== "end").length;
    return answer.consumers.length === 0 ? "" : behind === 0 ? count(answer.consumers.length) : behind + " of " + answer.consumers.length + " behind";
  }

  return { fill, tick: () => ages.tick() };
}
