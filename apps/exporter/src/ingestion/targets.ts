import type { Monitor, Target, TargetResult } from '@modelmeter/core';
import { z } from 'zod';
import { ExporterError } from '../errors.js';
import type { ModelDirectory } from '../http/model-directory.js';

export const targetRow = z
  .strictObject({
    model: z.string(),
    version: z
      .string()
      .optional()
      .describe('By default every version that has made the prediction.'),
    prediction_id: z.string().min(1).max(256),
    target: z
      .union([
        z.number(),
        z.string(),
        z.boolean(),
        z.array(z.union([z.number(), z.string()])),
        z.record(z.string(), z.number()),
      ])
      .describe(
        'true, false, 1 or 0; a class; an array of the labels that apply; a number; or an array of the ids of relevant items, or an object with their gains; by the task of the model.',
      ),
  })
  .meta({ id: 'Target' });

export const targetsRecorded = z
  .strictObject({
    matched: z.int().describe('Targets that were joined with a prediction.'),
    duplicate: z.int().describe('Targets of predictions that had one already.'),
  })
  .meta({ id: 'TargetsRecorded' });

type TargetRow = z.output<typeof targetRow>;

/** The targets of one monitor, and the row of the body that each comes from. */
interface MonitorTargets {
  readonly targets: Target[];
  readonly rows: number[];
}

/**
 * Joins targets with their predictions. Targets that match are recorded even when others do not.
 * Without a version a target goes to every version that has made the prediction: the live one and
 * its shadows. O(targets).
 *
 * @throws ExporterError MODEL_UNKNOWN, or TARGET_UNMATCHED with the targets that were not recorded.
 */
export function recordTargets(
  rows: readonly TargetRow[],
  models: ModelDirectory,
): z.output<typeof targetsRecorded> {
  const byMonitor = new Map<Monitor, MonitorTargets>();
  for (const [index, row] of rows.entries()) {
    for (const monitor of monitorsOf(row, models)) {
      const ofMonitor = byMonitor.get(monitor) ?? { targets: [], rows: [] };
      ofMonitor.targets.push({ predictionId: row.prediction_id, value: row.target });
      ofMonitor.rows.push(index);
      byMonitor.set(monitor, ofMonitor);
    }
  }
  let matched = 0;
  let duplicate = 0;
  let unused = 0;
  const problems: { row: number; prediction_id: string; message: string }[] = [];
  for (const [monitor, ofMonitor] of byMonitor) {
    const result = monitor.recordTargets(ofMonitor.targets);
    matched += result.matched;
    duplicate += result.duplicate;
    unused += result.unmatched + result.invalid;
    problems.push(
      ...result.problems.map((problem) => describeProblem(problem, ofMonitor, monitor)),
    );
  }
  if (unused === 0) return { matched, duplicate };
  throw new ExporterError(
    'TARGET_UNMATCHED',
    `${unused} of ${rows.length} targets were not recorded; the other ${matched + duplicate} were. First problem: ${problems[0]?.message}`,
    { details: { matched, duplicate, unused, problems } },
  );
}

/** The monitors that know the prediction; if none does, that of the last version, which counts it. */
function monitorsOf(row: TargetRow, models: ModelDirectory): Monitor[] {
  const monitors = models.findAll(row.model, row.version).map(({ monitor }) => monitor);
  const knowing = monitors.filter((monitor) => monitor.knowsPrediction(row.prediction_id));
  return knowing.length > 0 ? knowing : monitors.slice(-1);
}

function describeProblem(
  { index, predictionId, status }: TargetResult['problems'][number],
  { targets, rows }: MonitorTargets,
  monitor: Monitor,
): { row: number; prediction_id: string; message: string } {
  const row = rows[index]!;
  const value = JSON.stringify(targets[index]!.value);
  return {
    row,
    prediction_id: predictionId,
    message:
      status === 'unmatched'
        ? `Row ${row}: no prediction "${predictionId}" of model "${monitor.model.name}" is waiting for a target. Send the prediction first, and the target within quality.target_time_to_live.`
        : `Row ${row}: target ${value} does not match model "${monitor.model.name}"; it must be ${expectedTarget(monitor)}.`,
  };
}

function expectedTarget({ outputs }: Monitor): string {
  switch (outputs.task) {
    case 'binary':
      return 'true, false, 1 or 0';
    case 'multiclass':
      return `one of ${outputs.classes.join(', ')}`;
    case 'multilabel':
      return `an array of some of ${outputs.labels.join(', ')}`;
    case 'regression':
      return 'a finite number';
    case 'ranking':
      return 'an array of item ids, or an object with the gain of each, 0 or more';
  }
}
