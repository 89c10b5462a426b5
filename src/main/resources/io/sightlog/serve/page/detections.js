// The table of what was detected: sorted by any column, in step with the boxes of the picture.

import { isWanted } from "./boxes.js";
import { colour, onScheme } from "./colours.js";
import { count, el } from "./dom.js";
import { hotDetection, onHot, onShown, setHot, shown } from "./shown.js";
import { now, on } from "./state.js";

const MOST_ROWS = 500;

const COLUMNS = [
  { name: "label", title: "Label", value: (d) => d.label.toLowerCase(), isUp: true },
  { name: "confidence", title: "Conf.", hint: "Confidence", value: (d) => Number(d.confidence) },
  { name: "x", title: "x", value: (d) => Number(d.x), isUp: true },
  { name: "y", title: "y", value: (d) => Number(d.y), isUp: true },
  { name: "w", title: "w", value: (d) => Number(d.w) },
  { name: "h", title: "h", value: (d) => Number(d.h) },
  { name: "trackId", title: "Track", value: (d) => BigInt(d.trackId), isUp: true },
];

let order = { column: COLUMNS[1], isUp: false };

function compare(p, q) {
  const a = order.column.value(p);
  const b = order.column.value(q);
  const way = a < b ? -1 : a > b ? 1 : 0;
  return order.isUp ? way : -way;
}

function number(value, digits) {
  return el("td", { class: "number", title: String(value) }, Number.isFinite(Number(value)) ? Number(value).toFixed(digits) : String(value));
}

function row(detection, place) {
  const swatch = el("i", { class: "swatch" });
  swatch.style.background = colour(detection.label);
  const bar = el("i", { class: "bar" });
  bar.style.width = Math.max(0, Math.min(1, Number(detection.confidence) || 0)) * 100 + "%";
  const confidence = number(detection.confidence, 3);
  confidence.classList.add("with-bar");
  confidence.append(bar);
  const element = el("tr", { "data-place": place, pointerenter: () => setHot(place) },
    el("td", { class: "label", title: detection.label + ", class " + detection.classId }, swatch, detection.label),
    confidence, number(detection.x, 1), number(detection.y, 1), number(detection.w, 1), number(detection.h, 1),
    el("td", { class: "number", text: detection.trackId === "0" ? "" : detection.trackId }));
  element.classList.toggle("is-faint", !isWanted(detection, now.conf, now.labels));
  return element;
}

export function makeDetections(panel, told) {
  const heads = COLUMNS.map((column) => el("th", { scope: "col" }, el("button", {
    type: "button", id: "sort-" + column.name, title: "Sort by " + (column.hint ?? column.title).toLowerCase(), click: () => sortBy(column),
  }, column.title)));
  const rows = el("tbody", { pointerleave: () => setHot(-1) });
  const table = el("table", {}, el("thead", {}, el("tr", {}, ...heads)), rows);
  const nothing = el("p", { class: "dim empty" });
  const more = el("p", { class: "dim empty", hidden: true });
  panel.append(table, nothing, more);

  function sortBy(column) {
    order = { column, isUp: order.column === column ? !order.isUp : column.isUp === true };
    fill();
  }

  function fill() {
    const { event } = shown();
    const detections = event?.detections ?? [];
    COLUMNS.forEach((column, i) => {
      if (column === order.column) {
        heads[i].setAttribute("aria-sort", order.isUp ? "ascending" : "descending");
      } else {
        heads[i].removeAttribute("aria-sort");
      }
    });
    const sorted = detections.map((detection, place) => ({ detection, place })).sort((p, q) => compare(p.detection, q.detection));
    rows.replaceChildren(...sorted.slice(0, MOST_ROWS).map(({ detection, place }) => row(detection, place)));
    table.classList.toggle("has-no-tracks", detections.every((detection) => detection.trackId === "0"));
    table.hidden = detections.length === 0;
    nothing.hidden = detections.length > 0;
    nothing.textContent = !event ? "" : event.kind === "frame" ? "Nothing was found in this frame." : "A " + event.kind + " has no detections.";
    more.hidden = detections.length <= MOST_ROWS;
    more.textContent = count(detections.length - MOST_ROWS) + " more are in the JSON.";
    told(detections.length);
  }

  function light(place) {
    for (const element of rows.children) {
      const isHot = Number(element.dataset.place) === place;
      element.classList.toggle("is-hot", isHot);
      if (isHot && !rows.matches(":hover")) { // the pointer is on the picture: only the panel moves, never the page
        const top = element.offsetTop;
        if (top < panel.scrollTop + 28 || top + element.offsetHeight > panel.scrollTop + panel.clientHeight) {
          panel.scrollTop = top - panel.clientHeight / 2;
        }
      }
    }
  }

  onShown(fill);
  onHot(() => light(hotDetection()));
  onScheme(fill);
  on(["conf", "labels"], fill);
  fill();
}
