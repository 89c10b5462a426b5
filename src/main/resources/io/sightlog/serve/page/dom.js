// Nodes are built, never parsed: what a journal holds is text to this page, whatever it looks like.

/** An element. Attributes that are functions listen, booleans are there or not, `class` and `text` are what they say. */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      element.addEventListener(name, value);
    } else if (name === "text") {
      element.textContent = value;
    } else if (value === true) {
      element.setAttribute(name, "");
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value);
    }
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Writes a text only when it is another one, so that nothing is laid out or read out again for nothing. */
export function write(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/** Says something in the foot, for so long. */
export function note(text, millis = 8_000) {
  document.dispatchEvent(new CustomEvent("sightlog:note", { detail: { text, millis } }));
}

const WHOLE = new Intl.NumberFormat("en");

/** 12,345. */
export function count(number) {
  return WHOLE.format(number);
}

const SHORT = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });

/** 12.3K, for narrow places. */
export function short(number) {
  return number < 10_000 ? WHOLE.format(number) : SHORT.format(number);
}

/** "1 event", "2 events". */
export function many(number, one, more = one + "s") {
  return count(number) + " " + (number === 1 ? one : more);
}

/** Wraps what may take long to be called: calls at once, then at most once in so many milliseconds, and always after the last wish. */
export function atMost(millis, callback) {
  let timer = 0;
  let last = -Infinity;
  return () => {
    if (timer) {
      return;
    }
    const wait = Math.max(0, last + (typeof millis === "function" ? millis() : millis) - performance.now());
    timer = setTimeout(() => {
      timer = 0;
      last = performance.now();
      callback();
    }, wait);
  };
}

/** A canvas of sharp pixels. Gives its context, scaled to CSS pixels, and its size in these. */
export function sharp(canvas, width, height) {
  const ratio = window.devicePixelRatio || 1;
  const w = Math.max(1, Math.round(width * ratio));
  const h = Math.max(1, Math.round(height * ratio));
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
    canvas.style.width = width + "px";
    canvas.style.height = height + "px";
  }
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return { context, ratio };
}
