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

// With this one the labels that cameras see most have hues that lie far from each other.
const SEED = -1517635210;

function hash(text) {
  let h = SEED;
  for (let i = 0; i < text.length; i++) {
    h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  }
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return (h ^ (h >>> 13)) >>> 0;
}

// Hues that can be told apart, none of them the yellow of warnings.
const HUES = [22, 48, 125, 150, 175, 200, 225, 250, 275, 300, 325, 350];

/** Of a label; upper and lower case are the same. */
export function colour(label) {
  const folded = label.toLowerCase();
  let made = known.get(folded);
  if (!made) {
    const h = hash(folded);
    const hue = HUES[h % HUES.length];
    const step = (h >>> 8) % 3;
    made = isDark()
      ? `oklch(${[0.73, 0.67, 0.79][step]} ${[0.115, 0.125, 0.095][step]} ${hue})`
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
