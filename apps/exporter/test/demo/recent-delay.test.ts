import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRecentDelay } from '../../demo/recent-delay.js';

const MINUTE = 60_000;
const NOON = Date.UTC(2001, 0, 1, 12);

describe('recent delay', () => {
  it('is the mean delay of the flights that landed in the two hours before', () => {
    const recent = createRecentDelay({ airports: 1 });
    recent.add(NOON, 0, NOON + 40 * MINUTE, 10);
    recent.add(NOON, 0, NOON + 60 * MINUTE, -4);
    recent.add(NOON, 0, NOON + 90 * MINUTE, 30);
    expect(recent.mean(NOON + 60 * MINUTE, 0)).toBe(3);
    expect(recent.mean(NOON + 90 * MINUTE, 0)).toBe(12);
    expect(recent.mean(NOON + 160 * MINUTE, 0)).toBe(13);
    expect(recent.mean(NOON + 180 * MINUTE, 0)).toBe(30);
  });

  it('counts a flight from the minute of its landing', () => {
    const recent = createRecentDelay({ airports: 1 });
    recent.add(NOON, 0, NOON + 40 * MINUTE, 10);
    expect(recent.mean(NOON + 39 * MINUTE, 0)).toBeNaN();
    expect(recent.mean(NOON + 40 * MINUTE, 0)).toBe(10);
  });

  it('excludes a flight two hours after its landing, to the minute', () => {
    const recent = createRecentDelay({ airports: 1 });
    recent.add(NOON, 0, NOON, 10);
    expect(recent.mean(NOON + 119 * MINUTE, 0)).toBe(10);
    expect(recent.mean(NOON + 120 * MINUTE, 0)).toBeNaN();
  });

  it('is missing when no flight has landed', () => {
    const recent = createRecentDelay({ airports: 2 });
    recent.add(NOON, 0, NOON, 10);
    expect(recent.mean(NOON, 1)).toBeNaN();
  });

  it('is separate for each airport', () => {
    const recent = createRecentDelay({ airports: 2 });
    recent.add(NOON, 0, NOON, 10);
    recent.add(NOON, 1, NOON, 50);
    expect(recent.mean(NOON, 0)).toBe(10);
    expect(recent.mean(NOON, 1)).toBe(50);
  });

  it('excludes everything after a day without flights', () => {
    const recent = createRecentDelay({ airports: 1 });
    recent.add(NOON, 0, NOON + 60 * MINUTE, 10);
    const nextDay = NOON + 24 * 60 * MINUTE;
    expect(recent.mean(nextDay, 0)).toBeNaN();
    recent.add(nextDay, 0, nextDay + MINUTE, 7);
    expect(recent.mean(nextDay + MINUTE, 0)).toBe(7);
  });

  it('refuses a time before an earlier call', () => {
    const recent = createRecentDelay({ airports: 1 });
    recent.mean(NOON, 0);
    expect(() => recent.mean(NOON - MINUTE, 0)).toThrow(/2001-01-01T11:59.*ascending/);
  });

  it('refuses a landing in the past, a landing too far ahead and an unknown airport', () => {
    const recent = createRecentDelay({ airports: 1 });
    expect(() => recent.add(NOON, 0, NOON - MINUTE, 1)).toThrow(RangeError);
    expect(() => recent.add(NOON, 0, NOON + 721 * MINUTE, 1)).toThrow(/within 720 minutes/);
    expect(() => recent.mean(NOON, 1)).toThrow(/airport 1: give a number from 0 to 0/);
  });

  it('equals a search through all flights for any order of calls', () => {
    const step = fc.record({
      waitMinutes: fc.integer({ min: 0, max: 200 }),
      airport: fc.integer({ min: 0, max: 2 }),
      flightMinutes: fc.integer({ min: 0, max: 720 }),
      delay: fc.integer({ min: -60, max: 600 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const recent = createRecentDelay({ airports: 3 });
        const known: { airport: number; landing: number; delay: number }[] = [];
        let minute = NOON / MINUTE;
        for (const { waitMinutes, airport, flightMinutes, delay } of steps) {
          minute += waitMinutes;
          const landing = minute + flightMinutes;
          recent.add(minute * MINUTE, airport, landing * MINUTE, delay);
          known.push({ airport, landing, delay });
          for (let asked = 0; asked < 3; asked++) {
            const landed = known.filter(
              (flight) =>
                flight.airport === asked &&
                flight.landing > minute - 120 &&
                flight.landing <= minute,
            );
            const sum = landed.reduce((total, flight) => total + flight.delay, 0);
            expect(recent.mean(minute * MINUTE, asked)).toBe(sum / landed.length);
          }
        }
      }),
      { seed: 2001, numRuns: 100 },
    );
  });
});
