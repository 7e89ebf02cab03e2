import { printable } from './markup.js';

const absent = '–';

/** A score, threshold or bin edge: four digits. */
export function formatNumber(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return absent;
  return String(Number(value.toPrecision(4)));
}

/** A number of rows or features. */
export function formatCount(value: number): string {
  return Number.isFinite(value) ? value.toLocaleString('en-US') : absent;
}

/** `1 feature`, `1,200 features`. */
export function counted(value: number, noun: string): string {
  return `${formatCount(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** A share of the rows. */
export function formatShare(ratio: number): string {
  if (!Number.isFinite(ratio)) return absent;
  const points = ratio * 100;
  if (points > 0 && points < 0.1) return '< 0.1 %';
  if (points < 100 && points > 99.9) return '> 99.9 %';
  return `${points.toFixed(Number.isInteger(points) ? 0 : 1)} %`;
}

/** The change of a share, in percentage points with its sign. */
export function formatPoints(change: number): string {
  if (!Number.isFinite(change)) return absent;
  const points = (change * 100).toFixed(1);
  return Number(points) === 0 ? '0.0' : `${change > 0 ? '+' : ''}${points}`.replace('-', '−');
}

/** A p-value to two digits; `< 0.0001` below that. */
export function formatPValue(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return absent;
  return value < 0.0001 ? '< 0.0001' : String(Number(value.toPrecision(2)));
}

/** A moment to the minute, in UTC. */
export function formatTime(time: Date): string {
  return `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** A name from the data; never blank. */
export function displayName(name: string): string {
  return name.trim() === '' ? '(empty)' : printable(name);
}

/** A name of at most 60 characters; the section of the feature has the full one. */
export function shortName(name: string): string {
  return shortened(displayName(name), 60);
}

/** At most that many characters. */
export function shortened(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}

const specialBins: Readonly<Record<string, string>> = {
  __missing__: 'missing',
  __other__: 'rarer categories',
  __unseen__: 'new categories',
};

/** Whether a bin holds missing values or several categories. */
export function isSpecialBin(bin: string): boolean {
  return Object.hasOwn(specialBins, bin);
}

/** A bin or category for people. */
export function binLabel(bin: string): string {
  return isSpecialBin(bin) ? specialBins[bin]! : displayName(bin);
}
