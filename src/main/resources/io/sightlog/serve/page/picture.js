// The picture of the event with its boxes, on one canvas: fitted in, or enlarged and dragged.

import { position } from "./api.js";
import { boxAt, drawBoxes, isWanted } from "./boxes.js";
import { onScheme, themeColours } from "./colours.js";
import { count, el, many, write } from "./dom.js";
import { body } from "./messages.js";
import { forget, pictureOf, setSide } from "./pictures.js";
import { hotDetection, onHot, onShown, setHot, shown } from "./shown.js";
import { now, on } from "./state.js";

const PATIENCE_MILLIS = 300; // for a picture, before its boxes are drawn without it

let figure = null;
let canvas = null;
let mark = null;
let words = null;
let zoomButton = null;
let drawn = null; // { event, picture }: what the canvas shows; picture is null while it is on its way
let wanted = null; // the event whose picture is on its way
let centre = null; // where the canvas looks at when enlarged, in pixels of the frame; null: all of it
let tallest = 4 / 3; // width by height: the page does not jump when cameras of other shapes take turns
let press = null;
let mustPaint = false;

function often() {
  return now.live || now.playing;
}

function frameSize() {
  const { event, picture } = drawn;
  const width = picture?.width || event.width;
  const height = picture?.height || event.height;
  if (width > 0 && height > 0) {
    return { width, height };
  }
  const right = Math.max(0, ...event.detections.map((d) => Number(d.x) + Number(d.w)).filter(Number.isFinite));
  const bottom = Math.max(0, ...event.detections.map((d) => Number(d.y) + Number(d.h)).filter(Number.isFinite));
  return right > 0 && bottom > 0 ? { width: right, height: bottom } : { width: 640, height: 480 };
}

/** Pixels of the device for one of the frame, and where the frame begins on the canvas. */
function view(frame) {
  const fit = Math.min(canvas.width / frame.width, canvas.height / frame.height);
  if (centre === null) {
    return { scale: fit, left: (canvas.width - frame.width * fit) / 2, top: (canvas.height - frame.height * fit) / 2, fit };
  }
  const scale = fit < 0.7 ? 1 : 2 * fit;
  const place = (middle, size, room) => (size * scale <= room
    ? (room - size * scale) / 2
    : Math.min(0, Math.max(room - size * scale, room / 2 - middle * scale)));
  return { scale, left: place(centre.x, frame.width, canvas.width), top: place(centre.y, frame.height, canvas.height), fit };
}

function paintSoon() {
  if (!mustPaint) {
    mustPaint = true;
    requestAnimationFrame(() => {
      mustPaint = false;
      paint();
    });
  }
}

function paint() {
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, canvas.width, canvas.height);
  if (drawn === null || drawn.event.kind === "message" || canvas.width === 0) {
    return;
  }
  const frame = frameSize();
  const v = view(frame);
  const theme = themeColours();
  if (drawn.picture?.bitmap) {
    context.imageSmoothingQuality = "high";
    context.drawImage(drawn.picture.bitmap, v.left, v.top, frame.width * v.scale, frame.height * v.scale);
  } else {
    context.fillStyle = theme.raise || theme.panel;
    context.fillRect(Math.round(v.left), Math.round(v.top), Math.round(frame.width * v.scale), Math.round(frame.height * v.scale));
  }
  const ratio = window.devicePixelRatio || 1;
  drawBoxes(context, drawn.event.detections, v, {
    ratio,
    bounds: { left: 0, top: 0, width: canvas.width, height: canvas.height },
    hot: drawn.event === shown().event ? hotDetection() : -1,
    wanted: (detection) => isWanted(detection, now.conf, now.labels),
  });
  canvas.style.cursor = drawn.event.kind !== "frame" ? "" : centre === null ? "zoom-in" : press?.isDrag ? "grabbing" : "grab";
  canvas.style.touchAction = centre === null ? "pan-y pinch-zoom" : "none";
  write(zoomButton, centre !== null ? "Fit" : v.fit < 0.7 ? "1:1" : "2×");
}

function summary(event) {
  const labels = new Map();
  event.detections.forEach((d) => labels.set(d.label, (labels.get(d.label) ?? 0) + 1));
  const parts = [...labels].slice(0, 5).map(([label, number]) => count(number) + " " + label);
  return many(event.detections.length, "detection") + (parts.length > 0 ? ": " + parts.join(", ") : "");
}

function say() {
  const { event, problem } = shown();
  const picture = drawn?.picture;
  figure.dataset.kind = picture ? picture.kind : "none";
  figure.dataset.position = drawn ? position(drawn.event) : "";
  figure.classList.toggle("is-empty", !picture?.bitmap);
  words.replaceChildren();
  mark.hidden = true;
  write(mark, "");
  zoomButton.hidden = drawn === null || drawn.event.kind !== "frame";
  if (!event) {
    words.append(el("p", { class: problem ? "bad" : "dim", text: problem ?? "No event is shown. Choose one above, or go to the next." }));
    canvas.setAttribute("aria-label", "No event");
    return;
  }
  if (event.kind === "message") {
    words.append(el("h3", { text: event.topic }), body(event));
    canvas.setAttribute("aria-label", "A message has no picture");
    return;
  }
  if (event.kind === "skip") {
    words.append(el("p", {}, el("b", { text: "Skipped" }), el("br"), event.reason));
    canvas.setAttribute("aria-label", "This frame was skipped");
    return;
  }
  canvas.setAttribute("aria-label", "Picture with " + summary(event));
  if (drawn?.event !== event) {
    return;
  }
  mark.hidden = false;
  const size = (picture?.width || event.width) + " × " + (picture?.height || event.height);
  if (!picture) {
    write(mark, "its picture is on its way");
  } else if (picture.kind === "none") {
    write(mark, "No picture: " + picture.why);
  } else {
    write(mark, (picture.kind === "kept" ? "kept" : "from its source") + ", " + size);
  }
}

