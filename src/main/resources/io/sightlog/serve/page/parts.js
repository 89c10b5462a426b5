// Small parts that panels are made of.

import { el } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";

/** A small drawing in the colour of the text around it, on a grid of 16 by 16. */
export function icon(path) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const shape = document.createElementNS(SVG, "path");
  shape.setAttribute("d", path);
  svg.append(shape);
  return svg;
}

async function copy(text) {
  if (navigator.clipboard) { // only there on this machine or with TLS
    await navigator.clipboard.writeText(text);
    return;
  }
  const field = el("textarea", { class: "copied", readonly: true });
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  if (!done) {
    throw new Error("refused");
  }
}

/** A button that copies what `text` gives when it is pressed. */
export function copyButton(id, title, text) {
  const label = el("span", { text: "Copy" });
  let timer = 0;
  const say = (word) => {
    label.textContent = word;
    clearTimeout(timer);
    timer = setTimeout(() => {
      label.textContent = "Copy";
    }, 1500);
  };
  const click = () => copy(text()).then(() => say("Copied"), () => say("Refused"));
  return el("button", { id, type: "button", class: "copy", title, "aria-label": title, click }, label);
}

const SIZES = ["B", "kB", "MB", "GB", "TB", "PB"];

/** Bytes for people: 2.71 GB. */
export function bytes(number) {
  let value = number;
  let unit = 0;
  while (value >= 1000 && unit < SIZES.length - 1) {
    value /= 1000;
    unit++;
  }
  return (unit === 0 || value >= 100 ? String(Math.round(value)) : value.toPrecision(3)) + " " + SIZES[unit];
}

/** Where a path ends, which is what tells sources apart; all of an address. */
export function shortSource(source) {
  return /^[a-z]+:\/\//i.test(source) ? source : source.slice(source.lastIndexOf("/") + 1) || source;
}
