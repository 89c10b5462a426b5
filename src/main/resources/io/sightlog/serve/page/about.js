// What is known of the event besides what was detected: times, where it comes from, how long it took.

import { isBare } from "./capture.js";
import { count, el, many, write } from "./dom.js";
import { copyButton, shortSource } from "./parts.js";
import { go, onShown, shown } from "./shown.js";
import { now, on } from "./state.js";
import { duration, full } from "./time.js";

const WIDE = new Set(["appended", "captured", "source", "model", "producer", "camera", "origin"]);

function time(nanos) {
  return nanos === "0" ? "not known" : full(BigInt(nanos), now.zone);
}

function span(nanos) {
  return nanos === "0" ? "" : duration(BigInt(nanos));
}

function signed(nanos) {
  return nanos < 0n ? "−" + duration(-nanos) : duration(nanos);
}

function frameText(event) {
  return event.kind === "message" ? "" : count(event.frame) + (event.positionNanos === "0" ? "" : " at " + duration(BigInt(event.positionNanos)));
}

function liveText(live) {
  const parts = ["was " + duration(BigInt(live.ageNanos)) + " old"];
  if (live.dropped !== "0") {
    parts.push(count(live.dropped) + " dropped before it");
  }
  if (live.reconnects !== "0") {
    parts.push(many(Number(live.reconnects), "reconnect") + ", away for " + duration(BigInt(live.outageNanos)));
  }
  return parts.join(", ");
}

function originText(origin) {
  const place = origin.kind === "kafka" && origin.partition >= 0 ? " [" + origin.partition + "] " + origin.offset : "";
  return origin.kind + " " + origin.broker + " " + origin.topic + place + (origin.messageId ? " " + origin.messageId : "");
}

/** Lines of [id, name, text, title]; those without a text are left out. */
function facts(event) {
  const age = event.capturedNanos === "0" ? "" : signed(BigInt(event.appendedNanos) - BigInt(event.capturedNanos));
  return [
    ["appended", "Appended", time(event.appendedNanos), event.appendedNanos],
    ["captured", "Captured", time(event.capturedNanos), event.capturedNanos],
    ["source", "Source", event.source],
    ["model", "Model", event.model],
    ["stream", "Stream", event.stream],
    ["frame", "Frame", frameText(event)],
    ["decode", "Decode", span(event.decodeNanos), event.decodeNanos + " ns"],
    ["infer", "Infer", span(event.inferNanos), event.inferNanos + " ns"],
    ["age", "Age", age, "From capture to append"],
    ["sequence", "Sequence", event.producer ? event.sequence : "", "Which event of its producer it is, from 0"],
    ["producer", "Producer", event.producer],
    ["camera", "Camera", event.live ? liveText(event.live) : ""],
    ["origin", "Origin", event.origin ? originText(event.origin) : ""],
  ].filter(([, , text]) => text !== "");
}

/** In a few words, for the bar: when, and where. */
export function title(event) {
  const what = event.kind === "message" ? event.topic : event.stream || shortSource(event.source);
  const isCaptured = now.order === "captured" && !isBare(event);
  return { when: (isCaptured ? "captured " : "") + full(BigInt(isCaptured ? event.capturedNanos : event.appendedNanos), now.zone, 3), what };
}

export function makeFacts() {
  const list = el("dl", { id: "facts" });
  const positionText = el("code", { id: "position" });
  const positionFact = el("div", { class: "fact is-wide", id: "fact-position" }, el("dt", { text: "Position" }),
    el("dd", {}, positionText, copyButton("copy-position", "Copy the position", () => shown().position ?? "")));

  function fact([id, name, text, title]) {
    return el("div", { class: "fact" + (WIDE.has(id) ? " is-wide" : ""), id: "fact-" + id }, el("dt", { text: name }), el("dd", { title: title ?? text }, text));
  }

  function answers(event) {
    const at = event.answers.index + (event.answers.place ? ":" + event.answers.place : "");
    return el("div", { class: "fact is-wide", id: "fact-answers" }, el("dt", { text: "Answers" }),
      el("dd", {}, el("button", { id: "go-answers", type: "button", class: "link", click: () => go(at, { push: true }) }, at)));
  }

  function fill() {
    const { event, position } = shown();
    list.hidden = event === null;
    if (event === null) {
      return;
    }
    write(positionText, position);
    list.replaceChildren(...facts(event).map(fact), ...(event.answers ? [answers(event)] : []), positionFact);
  }

  onShown(fill);
  on(["zone"], fill);
  fill();
  return list;
}
