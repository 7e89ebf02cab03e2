import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { readFlights } from '../../demo/flights.js';
import {
  createJourneyReader,
  type Journey,
  type JourneyFeatures,
  WARM_UP_MS,
} from '../../demo/journey.js';

const FOLDER = new URL('../../demo/late-flights/', import.meta.url);
const WEEK = '2001-04-02';

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
