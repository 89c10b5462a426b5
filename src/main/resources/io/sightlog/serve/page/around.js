// What goes on around the journal: who writes, who reads, the disk, and what is not well. Asked again while somebody looks.

import { NO_ANSWER, TOO_LATE, json } from "./api.js";
import { el, write } from "./dom.js";
import { onFacts } from "./facts.js";
import { makeConsumers } from "./consumers.js";
import { makeDisk, makeHealth } from "./disk.js";
import { makeProducers } from "./producers.js";

const EVERY_MILLIS = 2000;

/** A panel with a heading that folds it, a line for what is wrong, and its content. */
function makePanel(id, title, makeContent) {
  const content = el("div", { class: "content" });
  const number = el("span", { class: "number" });
  const problem = el("p", { class: "bad problem", role: "alert", hidden: true });
  const button = el("button", { id: id + "-fold", type: "button", "aria-expanded": "true", "aria-controls": id + "-content" },
    el("span", { text: title }), number);
  const inside = el("div", { id: id + "-content" }, problem, content);
  const section = el("section", { id, "aria-label": title }, el("h2", {}, button), inside);
  const fold = (isOpen) => {
    button.setAttribute("aria-expanded", String(isOpen));
    inside.hidden = !isOpen;
  };
  button.addEventListener("click", () => fold(inside.hidden));
  const { fill, tick } = makeContent(content);
  return {
    section,
    fold,
    isOpen: () => !inside.hidden,
    fill: (answer) => {
      write(number, fill(answer));
      problem.hidden = true;
      section.classList.remove("is-stale");
    },
    fail: (error) => { // that the server is gone, or does not know this page, is said at the foot of the page, once
      const isGone = [NO_ANSWER, TOO_LATE].includes(error.status) || error.name === "TimeoutError";
      section.classList.add("is-stale");
      const isRefused = error.status === 401;
      write(number, isGone ? "no answer" : isRefused ? "not let in" : "");
      write(problem, isGone || isRefused ? "" : error.message);
      problem.hidden = isGone || isRefused;
    },
    tick: tick ?? (() => {}),
  };
}

/** Asks one question again and again, never twice at once, and not while nobody can see the answer. */
function watch(panel, path) {
  let timer = 0;
  let asking = false;
  const ask = async () => {
    clearTimeout(timer);
    if (asking || document.hidden) {
      return;
    }
    asking = true;
    try {
      panel.fill(await json(path, null, AbortSignal.timeout(20_000)));
    } catch (e) {
      panel.fail(e);
    } finally {
      asking = false;
      timer = setTimeout(ask, panel.isOpen() ? EVERY_MILLIS : 5 * EVERY_MILLIS);
    }
  };
  document.addEventListener("visibilitychange", ask);
  ask();
}

export function start(aside) {
  const producers = makePanel("producers", "Producers", makeProducers);
  const consumers = makePanel("consumers", "Consumers", makeConsumers);
  const disk = makePanel("disk", "Disk", makeDisk);
  const health = makePanel("health", "Health", makeHealth);
  const panels = [producers, consumers, disk, health];
  aside.append(...panels.map((panel) => panel.section));
  const narrow = window.matchMedia("(max-width: 40rem)");
  const fit = () => panels.forEach((panel) => panel.fold(!narrow.matches || panel === health));
  narrow.addEventListener("change", fit);
  fit();
  watch(producers, "producers");
  watch(consumers, "consumers");
  onFacts((info, error) => {
    for (const panel of [disk, health]) {
      if (error) {
        panel.fail(error);
      } else {
        panel.fill(info);
      }
    }
  });
  setInterval(() => !document.hidden && panels.forEach((panel) => panel.tick()), 500);
}
