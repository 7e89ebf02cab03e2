/** One kind of objective: its counters, and the settings that it has in a configuration file. */
export interface ObjectiveKind {
  /** Value of the label `slo` of `model_slo_events_total`. */
  readonly slo: string;
  /** Setting of the share of good events. */
  readonly targetSetting: string;
  /** The share where it is part of the objective's name and no setting has it. */
  readonly fixedTarget?: number;
  /** Setting of what a good event keeps to, such as a time. */
  readonly limitSetting?: string;
  /** Whether there is no objective without that limit. */
  readonly needsLimit?: boolean;
  /** Label matchers of the events that count as all, where they are not those of `slo`. */
  readonly total?: string;
  readonly describe: (limit: string) => string;
}

// A failed call is bad for its latency too, so that the good calls are all that succeed.
const succeeded = 'slo="errors",result="good"';

const latency = (
  slo: string,
  limitSetting: string,
  target: Pick<ObjectiveKind, 'targetSetting' | 'fixedTarget'>,
): ObjectiveKind => ({
  slo,
  ...target,
  limitSetting,
  needsLimit: true,
  total: succeeded,
  describe: (limit) => `Successful calls that take at most ${limit} ms.`,
});

/** Every kind of objective that a model can have; OpenSLO is written and read from this list. */
export const objectiveKinds: readonly ObjectiveKind[] = [
  { slo: 'errors', targetSetting: 'success_objective', describe: () => 'Calls that succeed.' },
  latency('latency', 'latency_p99_ms', { targetSetting: 'latency_objective' }),
  latency('latency_p95', 'latency_p95_ms', {
    targetSetting: 'latency_objective',
    fixedTarget: 0.95,
  }),
  latency('latency_p50', 'latency_p50_ms', {
    targetSetting: 'latency_objective',
    fixedTarget: 0.5,
  }),
  {
    slo: 'quality',
    targetSetting: 'quality_objective',
    limitSetting: 'quality_error_tolerance',
    describe: () => 'Predictions that are right, by their targets.',
  },
  {
    slo: 'drift_free',
    targetSetting: 'drift_free_objective',
    describe: () => 'Drift runs without a feature in drift.',
  },
  {
    slo: 'freshness',
    targetSetting: 'freshness_objective',
    limitSetting: 'expected_target_delay',
    needsLimit: true,
    describe: (limit) => `Targets that arrive within ${limit} of their prediction.`,
  },
];
