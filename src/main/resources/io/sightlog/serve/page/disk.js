// What the journal takes, how far its index is, what room is left, and what is not well.

import { count, el, many } from "./dom.js";
import { bytes } from "./parts.js";

function fact(name, text, title) {
  return el("div", { class: "fact" }, el("dt", { text: name }), el("dd", { title }, text));
}

function meter(part, title, weight = "") {
  const fill = el("i", { class: weight });
  fill.style.width = Math.max(0, Math.min(1, part)) * 100 + "%";
  return el("div", { class: "meter", title }, fill);
}

function index(info) {
  const { cycles, indexed, upToDate, problem, currentEvents } = info.index;
  const nodes = [fact("Index", upToDate ? bytes(info.index.bytes) : count(indexed) + " of " + many(cycles, "cycle"),
    info.index.folder + (currentEvents > 0 ? ", " + many(currentEvents, "event") + " of the open cycle" : ""))];
  if (!upToDate && cycles > 0) {
    const bar = meter(indexed / cycles, "The index is being made");
    bar.setAttribute("role", "progressbar");
    bar.setAttribute("aria-label", "The index is being made");
    bar.setAttribute("aria-valuenow", String(indexed));
    bar.setAttribute("aria-valuemax", String(cycles));
    nodes.push(bar);
  }
  if (problem !== null) {
    nodes.push(el("p", { class: "bad problem", text: problem }));
  }
  return nodes;
}

export function makeDisk(content) {
  const list = el("dl", { class: "facts" });
  content.append(list);

  function fill(info) {
    if (!info.exists) {
      list.replaceChildren(el("p", { class: "dim foot", text: "There is no journal yet." }));
      return "";
    }
    const used = info.totalBytes > 0 ? 1 - info.freeBytes / info.totalBytes : 0;
    list.replaceChildren(
      fact("Journal", bytes(info.diskBytes) + " in " + many(info.cycles, "cycle"), info.journal),
      fact("Pictures", bytes(info.framesDiskBytes), "Kept frames"),
      ...index(info),
      fact("Free", bytes(info.freeBytes) + " of " + bytes(info.totalBytes), "On the device of the journal"),
      meter(used, Math.round(used * 100) + " % of the device is taken", used > 0.95 ? "bad" : used > 0.85 ? "warn" : ""));
    return bytes(info.diskBytes + info.framesDiskBytes);
  }

  return { fill };
}

export function makeHealth(content) {
  const list = el("ul", { class: "rows" });
  content.append(list);

  function fill(info) {
    const found = info.live.problem === null ? info.symptoms : [...info.symptoms,
      { area: "live", text: "Nothing can be followed: " + info.live.problem, remedy: "it is tried again each second" }];
    const rows = found.map((symptom) => el("li", { "data-area": symptom.area },
      el("div", { class: "first" }, el("i", { class: "pip is-bad" }), el("b", { text: symptom.text })),
      el("div", { class: "second dim", text: symptom.remedy })));
    list.replaceChildren(...rows);
    if (rows.length === 0) {
      const pip = el("i", { class: "pip " + (info.exists ? "is-on" : "is-off") });
      const text = info.exists ? "Nothing is wrong." : "There is no journal to look at yet.";
      list.append(el("li", {}, el("div", { class: "first" }, pip, el("span", { text }))));
    }
    return rows.length > 0 ? many(rows.length, "symptom") : "";
  }

  return { fill };
}
