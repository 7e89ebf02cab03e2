import type { Check, Place } from './check.js';

/** Prometheus and Alertmanager work with times of several machines; half a minute apart is too far. */
const toleratedMs = 30_000;

/** Compares the clock of a server with that of this machine. */
export function checkClock(place: Place, aheadMs: number): Check[] {
  if (!(Math.abs(aheadMs) > toleratedMs)) return [];
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  const direction = aheadMs > 0 ? 'ahead of' : 'behind';
  return [
    place.warn(
      `Its clock is ${seconds} seconds ${direction} that of this machine. Set both by NTP.`,
    ),
  ];
}
