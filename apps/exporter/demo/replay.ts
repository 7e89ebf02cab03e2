import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, SentFlight } from './client.js';
import type { Flights } from './flights.js';
import { applyIncident, type Incident } from './incident.js';
import { createJourneyReader } from './journey.js';
import type { SimulatedClock } from './simulated-clock.js';

const dayMs = 86_400_000;
const weekMs = 7 * dayMs;
/** Simulated time between two rounds of requests. */
const stepMs = 10 * 60_000;
/** The sample is never thinned below this share of the flights. */
const smallestShare = 0.02;

/** The progress of a replay. */
export interface ReplayProgress {
  predictions: number;
  targets: number;
  /** Share of the flights that are predicted: 1 unless the machine is too slow for the pace. */
  share: number;
}

/**
 * Sends the flights from `fromMs` on at the pace of the clock, each target when its flight has
 * landed. Flights before `fromMs` only make the recent delays known.
 *
 * Where requests take longer than the pace allows, a seeded random sample of the flights is sent;
 * the recent delays always know all of them.
 */
export async function replay(options: {
  readonly flights: Flights;
  readonly clock: SimulatedClock;
  readonly client: Client;
  readonly fromMs: number;
  readonly toMs: number;
  readonly secondsPerWeek: number;
  readonly incident: Incident | undefined;
  readonly signal: AbortSignal;
  readonly progress: ReplayProgress;
}): Promise<void> {
  const { flights, clock, client, fromMs, toMs, incident, signal, progress } = options;
  const realMsPerStep = (options.secondsPerWeek * 1000 * stepMs) / weekMs;
  const readJourney = createJourneyReader(flights);
  const random = seededRandom(2001);
  const airborne: { landingMs: number; id: string; late: boolean }[][] = [];
  let row = 0;
  while (row < flights.rows && flights.timeMs[row]! < fromMs) readJourney(row++);

  const startedMs = performance.now();
  let busyMs = 0;
  for (let step = 1; !signal.aborted; step += 1) {
    const stepEndMs = fromMs + step * stepMs;
    if (stepEndMs > toMs) return;
    const departing: SentFlight[] = [];
    while (row < flights.rows && flights.timeMs[row]! < stepEndMs) {
      const journey = readJourney(row);
      if (random() < progress.share) {
        const id = `flight-${row}`;
        departing.push({
          id,
          features: applyIncident(journey.features, journey.departureMs, incident),
        });
        const landingStep = Math.max(step, Math.ceil((journey.landingMs - fromMs) / stepMs));
        (airborne[landingStep] ??= []).push({
          landingMs: journey.landingMs,
          id,
          late: journey.late,
        });
      }
      row += 1;
    }
    clock.advanceTo(stepEndMs);
    const busyFrom = performance.now();
    if (departing.length > 0) await client.predict(departing);
    const landed = airborne[step] ?? [];
    delete airborne[step];
    if (landed.length > 0) await client.report(landed);
    busyMs += performance.now() - busyFrom;
    progress.predictions += departing.length;
    progress.targets += landed.length;
    if ((step * stepMs) % dayMs === 0) {
      const allowedMs = (realMsPerStep * dayMs) / stepMs;
      // Aim at nine tenths of the pace, so that the machine has room for scrapes and drift runs.
      const fitting = (progress.share * 0.9 * allowedMs) / Math.max(busyMs, 1);
      progress.share = Math.min(1, Math.max(smallestShare, fitting));
      busyMs = 0;
    }
    const aheadMs = startedMs + step * realMsPerStep - performance.now();
    if (aheadMs > 1) await sleep(aheadMs, undefined, { signal }).catch(() => undefined);
  }
}

/** Numbers in [0, 1), the same in every run: mulberry32, a 32-bit counter and a mixing function. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