function draw(event, picture) {
  const before = drawn && frameSize();
  drawn = { event, picture };
  const frame = frameSize();
  if (!before || before.width !== frame.width || before.height !== frame.height) {
    centre = null;
  }
  tallest = Math.max(0.8, Math.min(tallest, frame.width / frame.height));
  figure.style.setProperty("--shape", String(tallest));
  wish(frame);
  say();
  paint();
}

/** Asks for as many pixels as are shown. */
function wish(frame) {
  const long = Math.max(frame.width, frame.height);
  const more = setSide(centre === null ? view(frame).fit * long : Math.min(long, 8192));
  const bitmap = drawn.picture?.bitmap;
  if (more && bitmap && Math.max(bitmap.width, bitmap.height) < long) {
    fetchPicture(drawn.event);
  }
}

function fetchPicture(event) {
  if (wanted && wanted !== event) {
    forget(wanted);
  }
  wanted = event;
  const late = setTimeout(() => {
    if (wanted === event && drawn?.event !== event) {
      draw(event, null);
    }
  }, PATIENCE_MILLIS);
  pictureOf(event, often()).then((picture) => {
    clearTimeout(late);
    if (wanted === event) {
      wanted = null;
      draw(event, picture);
    }
  }, () => clearTimeout(late)); // forgotten: another event is shown
}

function show({ event }) {
  if (event && event.kind === "frame") {
    if (drawn?.event !== event && drawn?.event.kind !== "frame") {
      drawn = null;
      words.replaceChildren();
    }
    fetchPicture(event);
    return;
  }
  if (wanted) {
    forget(wanted);
    wanted = null;
  }
  if (event && event.kind === "skip") {
    draw(event, { bitmap: null, kind: "none", width: event.width, height: event.height, why: null });
  } else {
    drawn = event ? { event, picture: null } : null;
    say();
    paint();
  }
}

function fitCanvas() {
  const ratio = window.devicePixelRatio || 1;
  const box = figure.getBoundingClientRect();
  const width = Math.round(box.width * ratio);
  const height = Math.round(box.height * ratio);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
    if (drawn) {
      wish(frameSize());
    }
    paint();
  }
}

function point(e) {
  const box = canvas.getBoundingClientRect();
  return { x: (e.clientX - box.left) * canvas.width / box.width, y: (e.clientY - box.top) * canvas.height / box.height };
}

function toggle(at) {
  if (drawn?.event.kind !== "frame") {
    return;
  }
  const frame = frameSize();
  if (centre === null) {
    const v = view(frame);
    const p = at ?? { x: canvas.width / 2, y: canvas.height / 2 };
    centre = { x: (p.x - v.left) / v.scale, y: (p.y - v.top) / v.scale };
  } else {
    centre = null;
  }
  wish(frame);
  paintSoon();
}

function hover(p) {
  if (drawn && drawn.event === shown().event && drawn.event.kind === "frame") {
    setHot(boxAt(drawn.event.detections, view(frameSize()), p.x, p.y, 2 * (window.devicePixelRatio || 1)));
  }
}

function move(e) {
  const p = point(e);
  if (press === null) {
    hover(p);
    return;
  }
  const by = Math.hypot(p.x - press.x, p.y - press.y);
  if (centre !== null && (press.isDrag || by > 4)) {
    const { scale } = view(frameSize());
    press.isDrag = true;
    centre = { x: press.centre.x - (p.x - press.x) / scale, y: press.centre.y - (p.y - press.y) / scale };
    paintSoon();
  }
}

function down(e) {
  if (e.button !== 0 || !drawn || drawn.event.kind !== "frame") {
    return;
  }
  const p = point(e);
  if (centre !== null) { // from where it really looks at, not from beyond an edge
    const v = view(frameSize());
    centre = { x: (canvas.width / 2 - v.left) / v.scale, y: (canvas.height / 2 - v.top) / v.scale };
    canvas.setPointerCapture(e.pointerId);
  }
  press = { ...p, centre, isDrag: false };
}

function up(e) {
  const was = press;
  press = null;
  if (was && !was.isDrag && e.type === "pointerup") {
    toggle(point(e));
  }
  paintSoon();
}

export function makePicture() {
  const leave = () => setHot(-1);
  const key = (e) => {
    if (e.key === "Enter") {
      e.preventDefault();
      toggle(null);
    }
  };
  canvas = el("canvas", {
    role: "img", tabindex: "0", "aria-label": "No event", pointermove: move, pointerdown: down, pointerup: up, pointercancel: up,
    pointerleave: leave, keydown: key,
  });
  mark = el("span", { class: "mark", hidden: true });
  zoomButton = el("button", { id: "zoom", type: "button", title: "Enlarge the picture, or fit it in", click: () => toggle(null) }, "1:1");
  words = el("div", { class: "words" });
  figure = el("figure", { id: "picture", "data-kind": "none" }, canvas, words, el("figcaption", {}, mark, zoomButton));
  new ResizeObserver(fitCanvas).observe(figure);
  onShown(show);
  onHot(paintSoon);
  onScheme(paintSoon);
  on(["conf", "labels"], paintSoon);
  say();
  return figure;
}
