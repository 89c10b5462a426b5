// Times for people. Nanoseconds since the epoch are BigInt; Date knows milliseconds only.

const MILLION = 1_000_000n;
const BILLION = 1_000_000_000n;

function mod(a, b) {
  return ((a % b) + b) % b;
}

function pad(number, digits) {
  return String(number).padStart(digits, "0");
}

function parts(nanos, zone) {
  const date = new Date(Number((nanos - mod(nanos, MILLION)) / MILLION));
  const fraction = pad(mod(nanos, BILLION), 9);
  return zone === "utc"
    ? { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate(), hour: date.getUTCHours(),
        minute: date.getUTCMinutes(), second: date.getUTCSeconds(), fraction }
    : { year: date.getFullYear(), month: date.getMonth() + 1, day: date.getDate(), hour: date.getHours(),
        minute: date.getMinutes(), second: date.getSeconds(), fraction };
}

export function day(nanos, zone) {
  const p = parts(nanos, zone);
  return pad(p.year, 4) + "-" + pad(p.month, 2) + "-" + pad(p.day, 2);
}

/** A time of day with so many digits behind the second. */
export function clock(nanos, zone, digits) {
  const p = parts(nanos, zone);
  return pad(p.hour, 2) + ":" + pad(p.minute, 2) + ":" + pad(p.second, 2) + (digits > 0 ? "." + p.fraction.slice(0, digits) : "");
}

/** Day, time and zone. */
export function full(nanos, zone, digits = 9) {
  return day(nanos, zone) + " " + clock(nanos, zone, digits) + " " + offset(nanos, zone);
}

/** The zone: UTC, or +01:00. */
export function offset(nanos, zone) {
  if (zone === "utc") {
    return "UTC";
  }
  const minutes = -new Date(Number(nanos / MILLION)).getTimezoneOffset();
  const sign = minutes < 0 ? "-" : "+";
  return sign + pad(Math.floor(Math.abs(minutes) / 60), 2) + ":" + pad(Math.abs(minutes) % 60, 2);
}

const UNITS = [
  [31_557_600_000_000_000, "y"],
  [86_400_000_000_000, "d"],
  [3_600_000_000_000, "h"],
  [60_000_000_000, "min"],
  [1_000_000_000, "s"],
  [1_000_000, "ms"],
  [1_000, "µs"],
  [1, "ns"],
];

/** How long, in the largest unit that it has one of: 1.5 min. Takes a BigInt or a number. */
export function duration(nanos) {
  const value = Number(nanos);
  if (value === 0) {
    return "0 s";
  }
  const [unit, name] = UNITS.find(([size]) => Math.abs(value) >= size) ?? UNITS[UNITS.length - 1];
  const amount = value / unit;
  return (Math.abs(amount) >= 100 ? Math.round(amount) : Number(amount.toPrecision(3))) + " " + name;
}
