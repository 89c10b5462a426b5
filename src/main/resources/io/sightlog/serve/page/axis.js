// Where an axis of time has its marks, from years to nanoseconds, in the zone that is shown.

import { clock, day } from "./time.js";

const SECOND = 1_000_000_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

// [least width of a mark's text in pixels, length, how many, of what]
const STEPS = [];
for (let unit = 1; unit < SECOND; unit *= 10) {
  const width = 64 + 7 * (9 - Math.log10(unit));
  [1, 2, 5].forEach((n) => STEPS.push([width, unit * n, n * unit, "nanos"]));
}
[1, 2, 5, 10, 15, 30].forEach((n) => STEPS.push([72, n * SECOND, n * SECOND, "nanos"]));
[1, 2, 5, 10, 15, 30].forEach((n) => STEPS.push([56, n * MINUTE, n * MINUTE, "nanos"]));
[1, 2, 3, 6, 12].forEach((n) => STEPS.push([56, n * HOUR, n, "hours"]));
[1, 2, 7].forEach((n) => STEPS.push([64, n * DAY, n, "days"]));
[1, 3, 6].forEach((n) => STEPS.push([56, n * 30 * DAY, n, "months"]));
[1, 2, 5, 10, 20, 50, 100].forEach((n) => STEPS.push([56, n * 365 * DAY, n, "years"]));

function date(nanos) {
  return new Date(Number(nanos / 1_000_000n));
}

/** Fields of a Date in a zone, read and written by the same names. */
function fields(d, zone) {
  return zone === "utc"
    ? [d.getUTCFullYear(), d.getUTCMonth(), d.getUTCDate(), d.getUTCHours()]
    : [d.getFullYear(), d.getMonth(), d.getDate(), d.getHours()];
}

function weekday(nanos, zone) {
  return zone === "utc" ? date(nanos).getUTCDay() : date(nanos).getDay();
}

/** Nanoseconds of a day, in a zone; months and days may be beyond their ends. */
export function nanosOf(year, month, dayOfMonth, hour, zone) {
  const d = new Date(0);
  if (zone === "utc") {
    d.setUTCFullYear(year, month, dayOfMonth);
    d.setUTCHours(hour, 0, 0, 0);
  } else {
    d.setFullYear(year, month, dayOfMonth);
    d.setHours(hour, 0, 0, 0);
  }
  return BigInt(d.getTime()) * 1_000_000n;
}

function offsetNanos(nanos, zone) {
  return zone === "utc" ? 0n : BigInt(-date(nanos).getTimezoneOffset()) * 60_000_000_000n;
}

function evenly(from, to, step, zone) {
  const size = BigInt(step);
  const shift = offsetNanos(from, zone);
  const marks = [];
  for (let t = ((from + shift + size - 1n) / size) * size - shift; t <= to && marks.length < 400; t += size) {
    marks.push(t);
  }
  return marks;
}

function byCalendar(from, to, n, unit, zone) {
  const [year, month, dayOfMonth, hour] = fields(date(from), zone);
  const marks = [];
  for (let i = 0; i < 400; i++) {
    const t = unit === "hours" ? nanosOf(year, month, dayOfMonth, hour - (hour % n) + i * n, zone)
      : unit === "days"
        ? nanosOf(year, month, dayOfMonth - (n === 7 ? (weekday(from, zone) + 6) % 7 : (dayOfMonth - 1) % n) + i * n, 0, zone)
      : unit === "months" ? nanosOf(year, month - (month % n) + i * n, 1, 0, zone)
      : nanosOf(year - (year % n) + i * n, 0, 1, 0, zone);
    if (t > to) {
      break;
    }
    if (t >= from && t !== marks.at(-1)) {
      marks.push(t);
    }
  }
  return marks;
}

function text(nanos, step, unit, zone) {
  const [year, month, dayOfMonth] = fields(date(nanos), zone);
  if (unit === "years") {
    return String(year);
  }
  if (unit === "months") {
    return MONTHS[month];
  }
  if (unit === "days") {
    return dayOfMonth + " " + MONTHS[month];
  }
  if (unit === "hours" || step >= MINUTE) {
    return clock(nanos, zone, 0).slice(0, 5);
  }
  if (step >= SECOND) {
    return clock(nanos, zone, 0);
  }
  const digits = 9 - Math.floor(Math.log10(step) + 1e-9);
  return clock(nanos, zone, digits).slice(8); // the rest stands in the line above
}

function contextOf(nanos, step, unit, zone) {
  const [year, month] = fields(date(nanos), zone);
  if (unit === "years") {
    return "";
  }
  if (unit === "months" || unit === "days") {
    return unit === "days" ? MONTHS[month] + " " + year : String(year);
  }
  const whole = DAYS[weekday(nanos, zone)] + " " + day(nanos, zone);
  return step >= SECOND ? whole : whole + "  " + clock(nanos, zone, 0);
}

/**
 * Marks between two times: { step, marks: [{ nanos, text }], contexts: [{ nanos, text }] }. Contexts are what the texts leave out, such as the
 * day; the first one holds from the beginning on.
 */
export function axis(from, to, pixels, zone) {
  const perNano = pixels / Number(to - from);
  const [, length, n, unit] = STEPS.find(([width, nanos]) => nanos * perNano >= width) ?? STEPS.at(-1);
  const times = unit === "nanos" ? evenly(from, to, n, zone) : byCalendar(from, to, n, unit, zone);
  const marks = times.map((nanos) => ({ nanos, text: text(nanos, length, unit, zone) }));
  const contexts = [{ nanos: from, text: contextOf(from, length, unit, zone) }];
  let before = contexts[0].text;
  for (const nanos of times) {
    const name = contextOf(nanos, length, unit, zone);
    if (name !== before) {
      const [on, at] = name.split("  ");
      contexts.push({ nanos, text: at && before.startsWith(on) ? at : name, whole: name }); // the day is said once
      before = name;
    }
  }
  return { step: length, marks, contexts };
}

/**
 * Where contexts are written so that none overlaps another: [{ x, text }]. `place` gives a time's pixel, `measure` how wide a text is. The one at
 * the left edge holds on to it, and where it has no room, the next one says what it would have said.
 */
export function layContexts(contexts, place, measure, width) {
  const [first, ...rest] = contexts;
  const laid = [];
  let free = width;
  for (let i = rest.length - 1; i >= 0; i--) {
    const x = place(rest[i].nanos);
    if (x + measure(rest[i].text) <= free) {
      laid.unshift({ x, ...rest[i] });
      free = x - 8;
    }
  }
  if (first.text !== "") {
    if (measure(first.text) <= free) {
      laid.unshift({ x: 0, text: first.text });
    } else if (laid.length > 0 && laid[0].x + measure(laid[0].whole) <= (laid[1]?.x ?? width) - 8) {
      laid[0].text = laid[0].whole;
    }
  }
  return laid;
}

/** So many digits behind the second tell two pixels apart. */
export function digitsFor(nanosPerPixel) {
  return nanosPerPixel >= SECOND ? 0 : Math.min(9, Math.max(1, 9 - Math.floor(Math.log10(Math.max(1, nanosPerPixel)))));
}
