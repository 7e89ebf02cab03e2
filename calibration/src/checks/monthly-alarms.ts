import type { FeatureDrift } from '@modelmeter/core';
import { type DriftStreaks, evaluateDrift, streaksAfter } from '@modelmeter/core/drift';
import type { FeatureConfig } from '@modelmeter/core/settings';
import type { Random } from '@modelmeter/kernel';
import { type FeatureProfile, mergeProfiles } from '@modelmeter/kernel/profiles';
import { pick, profileOf } from '../profiling.js';
import type { Row } from '../row.js';
import type { RulesFactory } from '../rules.js';
import { drawWithReplacement, randomFor } from '../sampling.js';
import type { Column, Table } from '../table.js';

const watchedFeatures = 50;
const runsPerDay = 4;
const daysPerMonth = 30;
const referenceRows = 5000;
/** Rows of 24 hours, which is the window; it ends four times a day, so windows overlap. */
const rowsPerDay = 1000;

/** Alarms in all simulated months, none of which has a cause. */
export interface MonthlyAlarms {
  readonly months: number;
  /** By runs in a row that an alarm needs: 1, 2. An alarm that goes on is one alarm. */
  readonly drift: readonly number[];
  readonly worthALook: readonly number[];
}

const persistences = [1, 2] as const;

/**
 * A month of four runs a day over 50 features that never drift: columns of real tables, of which
 * rows are drawn again. Every month has a reference of its own, which all its runs share.
 */
export function simulateMonths(
  tables: readonly Table[],
  months: number,
  seed: number,
  rulesFactory: RulesFactory,
  progress: (share: number) => void = () => {},
): MonthlyAlarms {
  const random = randomFor(seed, 'months');
  const models = copiesOf(tables);
  const features = models.flatMap(({ features }) => features);
  const rules = rulesFactory(features);
  const drift = persistences.map(() => 0);
  const worthALook = persistences.map(() => 0);
  for (let month = 0; month < months; month += 1) {
    const references = models.map((model) => profileRows(model, random, referenceRows));
    const windows = models.map((model, index): FeatureProfile[][] =>
      Array.from({ length: runsPerDay - 1 }, () =>
        profileRows(model, random, rowsPerDay / runsPerDay, references[index]),
      ),
    );
    const looks = new Map<string, number>();
    let streaks: DriftStreaks = new Map();
    for (let run = 0; run < runsPerDay * daysPerMonth; run += 1) {
      const samples = models.flatMap((model, index) => {
        const panes = windows[index]!;
        panes.push(profileRows(model, random, rowsPerDay / runsPerDay, references[index]));
        if (panes.length > runsPerDay) panes.shift();
        return model.features.map((feature, column) => ({
          feature,
          reference: references[index]![column]!,
          current: panes.map((pane) => pane[column]!).reduce((a, b) => mergeProfiles(a, b)),
        }));
      });
      const found = evaluateDrift(samples, rules, { streaks });
      streaks = streaksAfter(found);
      for (const feature of found) {
        const runsInARow = isWorthALook(feature) ? (looks.get(feature.name) ?? 0) + 1 : 0;
        looks.set(feature.name, runsInARow);
        for (const [index, persistence] of persistences.entries()) {
          if (runsInARow === persistence) worthALook[index]! += 1;
          if (feature.consecutiveRuns === persistence) drift[index]! += 1;
        }
      }
    }
    progress((month + 1) / months);
  }
  return { months, drift, worthALook };
}

function isWorthALook({ state }: FeatureDrift): boolean {
  return state === 'investigate' || state === 'drift';
}

/** A table whose rows feed some of the features. */
interface Model {
  readonly rows: number;
  readonly columns: readonly Column[];
  readonly features: readonly FeatureConfig[];
}

/** Copies of the tables, each with rows of its own, until there are enough features. */
function copiesOf(tables: readonly Table[]): Model[] {
  const models: Model[] = [];
  let left = watchedFeatures;
  for (let copy = 0; left > 0; copy += 1) {
    const table = tables[copy % tables.length]!;
    const columns = table.columns.slice(0, left);
    left -= columns.length;
    models.push({
      rows: table.rows,
      columns,
      features: columns.map(({ name, type }) => ({ name: `${copy} ${table.name}.${name}`, type })),
    });
  }
  return models;
}

function profileRows(
  { rows, columns }: Model,
  random: Random,
  size: number,
  like?: readonly FeatureProfile[],
): FeatureProfile[] {
  const drawn = drawWithReplacement(random, rows, size);
  return columns.map((column, index) => profileOf(pick(column, drawn), like?.[index]));
}

/** Expected false alarms of a month. */
export function monthlyAlarmRows({ months, drift, worthALook }: MonthlyAlarms): Row[] {
  const perMonth = (alarms: number): string => (alarms / months).toFixed(2);
  return persistences.flatMap((persistence, index) => {
    const inARow = persistence === 1 ? 'at once' : `after ${persistence} runs in a row`;
    return [
      {
        check: `alarms of investigate or drift a month, ${inARow}`,
        measured: `${perMonth(worthALook[index]!)} (${worthALook[index]} in ${months} months)`,
        goal: '< 1 a day',
        met: worthALook[index]! < months * daysPerMonth,
      },
      {
        check: `alarms of drift a month, ${inARow}`,
        measured: `${perMonth(drift[index]!)} (${drift[index]})`,
        goal: '≤ 0.1 % of the runs',
        met: drift[index]! <= 0.001 * months * runsPerDay * daysPerMonth,
      },
    ];
  });
}
