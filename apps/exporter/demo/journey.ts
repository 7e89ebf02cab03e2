import type { Flights } from './flights.js';
import { AHEAD_MINUTES, createRecentDelay, WINDOW_MINUTES } from './recent-delay.js';

/** Inputs of the late-flights model, named and ordered like the tensors of `model.onnx`. */
export interface JourneyFeatures {
  /** Hour of departure, 0 to 23. */
  readonly hour: number;
  /** Day of departure, 0 (Sunday) to 6. */
  readonly weekday: number;
  /** Miles. */
  readonly distance: number;
  readonly origin: string;
  readonly destination: string;
  /** Mean delay in minutes of what landed at the origin in the last two hours; NaN: nothing did. */
  readonly origin_delay: number;
  /** The same at the destination. */
  readonly destination_delay: number;
}

/** One flight as the model and its monitor see it. */
export interface Journey {
  readonly features: JourneyFeatures;
  readonly departureMs: number;
  /** When the flight lands and its delay becomes known. */
  readonly landingMs: number;
  /** Whether it lands 15 minutes late or more: the target. Not known before `landingMs`. */
  readonly late: boolean;
}

/** Minutes of delay from which on a flight counts as late. */
export const LATE_MINUTES = 15;

/**
 * How much earlier than the first prediction the flights must begin for the recent delays to be
 * those of a longer replay: the window and the longest flight.
 */
export const WARM_UP_MS: number = (WINDOW_MINUTES + AHEAD_MINUTES) * 60_000;

/**
 * When a flight lands, in milliseconds, at a whole minute: 30 minutes on the ground and 8 miles a
 * minute after its departure. The recorded departure is the actual one (flights four hours late
 * leave mostly in the evening), so the delay on arrival is not added once more.
 */
export function landingTime(departureMs: number, distanceMiles: number): number {
  return Math.ceil(departureMs / 60_000 + 30 + distanceMiles / 8) * 60_000;
}

/**
 * Reads journeys row by row. Ask for every row once and in ascending order: each flight becomes
 * known to the recent delays as it departs and counts there from its landing on, so a journey
 * depends on nothing that happened after its departure. O(1) amortised a row.
 *
 * @throws RangeError when a row departs before one that was read already, or lands more than
 *   12 hours after its departure (beyond 5 520 miles).
 */
export function createJourneyReader(flights: Flights): (row: number) => Journey {
  const recent = createRecentDelay({ airports: flights.airports.length });
  return (row) => {
    const departureMs = flights.timeMs[row] ?? Number.NaN;
    const distance = flights.distance[row] ?? 0;
    const delay = flights.delay[row] ?? 0;
    const origin = flights.origin[row] ?? 0;
    const destination = flights.destination[row] ?? 0;
    const landingMs = landingTime(departureMs, distance);
    const originDelay = recent.mean(departureMs, origin);
    const destinationDelay = recent.mean(departureMs, destination);
    recent.add(departureMs, destination, landingMs, delay);
    const departure = new Date(departureMs);
    return {
      features: {
        hour: departure.getUTCHours(),
        weekday: departure.getUTCDay(),
        distance,
        origin: flights.airports[origin] ?? '',
        destination: flights.airports[destination] ?? '',
        origin_delay: originDelay,
        destination_delay: destinationDelay,
      },
      departureMs,
      landingMs,
      late: delay >= LATE_MINUTES,
    };
  };
}
