// The event that is shown, as far as lanes and the clock need it. The part of the page that shows it says which it is.

const listeners = [];
let shown = null;

/** The event that is shown; null when there is none. */
export function shownEvent() {
  return shown;
}

/** When it was appended; null when there is none. */
export function shownNanos() {
  return shown === null ? null : BigInt(shown.appendedNanos);
}

/** Calls back when it has become another one. */
export function onShown(callback) {
  listeners.push(callback);
}

document.addEventListener("sightlog:shown", ({ detail }) => {
  shown = detail.event;
  listeners.forEach((callback) => callback(shown));
});
