// Colours. A label has the same one in lanes, boxes and tables, on every day and every machine: it is made of its name alone.

const darkness = window.matchMedia("(prefers-color-scheme: dark)");
const known = new Map();
let theme = null;

/** Whether the page is dark. */
export function isDark() {
  return darkness.matches;
}

darkness.addEventListener("change", () => {
  known.clear();
  theme = null;
});

/** Calls back when the page has become dark or light. */
export function onScheme(callback) {
  darkness.addEventListener("change", callback);
}

function hash(text) {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  }
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return (h ^ (h >>> 13)) >>> 0;
}

// Hues that can be told apart, none of them close to the yellow of warnings.
const HUES = [22, 45, 128, 150, 172, 195, 218, 240, 262, 285, 308, 332, 355];

/** Of a label; upper and lower case are the same. */
export function colour(label) {
  const folded = label.toLowerCase();
  let made = known.get(folded);
  if (!made) {
    const h = hash(folded);
    const hue = HUES[h % HUES.length];
    const step = (h >>> 8) % 3;
    made = isDark()
      ? `oklch(${[0.76, 0.7, 0.82][step]} ${[0.13, 0.14, 0.1][step]} ${hue})`
      : `oklch(${[0.55, 0.48, 0.6][step]} ${[0.15, 0.14, 0.13][step]} ${hue})`;
    known.set(folded, made);
  }
  return made;
}

/** The variables of the style sheet, for canvases: themeColours().line. */
export function themeColours() {
  if (!theme) {
    const style = getComputedStyle(document.documentElement);
    theme = {};
    for (const name of ["back", "panel", "raise", "line", "faint", "text", "dim", "accent", "warn", "bad", "good"]) {
      theme[name] = style.getPropertyValue("--" + name).trim();
    }
    theme.font = getComputedStyle(document.body).fontFamily;
  }
  return theme;
}
