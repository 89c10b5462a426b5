// What the looks of lanes mean, and how far the index is.

import { count, el, many, write } from "./dom.js";
import { facts, onFacts } from "./facts.js";

const LOOKS = [
  ["seen", "seen", "height: how many, by square root, each lane by its own most; strength: highest confidence"],
  ["nothing", "nothing found", "frames were looked at, and there was nothing of it"],
  ["skipped", "skipped", "frames were there, and none was looked at"],
  ["nodata", "no data", "no event was there"],
  ["unknown", "not indexed yet", "what was there is not known yet"],
];

/** Makes it. `isSingle` tells whether single events are drawn: then it says so. */
export function legend() {
  const items = LOOKS.map(([name, text, title]) => el("li", { title }, el("i", { class: "look " + name, "aria-hidden": "true" }), el("span", { text })));
  const how = el("li", { class: "how" });
  const bar = el("progress", { id: "index-progress", max: 1, value: 0, "aria-label": "index" });
  const progress = el("span", { id: "index-text" });
  const box = el("span", { class: "indexing", hidden: true }, bar, progress);
  const problem = el("span", { id: "lanes-problem", class: "problem", role: "alert", hidden: true });
  const left = el("span", { id: "lanes-left-out", class: "problem", hidden: true });
  const order = el("span", { id: "capture-note", class: "order", role: "status" });
  const element = el("div", { class: "legend" }, order, el("ul", {}, how, ...items), box, left, problem);

  onFacts(() => {
    const index = facts()?.index;
    box.hidden = !index || index.upToDate || index.indexed >= index.cycles;
    if (!box.hidden) {
      bar.max = index.cycles;
      bar.value = index.indexed;
      write(progress, `indexed ${count(index.indexed)} of ${count(index.cycles)} cycles`
        + (index.current && index.currentEvents > 0 ? `, ${count(index.currentEvents)} events of ${index.current}` : ""));
    }
    if (index?.problem) {
      problem.hidden = false;
      write(problem, "the index does not go on: " + index.problem);
    } else if (problem.textContent.startsWith("the index")) {
      problem.hidden = true;
    }
  });

  return {
    element,
    how(isSingle) {
      write(how, isSingle ? "each dot is an event, its height the confidence" : "taller: more of it · stronger colour: higher confidence");
    },
    /** What capture time has to do with it; empty for nothing. */
    order(text) {
      write(order, text);
    },
    /** How many events are not in the lanes, and why. */
    leftOut(damaged, unattributed) {
      const said = [damaged > 0 ? many(damaged, "event is", "events are") + " damaged and not counted: sightlog verify tells more" : "",
        unattributed > 0 ? count(unattributed) + " may be missing, as there are too many names for this filter" : ""].filter((text) => text !== "");
      left.hidden = said.length === 0;
      write(left, said.join("; "));
    },
    problem(text) {
      problem.hidden = text === null;
      write(problem, text ?? "");
    },
  };
}
