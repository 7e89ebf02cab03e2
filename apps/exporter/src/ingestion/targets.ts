import type { Monitor, Target, TargetResult } from '@modelmeter/core';
import { z } from 'zod';
import { ExporterError } from '../errors.js';
import type { ModelDirectory } from '../http/model-directory.js';
import { eventTime, eventTimeMs } from './event-time.js';

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
    timestamp: eventTime
      .optional()
      .describe(
        'When the target became known, ISO 8601 or Unix seconds; now by default. At most 5 minutes ahead.',
      ),
  })
  .meta({ id: 'Target' });

export const targetsRecorded = z
  .strictObject({
    matched: z.int().describe('Targets that were joined with a prediction.'),
    duplicate: z.int().describe('Targets of predictions that had one already.'),
    corrected: z
      .int()
      .describe('Targets that replaced an earlier one, with quality.corrections: last.'),
    held: z.int().describe('Targets that wait for their prediction, with quality.hold_targets.'),
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
      ofMonitor.targets.push({
        predictionId: row.prediction_id,
        value: row.target,
        ...(row.timestamp === undefined ? {} : { timeMs: eventTimeMs(row.timestamp) }),
      });
      ofMonitor.rows.push(index);
      byMonitor.set(monitor, ofMonitor);
    }
  }
  const recorded = { matched: 0, duplicate: 0, corrected: 0, held: 0 };
  let unused = 0;
  const problems: { row: number; prediction_id: string; message: string }[] = [];
  for (const [monitor, ofMonitor] of byMonitor) {
    const result = monitor.recordTargets(ofMonitor.targets);
    for (const status of ['matched', 'duplicate', 'corrected', 'held'] as const) {
      recorded[status] += result[status];
    }
    unused += result.unmatched + result.invalid;
    problems.push(
      ...result.problems.map((problem) => describeProblem(problem, ofMonitor, monitor)),
    );
  }
  if (unused === 0) return recorded;
  const others = recorded.matched + recorded.duplicate + recorded.corrected + recorded.held;
  throw new ExporterError(
    'TARGET_UNMATCHED',
    `${unused} of ${rows.length} targets were not recorded; the other ${others} were. First problem: ${problems[0]?.message}`,
    { details: { ...recorded, unused, problems } },
  );
}

/** The monitors that know the prediction; if none does, that of the last version, which counts it. */
function monitorsOf(row: TargetRow, models: ModelDirectory): Monitor[] {
  const monitors = models.findAll(row.model, row.version).map(({ monitor }) => monitor);
  const knowing = monitors.filter((monitor) => monitor.knowsPrediction(row.prediction_id));
  return knowing.length > 0 ? knowing : monitors.slice(-1);
}

function describeProblem(
  { index, predictionId, status, invalid }: TargetResult['problems'][number],
  { targets, rows }: MonitorTargets,
  monitor: Monitor,
): { row: number; prediction_id: string; message: string } {
  const row = rows[index]!;
  const value = JSON.stringify(targets[index]!.value);
  const model = `model "${monitor.model.name}"`;
  let message = `Row ${row}: target ${value} does not match ${model}; it must be ${expectedTarget(monitor)}.`;
  if (status === 'unmatched') {
    message = `Row ${row}: no prediction "${predictionId}" of ${model} is waiting for a target. Send the prediction first, and the target within quality.target_time_to_live; or set quality.hold_targets.`;
  } else if (invalid === 'time') {
    message = `Row ${row}: the timestamp of the target is more than 5 minutes ahead. Send the time at which it became known, or leave it out.`;
  }
  return { row, prediction_id: predictionId, message };
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
