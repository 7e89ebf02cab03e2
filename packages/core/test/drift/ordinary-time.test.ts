import {
  type ColumnProfile,
  categoricalProfile,
  numericProfile,
} from '@modelmeter/kernel/profiles';
import { describe, expect, it } from 'vitest';
import { featureBins } from '../../src/bins/feature-bins.js';
import { profileInBins } from '../../src/bins/profile-in-bins.js';
import type { ComparedFeature } from '../../src/drift/compared-feature.js';
import { evaluateDrift } from '../../src/drift/evaluate.js';
import { inOrdinaryTime } from '../../src/drift/ordinary-time.js';
import { createDriftPolicy } from '../../src/drift/policy.js';
import { comparablePeriods } from '../../src/history/comparable-periods.js';
import { historySlots } from '../../src/history/reference-history.js';
import { buildReference, type Reference } from '../../src/reference.js';
import { referenceFromJson, referenceToJson } from '../../src/reference-json.js';
import { driftSchema } from '../../src/settings/drift.js';
import type { FeatureConfig } from '../../src/settings/features.js';
import { parseSettings } from '../../src/settings/problems.js';
import { dayMs, hourMs, seededNormal, seededRandom, startMs } from '../support.js';

const features: FeatureConfig[] = [
  { name: 'hour', type: 'numeric' },
  { name: 'size', type: 'numeric' },
  { name: 'colour', type: 'categorical' },
];

/** Rows every minute, more red ones by night; the mean of `size` is that of its day. */
function rowsBetween(fromMs: number, toMs: number, meanOf: (day: number) => number) {
  const random = seededRandom(fromMs / hourMs);
  const normal = seededNormal(fromMs / hourMs + 1);
  const columns = { hour: [] as number[], size: [] as number[], colour: [] as string[] };
  const times: number[] = [];
  for (let time = fromMs; time < toMs; time += 60_000) {
    const hour = Math.floor((time / hourMs) % 24);
    times.push(time);
    columns.hour.push(hour);
    columns.size.push(random() < 0.05 ? Number.NaN : normal() + meanOf(Math.floor(time / dayMs)));
    columns.colour.push(random() < (hour < 12 ? 0.8 : 0.3) ? 'red' : 'blue');
  }
  return { columns, times };
}

function referenceOver(days: number, meanOf: (day: number) => number = () => 0): Reference {
  return buildReference({
    modelName: 'a',
    modelVersion: '1',
    created: '2024-02-01T00:00:00.000Z',
    source: 'rows of a test',
    features,
    ...rowsBetween(startMs, startMs + days * dayMs, meanOf),
  });
}

/** A window that begins some hours after four weeks, compared in ordinary time. */
function samplesOf(reference: Reference, hour: number, hours: number, mean = 0): ComparedFeature[] {
  const fromMs = startMs + 28 * dayMs + hour * hourMs;
  const toMs = fromMs + hours * hourMs;
  const { columns } = rowsBetween(fromMs, toMs, () => mean);
  return features.map((feature) => {
    const profile = reference.features.get(feature.name) as ColumnProfile;
    const current =
      profile.type === 'numeric'
        ? numericProfile(Float64Array.from(columns[feature.name as 'size']), { grid: profile.grid })
        : categoricalProfile(columns.colour, { categories: profile.categories });
    const sample = { feature, reference: profile, current };
    return reference.history === undefined
      ? sample
      : inOrdinaryTime(sample, reference.history, { startMs: fromMs, endMs: toMs });
  });
}

function statesOf(samples: readonly ComparedFeature[]): Record<string, string> {
  const policy = createDriftPolicy(parseSettings(driftSchema, { statistics: [] }), features);
  return Object.fromEntries(evaluateDrift(samples, policy).map(({ name, state }) => [name, state]));
}

const calm = referenceOver(28);
/** The mean of a day is 0.4 to either side. */
const restless = referenceOver(28, (day) => 0.4 * Math.sign(Math.sin(1 + 7.3 * day)));

