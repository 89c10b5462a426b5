// The event that is shown: its bar, its picture, what is known of it, and three tabs.

import { makeFacts, title } from "./about.js";
import { makeDetections } from "./detections.js";
import { count, el, write } from "./dom.js";
import { makeJson } from "./line.js";
import { makeMessages } from "./messages.js";
import { makePicture } from "./picture.js";
import { makePlay } from "./play.js";
import { begin, onShown, shown } from "./shown.js";
import { now, on } from "./state.js";
import { makeSteps } from "./steps.js";
import { makeTabs } from "./tabs.js";

function makeTitle() {
  const when = el("time", {});
  const what = el("span", { class: "what" });
  const fill = () => {
    const { event, position } = shown();
    const text = event ? title(event) : { when: position ?? "no event", what: "" };
    write(when, text.when);
    write(what, text.what);
    what.title = text.what;
  };
  onShown(fill);
  on(["zone", "order"], fill);
  fill();
  return el("h2", {}, when, what);
}

export function start(section) {
  const steps = makeSteps();
  const play = makePlay();
  const detections = el("div", { id: "detections", class: "panel" });
  const json = el("div", { id: "json-panel", class: "panel" });
  const messages = el("div", { id: "messages", class: "panel" });
  const tabs = makeTabs("The event", [
    { id: "detections", title: "Detections", panel: detections },
    { id: "json", title: "JSON", panel: json, open: makeJson(json) },
    { id: "messages", title: "Messages", panel: messages, open: makeMessages(messages) },
  ]);
  makeDetections(detections, (number) => tabs.number("detections", number > 0 ? count(number) : ""));
  section.append(
    el("div", { class: "bar" }, steps.back, makeTitle(), steps.forth, play.controls),
    el("div", { class: "body" }, makePicture(), el("div", { class: "progress" }, steps.status, steps.stop, play.status),
      el("div", { class: "side" }, makeFacts(), tabs.node)));
  const mark = () => {
    section.dataset.position = shown().position ?? "";
    section.dataset.live = String(now.live);
    section.dataset.kind = shown().event?.kind ?? "";
  };
  onShown(mark);
  on(["live"], mark);
  mark();
  begin();
}
