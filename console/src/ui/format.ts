/** Amounts in words that fit a dense table. */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const wholes = new Intl.NumberFormat("en-US");

/** Write a span of milliseconds: `340 ms`, `4.2 s`, `3 min 5 s`, `2 h 10 min`, `3 d 4 h`. */
export function duration(ms: number): string {
  if (ms < SECOND) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 10 * SECOND) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`;
  if (ms < HOUR) return pair(ms, MINUTE, "min", SECOND, "s");
  if (ms < DAY) return pair(ms, HOUR, "h", MINUTE, "min");
  return pair(ms, DAY, "d", HOUR, "h");
}

/** Write a span that still runs, in whole seconds: `0 s`, `7 s`, `1 min 5 s`. */
export function elapsed(ms: number): string {
  return ms < MINUTE ? `${Math.max(0, Math.floor(ms / SECOND))} s` : duration(ms);
}

function pair(ms: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.floor((ms % large) / small);
  const first = `${wholes.format(Math.floor(ms / large))} ${largeName}`;
  return rest ? `${first} ${rest} ${smallName}` : first;
}

const UNITS = ["KiB", "MiB", "GiB", "TiB", "PiB"];

/** Write a size: `512 B`, `1.5 KiB`, `23.4 GiB`. */
export function bytes(count: number): string {
  if (count < 1024) return `${wholes.format(count)} B`;
  let value = count;
  let unit = "B";
  for (const each of UNITS) {
    value /= 1024;
    unit = each;
    if (value < 1023.95) break;
  }
  return `${value.toFixed(value < 99.95 ? 1 : 0)} ${unit}`;
}

/** Write a whole number with separators: `1,234,567`. */
export function count(value: number): string {
  return wholes.format(value);
}

/** Write a number with its noun: `1 row`, `20 rows`. */
export function counted(value: number, noun: string, plural = `${noun}s`): string {
  return `${count(value)} ${value === 1 ? noun : plural}`;
}

/** Write a large number shortly: `950`, `12.3k`, `4.5M`. */
export function short(value: number): string {
  if (Math.abs(value) < 1_000) return count(value);
  for (const [limit, unit, name] of [
    [999_950, 1e3, "k"],
    [999_950_000, 1e6, "M"],
    [999_950_000_000, 1e9, "G"],
    [Infinity, 1e12, "T"],
  ] as const) {
    if (Math.abs(value) < limit) return `${(value / unit).toFixed(1).replace(/\.0$/, "")}${name}`;
  }
  return count(value);
}

/** Write a share 0…1 as a percentage that is 100 only when all is done. */
export function percent(share: number): string {
  return `${share >= 1 ? 100 : Math.min(99, Math.floor(share * 100))}%`;
}

/** Write a moment for a table: `14:03:07` today, `Nov 3, 14:03` this year, `2025-11-03 14:03` before. */
export function when(at: number, now: number = Date.now()): string {
  const moment = new Date(at);
  const today = new Date(now);
  const time = clock(moment);
  if (moment.toDateString() === today.toDateString()) return time;
  if (moment.getFullYear() === today.getFullYear()) {
    const day = moment.toLocaleDateString("en-US", { month: "short", day: "numeric" });
    return `${day}, ${time.slice(0, 5)}`;
  }
  return `${isoDay(moment)} ${time.slice(0, 5)}`;
}

/** Write a moment in full, for a title: `2026-11-03 14:03:07`. */
export function exactly(at: number): string {
  const moment = new Date(at);
  return `${isoDay(moment)} ${clock(moment)}`;
}

function clock(moment: Date): string {
  return [moment.getHours(), moment.getMinutes(), moment.getSeconds()].map(two).join(":");
}

function isoDay(moment: Date): string {
  return [moment.getFullYear(), two(moment.getMonth() + 1), two(moment.getDate())].join("-");
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
