// What people type for a time or a place in the journal.

import { nanosOf } from "./axis.js";

const UNITS = { ms: 1_000_000n, s: 1_000_000_000n, min: 60_000_000_000n, m: 60_000_000_000n, h: 3_600_000_000_000n,
  d: 86_400_000_000_000n, w: 604_800_000_000_000n };
const DAY = UNITS.d;

/** "0x..." or "0x...:place" in the form of the API, null when it is none. */
export function parsePosition(text) {
  const match = /^0x0*([0-9a-f]{1,16})(:\d{1,9})?$/i.exec(text.trim());
  return match ? "0x" + match[1].toLowerCase() + (match[2] ?? "") : null;
}

/** How long ago: "-5m", "-1h30m", "-2d", in nanoseconds; null when it is none. */
export function parseAgo(text) {
  const match = /^-((?:\d+(?:\.\d+)?(?:ms|min|[smhdw]))+)$/i.exec(text.trim().replace(/\s+/g, ""));
  if (!match) {
    return null;
  }
  let nanos = 0n;
  for (const [, amount, unit] of match[1].matchAll(/(\d+(?:\.\d+)?)(ms|min|[smhdw])/gi)) {
    nanos += BigInt(Math.round(Number(amount) * 1000)) * UNITS[unit.toLowerCase()] / 1000n;
  }
  return nanos > 0n && nanos < 1n << 62n ? nanos : null;
}

function fraction(digits) {
  return BigInt((digits ?? "").padEnd(9, "0").slice(0, 9) || "0");
}

/**
 * A time: RFC 3339, a day with or without a time, a time of the day that `near` lies in, or nanoseconds. Without a zone it is meant in the one
 * that is shown. Null when it is none.
 */
export function parseTime(text, zone, near) {
  const wanted = text.trim();
  if (/^\d{16,19}$/.test(wanted)) {
    return BigInt(wanted);
  }
  const match = /^(?:(\d{4})-(\d{1,2})-(\d{1,2}))?(?:(?:^|[T ])(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?)?$/i
    .exec(wanted);
  if (!match || (match[1] === undefined && match[4] === undefined)) {
    return null;
  }
  const [, year, month, dayOfMonth, hour = "0", minute = "0", second = "0", digits, said] = match;
  if (Number(hour) > 24 || Number(minute) > 59 || Number(second) > 59 || Number(month) > 12 || Number(dayOfMonth) > 31) {
    return null;
  }
  const inZone = said ? "utc" : zone;
  const offset = said && !/^(z|utc)$/i.test(said)
    ? (said[0] === "-" ? -1n : 1n) * BigInt(Number(said.slice(1, 3)) * 60 + Number(said.slice(-2))) * UNITS.m : 0n;
  let on;
  if (year === undefined) {
    const d = new Date(Number((near + offset) / 1_000_000n));
    on = inZone === "utc" ? [d.getUTCFullYear(), d.getUTCMonth(), d.getUTCDate()] : [d.getFullYear(), d.getMonth(), d.getDate()];
  } else {
    on = [Number(year), Number(month) - 1, Number(dayOfMonth)];
  }
  const hours = nanosOf(...on, Number(hour), inZone);
  const found = hours + BigInt(minute) * UNITS.m + BigInt(second) * UNITS.s + fraction(digits) - offset;
  return found < 0n ? null : year === undefined && found > near + DAY / 2n ? found - DAY : found;
}
