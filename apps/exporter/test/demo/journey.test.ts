import { beforeAll, describe, expect, it } from 'vitest';
import { type Flights, readFlights } from '../../demo/flights.js';
import {
  createJourneyReader,
  type Journey,
  LATE_MINUTES,
  landingTime,
  WARM_UP_MS,
} from '../../demo/journey.js';

const MINUTE = 60_000;
const SUNDAY_NOON = Date.UTC(2001, 0, 7, 12);

/** A small timetable between A, B and C. */
function timetable(
  rows: readonly (readonly [minute: number, from: number, to: number, delay: number])[],
): Flights {
  return {
    rows: rows.length,
    airports: ['A', 'B', 'C'],
    timeMs: Float64Array.from(rows, ([minute]) => SUNDAY_NOON + minute * MINUTE),
    delay: Int16Array.from(rows, ([, , , delay]) => delay),
    distance: Uint16Array.from(rows, () => 240),
    origin: Uint16Array.from(rows, ([, from]) => from),
    destination: Uint16Array.from(rows, ([, , to]) => to),
  };
}

function readAll(flights: Flights): Journey[] {
  const read = createJourneyReader(flights);
  return Array.from({ length: flights.rows }, (_, row) => read(row));
}

describe('landing time', () => {
  it('is half an hour after departure, plus a minute for every eight miles', () => {
    expect(landingTime(SUNDAY_NOON, 240)).toBe(SUNDAY_NOON + 60 * MINUTE);
  });

  it('is rounded up to a whole minute', () => {
    expect(landingTime(SUNDAY_NOON, 241)).toBe(SUNDAY_NOON + 61 * MINUTE);
  });
});

describe('journeys', () => {
  it('have the features that the model takes, in its order', () => {
    const [journey] = readAll(timetable([[0, 0, 1, 20]]));
    expect(journey?.features).toEqual({
      hour: 12,
      weekday: 0,
      distance: 240,
      origin: 'A',
      destination: 'B',
      origin_delay: Number.NaN,
      destination_delay: Number.NaN,
    });
  });

  it('are late from a delay of fifteen minutes', () => {
    const journeys = readAll(
      timetable([
        [0, 0, 1, LATE_MINUTES - 1],
        [0, 0, 1, LATE_MINUTES],
      ]),
    );
    expect(journeys.map((journey) => journey.late)).toEqual([false, true]);
  });

  it('include the delays of landed flights, but not of flights in the air', () => {
    const journeys = readAll(
      timetable([
        [0, 0, 1, 10],
        [10, 2, 1, 20],
        [65, 1, 2, 5],
        [70, 1, 0, 5],
        [125, 0, 2, 5],
      ]),
    );
    const delays = journeys.map(({ features }) => [
      features.origin_delay,
      features.destination_delay,
    ]);
    expect(delays).toEqual([
      [Number.NaN, Number.NaN],
      [Number.NaN, Number.NaN],
      [10, Number.NaN],
      [15, Number.NaN],
      [Number.NaN, 5],
    ]);
  });

  describe('of two real days', () => {
    const fromMs = Date.UTC(2001, 1, 1);
    let flights: Flights;

    beforeAll(async () => {
      flights = await readFlights({ fromMs, toMs: fromMs + 48 * 60 * MINUTE });
    });

    it('do not change when later flights are added', () => {
      const half = Math.floor(flights.rows / 2);
      const shorter = { ...flights, rows: half };
      expect(readAll(shorter)).toEqual(readAll(flights).slice(0, half));
    });

    it('do not depend on the delays of flights in the air', () => {
      const journeys = readAll(flights);
      const asked = Math.floor(flights.rows / 2);
      const now = journeys[asked]?.departureMs ?? 0;
      const unlike = flights.delay.map((delay, row) =>
        (journeys[row]?.landingMs ?? 0) > now ? 999 : delay,
      );
      const others = readAll({ ...flights, delay: unlike });
      expect(others[asked]?.features).toEqual(journeys[asked]?.features);
    });

    it('equal those of a longer replay after the warm-up', async () => {
      const longer = readAll(await readFlights({ fromMs: fromMs - 2 * WARM_UP_MS, toMs: fromMs }));
      const start = fromMs - WARM_UP_MS;
      const shorter = readAll(await readFlights({ fromMs: start - WARM_UP_MS, toMs: fromMs }));
      const recent = (journeys: Journey[]): Journey[] =>
        journeys.filter((journey) => journey.departureMs >= start);
      expect(recent(shorter).length).toBeGreaterThan(5000);
      expect(recent(shorter)).toEqual(recent(longer));
    });
  });
});