describe('a window of six hours', () => {
  it('is compared with the same hours of its reference, not with all of it', () => {
    const { history: _, ...withoutHistory } = calm;
    expect(statesOf(samplesOf(withoutHistory, 6, 6))).toMatchObject({
      hour: 'drift',
      colour: 'drift',
    });
    for (const hour of [0, 6, 12, 18, 31]) {
      expect(statesOf(samplesOf(calm, hour, 6))).toEqual({ hour: 'ok', size: 'ok', colour: 'ok' });
    }
  });

  it('is not compared in time where the history has no such hours three times', () => {
    const [sample] = samplesOf(referenceOver(2), 6, 6);
    expect(sample!.ordinary).toBeUndefined();
    expect(sample!.reference.count).toBe(2880);
  });

  it('takes the same hours of all days where weeks are fewer than three', () => {
    const [sample] = samplesOf(referenceOver(10), 6, 6);
    expect(sample!.ordinary).toMatchObject({ period: 'day', periods: 10 });
    const [weekly] = samplesOf(calm, 6, 6);
    expect(weekly!.ordinary).toMatchObject({ period: 'week', periods: 4 });
    expect(weekly!.reference.count).toBe(1440);
  });
});

describe('movement that is ordinary', () => {
  it('is not significant, though rows alone would call it so', () => {
    const { history: _, ...withoutHistory } = restless;
    expect(statesOf(samplesOf(withoutHistory, 0, 24, 0.8)).size).toBe('drift');
    expect(statesOf(samplesOf(restless, 0, 24, 0.8)).size).toBe('ok');
    expect(statesOf(samplesOf(restless, 0, 24, 8)).size).toBe('drift');
  });

  it('is in the explanation', () => {
    const policy = createDriftPolicy(parseSettings(driftSchema, { statistics: [] }), features);
    const found = evaluateDrift(samplesOf(restless, 0, 24, 0.8), policy);
    expect(found[1]!.explanation).toMatch(
      /^Ordinary movement: PSI .* The feature moves by PSI 0\.\d+ in an ordinary week\.$/,
    );
  });
});

describe('the comparable periods', () => {
  const slots = { startMs, slotMs: hourMs, slots: 28 * 24 };
  const range = (hour: number, hours: number) => ({
    startMs: startMs + hour * hourMs,
    endMs: startMs + (hour + hours) * hourMs,
  });

  it('lie whole weeks from the window, and the other weekdays are groups of their own', () => {
    const { starts, others } = comparablePeriods(slots, range(28 * 24 + 6, 6), 'week');
    expect(starts).toEqual([6, 174, 342, 510]);
    expect(others.map(([first]) => first)).toEqual([30, 54, 78, 102, 126, 150]);
  });

  it('do not overlap a window inside the history', () => {
    expect(comparablePeriods(slots, range(174, 6), 'week').starts).toEqual([6, 342, 510]);
  });

  it('are whole weeks apart for windows longer than one', () => {
    const { starts, others } = comparablePeriods(slots, range(28 * 24, 10 * 24), 'week');
    expect(starts).toEqual([0, 336]);
    expect(others).toEqual([]);
  });

  it('do not exist where a slot is longer than the window', () => {
    const days = { startMs, slotMs: dayMs, slots: 28 };
    expect(comparablePeriods(days, range(0, 6), 'day').starts).toEqual([]);
  });
});

