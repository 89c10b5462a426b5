// The event as JSON, as people read it: a field on a line, a detection on a line.

import { el } from "./dom.js";
import { copyButton } from "./parts.js";
import { onShown, shown } from "./shown.js";

function isObject(value) {
  return value !== null && typeof value === "object";
}

/** Pieces of text: keys are marked, so that they can be drawn more quietly. */
function pieces(value, indent, isFlat, out) {
  if (!isObject(value)) {
    out.push({ text: JSON.stringify(value) });
    return;
  }
  const isArray = Array.isArray(value);
  const entries = Object.entries(value);
  const inner = indent + "  ";
  const gap = isFlat || entries.length === 0 ? "" : "\n" + inner;
  out.push({ text: (isArray ? "[" : "{") + gap });
  entries.forEach(([key, item], i) => {
    if (i > 0) {
      out.push({ text: isFlat ? ", " : "," + gap });
    }
    if (!isArray) {
      out.push({ text: JSON.stringify(key) + ": ", isKey: true });
    }
    pieces(item, inner, isFlat || isArray, out);
  });
  out.push({ text: (gap === "" ? "" : "\n" + indent) + (isArray ? "]" : "}") });
}

export function makeJson(panel) {
  const text = el("pre", { id: "json" });
  let isOpen = false;
  panel.append(copyButton("copy-json", "Copy the JSON", () => text.textContent), text);

  function fill() {
    const { event } = shown();
    if (!isOpen) {
      return;
    }
    const out = [];
    if (event !== null) {
      pieces(event, "", false, out);
    }
    text.replaceChildren(...out.map((piece) => (piece.isKey ? el("span", { class: "key", text: piece.text }) : piece.text)));
  }

  onShown(fill);
  return (open) => {
    isOpen = open;
    fill();
  };
}
