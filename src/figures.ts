/** Figures as people read them: in reports, findings and messages. */

/** `1,234,567` */
export function count(number: number): string {
  return number.toLocaleString('en-US');
}

/** `1 row`, `2 rows`; `many` for a noun that takes no s. */
export function plural(number: number, noun: string, many = `${noun}s`): string {
  return `${count(number)} ${number === 1 ? noun : many}`;
}

/** A share with as many digits as it needs; `–` of nothing. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return '–';
  const share = (100 * part) / whole;
  if (share === 0) return '0 %';
  if (share < 0.01) return '< 0.01 %';
  return `${share.toFixed(share < 1 ? 2 : 1)} %`;
}

/** `+1.5 %`, `−3.0 %`; empty when nothing changed or there was nothing. */
export function change(before: number, after: number): string {
  if (before === after || before === 0) return '';
  return `${after > before ? '+' : '−'}${percent(Math.abs(after - before), before)}`;
}

/** `850 ms`, `12.3 s`, `4 min 5 s`, `2 h 3 min` */
export function duration(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** `512 B`, `1.5 kB`, `3.2 TB`: powers of 1,000. */
export function bytes(number: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let value = number;
  let unit = 0;
  // 999.95 would be shown as 1000.0.
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? String(value) : value.toFixed(1)} ${units[unit] ?? ''}`;
}
