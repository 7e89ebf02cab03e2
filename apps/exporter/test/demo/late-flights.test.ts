import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { FeatureDrift } from '@modelmeter/core';
import {
  createDriftPolicy,
  evaluateDrift,
  rankByHarm,
  type ScoreRows,
} from '@modelmeter/core/drift';
import { driftSchema } from '@modelmeter/core/settings';
import { categoricalProfile, numericProfile } from '@modelmeter/kernel/profiles';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { readFlights } from '../../demo/flights.js';
import { applyIncident } from '../../demo/incident.js';
import {
  createJourneyReader,
  type Journey,
  type JourneyFeatures,
  WARM_UP_MS,
} from '../../demo/journey.js';

const FOLDER = new URL('../../demo/late-flights/', import.meta.url);
const WEEK = '2001-04-02';

type Columns = Record<string, (string | number)[]>;

interface Prediction {
  readonly probability: number;
  readonly late: boolean;
}

const SAMPLE: JourneyFeatures = {
  hour: 18,
  weekday: 5,
  distance: 733,
  origin: 'ORD',
  destination: 'LGA',
  origin_delay: 45,
  destination_delay: 60,
};

describe('the late-flights model', () => {
  let session: InferenceSession;
  let training: { decision_threshold: number; weeks: Record<string, { accuracy: number }> };

  beforeAll(async () => {
    const options = { intraOpNumThreads: 1 };
    session = await InferenceSession.create(fileURLToPath(new URL('model.onnx', FOLDER)), options);
    training = JSON.parse(await readFile(new URL('training.json', FOLDER), 'utf8'));
  });

  async function predict(rows: readonly JourneyFeatures[]): Promise<Prediction[]> {
    const dimensions = [rows.length, 1];
    const number = (values: number[]): Tensor =>
      new Tensor('float32', Float32Array.from(values), dimensions);
    const text = (values: string[]): Tensor => new Tensor('string', values, dimensions);
    const { probability, late } = await session.run({
      hour: number(rows.map((row) => row.hour)),
      weekday: number(rows.map((row) => row.weekday)),
      distance: number(rows.map((row) => row.distance)),
      origin: text(rows.map((row) => row.origin)),
      destination: text(rows.map((row) => row.destination)),
      origin_delay: number(rows.map((row) => row.origin_delay)),
      destination_delay: number(rows.map((row) => row.destination_delay)),
    });
    expect(probability?.dims).toEqual(dimensions);
    expect(late?.dims).toEqual(dimensions);
    return rows.map((_, row) => ({
      probability: Number(probability?.data[row]),
      late: late?.data[row] === 1n,
    }));
  }

  it('has the features as its inputs, in their order', () => {
    expect(session.inputNames).toEqual(Object.keys(SAMPLE));
    expect(session.outputNames).toEqual(['probability', 'late']);
  });

  it('predicts a single row as it does in a batch', async () => {
    const others = [
      { ...SAMPLE, hour: 7, origin_delay: -5, destination_delay: Number.NaN },
      SAMPLE,
    ];
    const together = await predict(others);
    for (const [row, features] of others.entries()) {
      expect(await predict([features])).toEqual([together[row]]);
    }
  });

  it('gives a punctual morning a lower probability than a late evening', async () => {
    const morning = { ...SAMPLE, hour: 7, origin_delay: -5, destination_delay: -5 };
    const [late, punctual] = await predict([SAMPLE, morning]);
    expect(late?.late).toBe(true);
    expect(punctual?.late).toBe(false);
    expect(punctual?.probability).toBeLessThan((late?.probability ?? 0) / 3);
  });

  it('predicts unseen airports and missing delays', async () => {
    const [unknown] = await predict([{ ...SAMPLE, origin: 'KORD', origin_delay: Number.NaN }]);
    expect(unknown?.probability).toBeGreaterThan(0);
    expect(unknown?.probability).toBeLessThan(1);
  });

  describe('in the week before the incident', () => {
    let journeys: Journey[];

    beforeAll(async () => {
      const fromMs = Date.parse(WEEK);
      const toMs = fromMs + 7 * 86_400_000;
      const flights = await readFlights({ fromMs: fromMs - WARM_UP_MS, toMs });
      const read = createJourneyReader(flights);
      journeys = Array.from({ length: flights.rows }, (_, row) => read(row)).filter(
        (journey) => journey.departureMs >= fromMs,
      );
    });

    async function accuracy(
      change: (features: JourneyFeatures) => JourneyFeatures,
    ): Promise<number> {
      const predictions = await predict(journeys.map((journey) => change(journey.features)));
      const right = predictions.filter(
        (prediction, row) => prediction.late === journeys[row]?.late,
      );
      return right.length / journeys.length;
    }

    it('is as accurate as its training record states', async () => {
      expect(await accuracy((features) => features)).toBeCloseTo(
        training.weeks[WEEK]?.accuracy ?? Number.NaN,
        4,
      );
    });

    it('loses a fifth of its accuracy to delays in seconds and a renamed airport', async () => {
      const renamed = (airport: string): string => (airport === 'ORD' ? 'KORD' : airport);
      const broken = await accuracy((features) => ({
        ...features,
        origin: renamed(features.origin),
        destination: renamed(features.destination),
        origin_delay: features.origin_delay * 60,
        destination_delay: features.destination_delay * 60,
      }));
      expect(broken).toBeLessThan(0.65);
    });
  });

  describe('in the first week of the incident', () => {
    const incident = { fromMs: Date.parse('2001-04-09'), toMs: Date.parse('2001-04-30') };
    const names = [...Object.keys(SAMPLE), 'flight'];
    let before: Columns;
    let during: Columns;

    beforeAll(async () => {
      const fromMs = Date.parse(WEEK);
      const toMs = fromMs + 14 * 86_400_000;
      const flights = await readFlights({ fromMs: fromMs - WARM_UP_MS, toMs });
      const read = createJourneyReader(flights);
      const columns = (): Columns => Object.fromEntries(names.map((name) => [name, []]));
      [before, during] = [columns(), columns()];
      for (let row = 0; row < flights.rows; row += 1) {
        const { departureMs, features } = read(row);
        if (departureMs < fromMs) continue;
        const side = departureMs < incident.fromMs ? before : during;
        const values = { ...applyIncident(features, departureMs, incident), flight: row };
        for (const [name, value] of Object.entries(values)) side[name]!.push(value);
      }
    });

    it('is harmed most by the delays in seconds, and not at all by the number of the flight', async () => {
      const score: ScoreRows = async (columns, rows) => {
        const journeys = Array.from({ length: rows }, (_, row) =>
          Object.fromEntries(names.map((name) => [name, columns[name]![row]])),
        );
        const predictions = await predict(journeys as unknown as JourneyFeatures[]);
        return predictions.map(({ probability }) => probability);
      };
      const features = compareColumns(before, during);
      const numbered = features.find(({ name }) => name === 'flight');
      expect(numbered?.state).toBe('drift');
      const ranked = await rankByHarm(features, { score, reference: before, current: during });
      const [first, second] = ranked;
      expect([first?.name, second?.name].sort()).toEqual(['destination_delay', 'origin_delay']);
      expect(ranked.find(({ name }) => name === 'flight')).toMatchObject({
        state: 'investigate',
        harm: { estimate: 0 },
      });
    });
  });

  it('uses the decision threshold of its training record', async () => {
    const rows = Array.from({ length: 200 }, (_, step) => ({
      ...SAMPLE,
      origin_delay: step / 2 - 20,
      destination_delay: step / 2 - 20,
    }));
    const predictions = await predict(rows);
    expect(new Set(predictions.map((prediction) => prediction.late)).size).toBe(2);
    for (const { probability, late } of predictions) {
      expect(late).toBe(probability >= Math.fround(training.decision_threshold));
    }
  });
});

function compareColumns(reference: Columns, current: Columns): FeatureDrift[] {
  const samples = Object.entries(reference).map(([name, column]) => {
    const type = typeof column[0] === 'string' ? ('categorical' as const) : ('numeric' as const);
    const now = current[name]!;
    if (type === 'categorical') {
      const profile = categoricalProfile(column as string[]);
      const { categories } = profile;
      const counted = categoricalProfile(now as string[], { categories });
      return { feature: { name, type }, reference: profile, current: counted };
    }
    const profile = numericProfile(Float64Array.from(column as number[]));
    const counted = numericProfile(Float64Array.from(now as number[]), { grid: profile.grid });
    return { feature: { name, type }, reference: profile, current: counted };
  });
  const features = samples.map(({ feature }) => feature);
  return evaluateDrift(samples, createDriftPolicy(driftSchema.parse({}), features));
}
