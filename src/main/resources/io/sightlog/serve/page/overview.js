// All of the journal in one line, with a window over the span that is shown: it is moved, resized, or drawn anew.

import { axis, layContexts } from "./axis.js";
import { onScheme, themeColours } from "./colours.js";
import { timeline } from "./columns.js";
import { onShown, shownNanos } from "./cursor.js";
import { atMost, el, note, sharp } from "./dom.js";
import { isGone, onFacts } from "./facts.js";
import { heightOf } from "./paint.js";
import { filters, now, on, set } from "./state.js";
import { duration, full } from "./time.js";
import { centre, follow, pan, show, whole, zoom } from "./view.js";

const HEIGHT = 46;
const BARS = 28; // of it
const EDGE = 7; // pixels within which an edge of the window is meant
const LEAST = 5; // pixels that the window has at least, to be seen

let canvas;
let brush;
let shade;
let width = 0;
let sheet = null;
let sums = [];
let most = 1;
let bounds = null;
let asked = null;

function key() {
  return filters().toString();
}

function ask() {
  if (whole() && width > 0 && !document.hidden && !isGone()) {
    askSoon();
  }
}

const askSoon = atMost(() => (now.live ? 2000 : 150), async () => {
  const all = whole();
  asked?.abort();
  const mine = (asked = new AbortController());
  try {
    const made = await timeline({ ...all, px: Math.min(2400, Math.floor(width)), lanes: 1, by: "stream", filters: key(), key: key() }, mine.signal);
    sheet = made;
    sums = Array.from({ length: made.columns }, (_, i) => (made.lanes[0]?.counts[i] ?? 0) + (made.others?.counts[i] ?? 0));
    most = Math.max(1, ...sums);
    paintSoon();
  } catch (e) {
    if (e.name !== "AbortError" && e.status !== 0 && e.status !== 401) { // that is said already
      note(e.message);
    }
  }
});

let frame = 0;

function paintSoon() {
  frame ||= requestAnimationFrame(() => {
    frame = 0;
    paint();
  });
}

function place(nanos) {
  return (Number(nanos - bounds.from) / Number(bounds.to - bounds.from)) * width;
}

function paint() {
  bounds = drag?.bounds ?? whole();
  if (!bounds || width === 0) {
    return;
  }
  const theme = themeColours();
  const { context, ratio } = sharp(canvas, width, HEIGHT);
  const perNano = width / Number(bounds.to - bounds.from);
  context.globalAlpha = 1;
  context.fillStyle = theme.panel;
  context.fillRect(0, 0, width, BARS);
  context.clearRect(0, BARS, width, HEIGHT - BARS);
  context.fillStyle = theme.accent;
  context.globalAlpha = 0.75;
  if (sheet) {
    const offset = Number(sheet.start - bounds.from);
    const snap = (i) => Math.round((offset + i * sheet.width) * perNano * ratio) / ratio;
    sums.forEach((sum, i) => {
      if (sum > 0) {
        const tall = Math.max(1, heightOf(sum, most) * (BARS - 3));
        context.fillRect(snap(i), BARS - tall, Math.max(1 / ratio, snap(i + 1) - snap(i)), tall);
      }
    });
    context.fillStyle = theme.dim;
    context.globalAlpha = 0.25;
    for (const [from, to] of sheet.unknown) {
      context.fillRect(Number(from - bounds.from) * perNano, 0, Number(to - from) * perNano, BARS);
    }
  }
  paintMarks(context, theme);
  put();
}

function paintMarks(context, theme) {
  const { marks, contexts } = axis(bounds.from, bounds.to, width, now.zone);
  context.globalAlpha = 1;
  context.fillStyle = theme.line;
  context.fillRect(0, BARS, width, 1);
  context.font = "10.5px " + theme.font;
  context.fillStyle = theme.text;
  const measure = (text) => context.measureText(text).width + 3;
  const laid = layContexts(contexts, (nanos) => Math.round(place(nanos)), measure, width);
  laid.forEach(({ x, text }) => context.fillText(text, x + 3, HEIGHT - 5));
  const taken = laid.map(({ x, text }) => [x - 3, x + measure(text) + 8]);
  context.fillStyle = theme.dim;
  for (const { nanos, text } of marks) {
    const x = Math.round(place(nanos));
    context.fillRect(x, BARS, 1, 4);
    const end = x + 3 + context.measureText(text).width;
    if (end < width && !taken.some(([a, b]) => x < b && end > a)) {
      context.fillText(text, x + 3, HEIGHT - 5);
    }
  }
}

/** The window and the line of the shown event. */
function put() {
  if (now.from === null || !bounds) {
    return;
  }
  let left = Math.max(0, Math.min(width, place(now.from)));
  let right = Math.max(0, Math.min(width, place(now.to)));
  if (right - left < LEAST) {
    const middle = Math.max(LEAST / 2, Math.min(width - LEAST / 2, (left + right) / 2));
    [left, right] = [middle - LEAST / 2, middle + LEAST / 2];
  }
  brush.style.transform = `translateX(${left.toFixed(1)}px)`;
  brush.style.width = (right - left).toFixed(1) + "px";
  brush.classList.toggle("slim", right - left < 16);
  const at = shownNanos();
  const x = at === null ? -1 : place(at);
  shade.hidden = x < 0 || x > width;
  shade.style.transform = `translateX(${x.toFixed(1)}px)`;
  const element = canvas.parentElement;
  const part = Number(now.from - bounds.from) / Math.max(1, Number(bounds.to - bounds.from));
  element.setAttribute("aria-valuenow", String(Math.round(Math.max(0, Math.min(1, part)) * 1000)));
  element.setAttribute("aria-valuetext", `${full(now.from, now.zone, 0)}, for ${duration(now.to - now.from)}`);
  canvas.dataset.brush = left.toFixed(1) + "," + right.toFixed(1);
}