describe('the history of a reference', () => {
  it('holds every row once, and survives JSON', () => {
    const { history } = calm;
    expect(history).toMatchObject({ startMs, slotMs: hourMs, slots: 28 * 24 });
    for (const counts of history!.features.values()) {
      expect(counts.reduce((sum, rows) => sum + rows, 0)).toBe(calm.rows);
    }
    expect(referenceFromJson(JSON.parse(JSON.stringify(referenceToJson(calm))), 'r.json')).toEqual(
      calm,
    );
  });

  it('has days instead of hours after twelve weeks, three years at most', () => {
    expect(historySlots(startMs, startMs + 84 * dayMs - 1).slots).toBe(2016);
    expect(historySlots(startMs, startMs + 84 * dayMs)).toEqual({
      startMs,
      slotMs: dayMs,
      slots: 85,
    });
    const long = historySlots(0, startMs);
    expect(long.slots).toBe(1098);
    expect(long.startMs + long.slots * dayMs).toBe(startMs + dayMs);
  });

  it.each([
    ['slotSeconds', 60, 'history.slotSeconds must be 3600 or 86400'],
    ['start', 'soon', 'history.start'],
    ['slots', 0, 'history.slots'],
    ['features', { size: [1] }, 'history.features.size must be 7392 counts'],
    ['features', { weight: [1] }, 'unknown feature "weight"'],
  ])('with a damaged %s is refused by name', (key, value, text) => {
    const document = JSON.parse(JSON.stringify(referenceToJson(calm)));
    document.history[key] = value;
    expect(() => referenceFromJson(document, 'r.json')).toThrow(text);
  });

  it('needs a time for every row', () => {
    expect(() =>
      buildReference({
        ...calm,
        features,
        columns: rowsBetween(0, hourMs, () => 0).columns,
        times: [1],
      }),
    ).toThrow('1 times for 60 rows');
  });
});

describe('a feature of many names', () => {
  it('has whole rows of its rare names, and is compared in the bins of the history', () => {
    const random = seededRandom(4);
    const name = (): string => `n${Math.floor(400 * random() ** 3)}`;
    const times = Array.from({ length: 28 * 480 }, (_, row) => startMs + row * 180_000);
    const route: FeatureConfig = { name: 'route', type: 'categorical' };
    const reference = buildReference({
      modelName: 'a',
      modelVersion: '1',
      created: '2024-02-01T00:00:00.000Z',
      source: 'rows of a test',
      features: [route],
      columns: { route: times.map(name) },
      times,
    });
    const profile = reference.features.get('route') as ColumnProfile;
    const names = Array.from({ length: 120 }, name);
    const categories = profile.type === 'categorical' ? profile.categories : [];
    const fromMs = startMs + 28 * dayMs + 6 * hourMs;
    const sample = inOrdinaryTime<ComparedFeature>(
      { feature: route, reference: profile, current: categoricalProfile(names, { categories }) },
      reference.history!,
      { startMs: fromMs, endMs: fromMs + 6 * hourMs },
    );
    // The same hours of the weekday have too few rows for 53 bins: those of all days count.
    expect(sample.ordinary).toMatchObject({ period: 'day', periods: 28 });
    expect(sample.reference.count).toBe(3360);
    expect(sample.reference.counts.every(Number.isInteger)).toBe(true);
    const policy = createDriftPolicy(parseSettings(driftSchema, { statistics: [] }), [route]);
    expect(evaluateDrift([sample], policy)[0]).toMatchObject({
      test: 'ordinary_movement',
      significant: false,
    });
  });
});

describe('the profile of rows that are known in bins', () => {
  it.each(features)('of all rows is that of the reference: $name', ({ name }) => {
    const reference = calm.features.get(name) as ColumnProfile;
    const rows = Float64Array.of(...featureBins(reference).reference, reference.missing);
    const profile = profileInBins(reference, rows);
    expect(profile.count).toBe(reference.count);
    expect(profile.missing).toBe(reference.missing);
    expect(profile.counts).toEqual(reference.counts);
  });

  it.each(features)('has the rows that each bin was given: $name', ({ name }) => {
    const reference = calm.features.get(name) as ColumnProfile;
    const bins = featureBins(reference);
    const rows = Float64Array.of(
      ...bins.reference.map((count, bin) => (count === 0 ? 0 : bin + 1)),
      7,
    );
    const counts = bins.fold(
      ((profile) =>
        profile.type === 'numeric'
          ? profile.counts
          : Float64Array.of(...profile.counts, profile.other, 0))(profileInBins(reference, rows)),
    );
    expect(counts).toEqual(rows.subarray(0, -1));
  });
});
