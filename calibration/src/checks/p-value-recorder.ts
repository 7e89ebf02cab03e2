import type { ComparedFeature } from '@modelmeter/core/drift';
import { chiSquareGoodnessOfFit } from '@modelmeter/kernel/compatibility';
import { numericProfile } from '@modelmeter/kernel/profiles';
import { builtInStatistics, type Statistic, type StatisticOn } from '@modelmeter/kernel/statistics';

/** The p-value that a test gave for a feature. */
export interface RecordedPValue {
  readonly test: string;
  readonly feature: string;
  readonly pValue: number;
}

/** Statistics that compute as the built-in tests do and note their p-values. */
export interface PValueRecorder {
  /** To be given to the rules as statistics of one's own. */
  readonly statistics: readonly Statistic[];
  /** The p-values of the run that has just evaluated these samples, and forgets them. */
  take(samples: readonly ComparedFeature[]): RecordedPValue[];
}

/**
 * What common tools take for categories: the reference as if there were no chance in it. Here for
 * comparison.
 */
export const goodnessOfFit: StatisticOn<'bins'> = {
  name: 'goodness_of_fit',
  appliesTo: ['numeric', 'categorical'],
  input: 'bins',
  compute(reference, current) {
    const { statistic, pValue } = chiSquareGoodnessOfFit(reference, current);
    return { score: Math.min(statistic, Number.MAX_VALUE), pValue };
  },
};

/** The built-in statistics that give p-values. */
export const builtInTests: readonly (StatisticOn<'bins'> | StatisticOn<'profile'>)[] =
  builtInStatistics.filter(givesPValue);

function givesPValue(statistic: StatisticOn<'bins'> | StatisticOn<'profile'>): boolean {
  const profile = numericProfile(Float64Array.of(1, 2, 3, 4, 5));
  const { pValue } =
    statistic.input === 'bins'
      ? statistic.compute(Float64Array.of(9, 7), Float64Array.of(7, 9))
      : statistic.compute(profile, profile);
  return pValue !== undefined;
}

/** Tests that a user may choose promise their level from this number of reference rows on. */
const leastReferenceRows = 1000;

/**
 * Records the p-value of every test that promises its level for a reference of `n` rows, for every
 * feature from one drift run.
 */
export function createPValueRecorder(n: number): PValueRecorder {
  const tests = n < leastReferenceRows ? [goodnessOfFit] : [...builtInTests, goodnessOfFit];
  const recorded = new Map<string, number[]>(tests.map(({ name }) => [name, []]));

  function recording<Input extends 'bins' | 'profile'>(
    statistic: StatisticOn<Input>,
  ): StatisticOn<Input> {
    return {
      ...statistic,
      compute(reference, current) {
        const result = statistic.compute(reference, current);
        recorded.get(statistic.name)!.push(result.pValue!);
        return result;
      },
    };
  }

  return {
    statistics: tests.map((test) => (test.input === 'bins' ? recording(test) : recording(test))),
    take(samples) {
      return tests.flatMap(({ name, appliesTo }) => {
        // A run computes each statistic once for each feature that it applies to, in their order.
        const compared = samples.filter(({ feature }) =>
          appliesTo.some((type) => type === feature.type),
        );
        const pValues = recorded.get(name)!.splice(0);
        if (pValues.length !== compared.length) {
          throw new Error(`${name}: ${pValues.length} p-values of ${compared.length} features`);
        }
        return compared.map(({ feature }, index) => ({
          test: name.replace(/_statistic$/, ''),
          feature: feature.name,
          pValue: pValues[index]!,
        }));
      });
    },
  };
}