let drag = null;

function nanosAt(x) {
  const part = Math.max(0, Math.min(1, x / width));
  return bounds.from + BigInt(Math.round(Number(bounds.to - bounds.from) * part));
}

/** Whether the window is over all of it: then there is nowhere to move it, and a new one is drawn. */
function isAll() {
  const [left, right] = canvas.dataset.brush.split(",").map(Number);
  return left < 1 && right > width - 1;
}

/** What is meant at a place: an edge, the window, all where the window is over all, or what is outside of it. */
function partAt(x) {
  const [left, right] = canvas.dataset.brush.split(",").map(Number);
  const slack = right - left < 3 * EDGE ? Math.max(2, (right - left) / 4) : EDGE;
  if (Math.abs(x - left) <= (x < left ? EDGE : slack)) {
    return "from";
  }
  if (Math.abs(x - right) <= (x > right ? EDGE : slack)) {
    return "to";
  }
  return x > left && x < right ? (isAll() ? "all" : "move") : "new";
}

function listen(element) {
  const at = (event) => event.clientX - canvas.getBoundingClientRect().left;
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || now.from === null || !bounds) {
      return;
    }
    element.setPointerCapture(event.pointerId);
    drag = { part: partAt(at(event)), x: at(event), from: now.from, to: now.to, moved: false, bounds };
  });
  element.addEventListener("pointermove", (event) => {
    const x = at(event);
    if (!drag) {
      if (bounds && canvas.dataset.brush) {
        element.dataset.part = partAt(x);
      }
      return;
    }
    if (!drag.moved && Math.abs(x - drag.x) < 3) {
      return;
    }
    const isNew = drag.part === "new" || drag.part === "all";
    const options = { push: isNew && !drag.moved };
    drag.moved = true;
    const by = BigInt(Math.round((Number(bounds.to - bounds.from) * (x - drag.x)) / width));
    const least = (bounds.to - bounds.from) / 1_000_000n + 1_000n;
    if (drag.part === "move") {
      show(drag.from + by, drag.to + by);
    } else if (isNew) {
      const [a, b] = [nanosAt(drag.x), nanosAt(x)];
      const [from, to] = a < b ? [a, b] : [b, a];
      set({ from, to: to - from < least ? from + least : to, live: false }, options);
    } else {
      const moved = drag[drag.part] + by;
      const [from, to] = drag.part === "from" ? [moved, drag.to] : [drag.from, moved];
      set(from < to ? { from, to: to - from < least ? from + least : to, live: false } : { from: to, to: from + least, live: false });
    }
  });
  const ended = (event) => {
    if (drag && !drag.moved && event.type === "pointerup" && drag.part === "new") {
      centre(nanosAt(drag.x), { push: true });
    }
    drag = null;
    paintSoon();
  };
  element.addEventListener("wheel", (event) => {
    if (now.from !== null && bounds) {
      event.preventDefault();
      const part = Number(nanosAt(at(event)) - now.from) / Number(now.to - now.from);
      zoom(Math.exp(Math.max(-400, Math.min(400, event.deltaY)) * 0.0022), Math.max(0, Math.min(1, part)));
    }
  }, { passive: false });
  element.addEventListener("pointerup", ended);
  element.addEventListener("pointercancel", ended);
  element.addEventListener("keydown", (event) => {
    const length = now.to - now.from;
    const actions = {
      ArrowLeft: () => pan(event.shiftKey ? -1 : -0.1),
      ArrowRight: () => pan(event.shiftKey ? 1 : 0.1),
      ArrowDown: () => pan(-0.1),
      ArrowUp: () => pan(0.1),
      PageDown: () => pan(-1),
      PageUp: () => pan(1),
      Home: () => bounds && show(bounds.from, bounds.from + length),
      End: () => bounds && (now.live ? follow() : show(bounds.to - length, bounds.to)),
    };
    if (actions[event.key] && now.from !== null) {
      event.preventDefault();
      event.stopPropagation();
      actions[event.key]();
    }
  });
}

export function start(element) {
  canvas = el("canvas", { id: "overview-canvas", "aria-hidden": "true" });
  brush = el("div", { class: "brush", "aria-hidden": "true" });
  shade = el("div", { class: "cursor", "aria-hidden": "true", hidden: true });
  const slider = el("div", { id: "overview-slider", class: "slider", tabindex: "0", role: "slider", "aria-label": "Span that is shown",
    "aria-valuemin": "0", "aria-valuemax": "1000", "aria-valuenow": "0", "aria-orientation": "horizontal" }, canvas, brush, shade);
  element.append(slider);
  listen(slider);
  on(["from", "to", "zone"], paintSoon);
  on(["labels", "sources", "streams", "conf"], ask);
  onShown(paintSoon);
  onScheme(paintSoon);
  let asOf = "";
  onFacts((info) => {
    const is = info ? [isGone(), info.last, info.first, info.index.indexed, info.index.upToDate].join() : "";
    if (is !== asOf) {
      asOf = is;
      ask();
    }
  });
  document.addEventListener("sightlog:live", ask);
  document.addEventListener("visibilitychange", ask);
  new ResizeObserver(() => {
    if (width !== slider.clientWidth) {
      width = slider.clientWidth;
      paintSoon();
      ask();
    }
  }).observe(slider);
}
