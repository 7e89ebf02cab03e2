/** The mean delay of recently landed flights, by airport. */
export interface RecentDelay {
  /**
   * Makes a flight known at `timeMs`, at its landing or before it, for instance at its departure.
   * It counts from `landingMs` on and not a minute earlier, so an early call reveals nothing about
   * the future. O(1) amortised.
   *
   * @throws RangeError when the flight has landed before `timeMs` or lands more than `aheadMinutes`
   *   after it, when `timeMs` is before a time given for this airport, or the airport is unknown.
   */
  readonly add: (timeMs: number, airport: number, landingMs: number, delayMinutes: number) => void;
  /**
   * Mean delay in minutes of the flights that landed at the airport in the window that ends at
   * `timeMs`: after `timeMs - window` and up to `timeMs` itself. NaN when none did. O(1) amortised:
   * each minute of an airport is passed once.
   *
   * @throws RangeError when `timeMs` is before a time given for this airport, or the airport is
   *   unknown.
   */
  readonly mean: (timeMs: number, airport: number) => number;
}

/** Size of a {@link RecentDelay}. */
export interface RecentDelayOptions {
  /** Number of airports; they are numbered from 0. */
  readonly airports: number;
  /** Length of the window; 120 when left out. */
  readonly windowMinutes?: number;
  /** How long before its landing a flight may be added; 720 when left out. */
  readonly aheadMinutes?: number;
}

export const WINDOW_MINUTES = 120;
export const AHEAD_MINUTES = 720;

/**
 * Counts landings on a ring of minutes for each airport: `windowMinutes` back and `aheadMinutes`
 * ahead. Memory is fixed at 8 bytes a minute and airport (1.9 MB for 229 airports); delays are
 * whole minutes, so sums are exact and the answer does not depend on the order of calls of a
 * minute. Landings are rounded up to the minute and times down.
 */
export function createRecentDelay(options: RecentDelayOptions): RecentDelay {
  const { airports, windowMinutes = WINDOW_MINUTES, aheadMinutes = AHEAD_MINUTES } = options;
  const slots = windowMinutes + aheadMinutes + 1;
  const slotSum = new Int32Array(airports * slots);
  const slotCount = new Int32Array(airports * slots);
  const sum = new Float64Array(airports);
  const count = new Int32Array(airports);
  const reached = new Float64Array(airports).fill(Number.NEGATIVE_INFINITY);

  function slotOf(airport: number, minute: number): number {
    return airport * slots + (((minute % slots) + slots) % slots);
  }

  /** Lets the airport's window end at the minute: what landed since enters, what is old leaves. */
  function moveTo(airport: number, minute: number): void {
    const from = reached[airport];
    if (from === undefined) {
      throw new RangeError(`airport ${airport}: give a number from 0 to ${airports - 1}`);
    }
    if (!(minute >= from)) {
      throw new RangeError(
        `airport ${airport}: ${iso(minute)} is before ${iso(from)}; give times in ascending order`,
      );
    }
    reached[airport] = minute;
    if (minute - from >= slots) {
      slotSum.fill(0, airport * slots, (airport + 1) * slots);
      slotCount.fill(0, airport * slots, (airport + 1) * slots);
      sum[airport] = 0;
      count[airport] = 0;
      return;
    }
    for (let passed = from + 1; passed <= minute; passed++) {
      const entering = slotOf(airport, passed);
      const leaving = slotOf(airport, passed - windowMinutes);
      sum[airport]! += slotSum[entering]! - slotSum[leaving]!;
      count[airport]! += slotCount[entering]! - slotCount[leaving]!;
      slotSum[leaving] = 0;
      slotCount[leaving] = 0;
    }
  }

  return {
    add(timeMs, airport, landingMs, delayMinutes) {
      const minute = Math.floor(timeMs / 60_000);
      const landing = Math.ceil(landingMs / 60_000);
      if (!(landing >= minute && landing <= minute + aheadMinutes)) {
        throw new RangeError(
          `airport ${airport}: landing ${iso(landing)} must lie within ${aheadMinutes} minutes after ${iso(minute)}`,
        );
      }
      moveTo(airport, minute);
      const slot = slotOf(airport, landing);
      slotSum[slot]! += delayMinutes;
      slotCount[slot]! += 1;
      if (landing === minute) {
        sum[airport]! += delayMinutes;
        count[airport]! += 1;
      }
    },
    mean(timeMs, airport) {
      moveTo(airport, Math.floor(timeMs / 60_000));
      const landed = count[airport] ?? 0;
      return landed === 0 ? Number.NaN : (sum[airport] ?? 0) / landed;
    },
  };
}

function iso(minute: number): string {
  const time = new Date(minute * 60_000);
  return Number.isNaN(time.getTime()) ? String(minute) : time.toISOString();
}
