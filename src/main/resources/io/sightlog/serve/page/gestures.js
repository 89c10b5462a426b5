// What fingers, mice and wheels do to a span of time.

import { now } from "./state.js";
import { follow, pan, show, zoom } from "./view.js";

const MOVED = 4; // pixels from which on it is a drag and no click

/**
 * Listens on an element that shows the span over its whole width. `clicked(event)` is for a click that was no drag, `selecting(x1, x2)` while
 * a part is being selected with the shift key, with nothing at its end.
 */
export function gestures(element, { clicked, selecting }) {
  const fingers = new Map();
  let start = null; // of a drag: place and span
  let pinch = null;
  let moved = false;

  const width = () => element.clientWidth || 1;
  const left = () => element.getBoundingClientRect().left;

  element.addEventListener("wheel", (event) => {
    if (now.from === null) {
      return;
    }
    event.preventDefault();
    const unit = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1;
    const across = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      pan((across * unit) / width());
    } else {
      const change = Math.max(-400, Math.min(400, event.deltaY * unit));
      zoom(Math.exp(change * (event.ctrlKey ? 0.01 : 0.0022)), (event.clientX - left()) / width());
    }
  }, { passive: false });

  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || now.from === null) {
      return;
    }
    element.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, event);
    moved = fingers.size > 1;
    start = { x: event.clientX, from: now.from, to: now.to, isSelecting: event.shiftKey };
    if (fingers.size === 2) {
      const [a, b] = [...fingers.values()].map((finger) => finger.clientX - left());
      pinch = { a, b, from: now.from, length: Number(now.to - now.from) };
    }
  });

  element.addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId)) {
      return;
    }
    fingers.set(event.pointerId, event);
    if (fingers.size === 2 && pinch) {
      pinched();
    } else if (fingers.size === 1 && start) {
      dragged(event);
    }
  });

  function pinched() {
    const [a, b] = [...fingers.values()].map((finger) => finger.clientX - left());
    const apart = Math.max(20, Math.abs(b - a));
    const length = pinch.length * (Math.max(20, Math.abs(pinch.b - pinch.a)) / apart);
    const held = (pinch.a + pinch.b) / 2 / width(); // what was between the fingers stays there
    const heldNanos = pinch.from + BigInt(Math.round(held * pinch.length));
    const from = heldNanos - BigInt(Math.round(((a + b) / 2 / width()) * length));
    show(from, from + BigInt(Math.round(length)));
  }

  function dragged(event) {
    const by = event.clientX - start.x;
    if (!moved && Math.abs(by) < MOVED) {
      return;
    }
    if (!moved) {
      moved = true;
      element.classList.add("dragged");
    }
    if (start.isSelecting) {
      selecting(start.x - left(), event.clientX - left());
    } else {
      const shift = BigInt(Math.round((Number(start.to - start.from) * -by) / width()));
      show(start.from + shift, start.to + shift);
    }
  }

  function ended(event) {
    if (!fingers.delete(event.pointerId)) {
      return;
    }
    element.classList.remove("dragged");
    pinch = null;
    if (start?.isSelecting) {
      selecting();
      const [x1, x2] = [start.x - left(), event.clientX - left()].map((x) => Math.max(0, Math.min(width(), x))).sort((a, b) => a - b);
      if (moved && event.type === "pointerup" && x2 - x1 >= MOVED) {
        const nanos = (x) => start.from + BigInt(Math.round((Number(start.to - start.from) * x) / width()));
        show(nanos(x1), nanos(x2), { push: true });
      }
    } else if (!moved && event.type === "pointerup") {
      clicked(event);
    }
    const other = [...fingers.values()][0];
    start = other ? { x: other.clientX, from: now.from, to: now.to } : null;
    moved = other !== undefined;
  }

  element.addEventListener("pointerup", ended);
  element.addEventListener("pointercancel", ended);
  element.addEventListener("dblclick", (event) => {
    event.preventDefault();
    zoom(0.4, (event.clientX - left()) / width());
  });
}

/** Zooms as buttons and keys do: about what follows, the shown event, or the middle. */
export function zoomStep(factor, at) {
  if (now.live) {
    follow(BigInt(Math.round(Number(now.to - now.from) * factor)));
    return;
  }
  const place = at === null ? 0.5 : Number(at - now.from) / Number(now.to - now.from);
  zoom(factor, place >= 0 && place <= 1 ? place : 0.5);
}
