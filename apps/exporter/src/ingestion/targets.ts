import type { Monitor, Target, TargetResult } from '@modelmeter/core';
import { z } from 'zod';
import { ExporterError } from '../errors.js';
import type { ModelDirectory } from '../http/model-directory.js';
import { visitInSlices } from '../http/slices.js';
import { listed, shown } from '../shown.js';
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
  readonly monitor: Monitor;
  readonly targets: Target[];
  readonly rows: number[];
}

/** Targets that a monitor records at a time. */
const targetsAtOnce = 250;

/** Problems that the answer names. */
const problemsShown = 100;

/**
 * Joins targets with their predictions. Targets that match are recorded even when others do not.
 * Without a version a target goes to every version that has made the prediction: the live one and
 * its shadows. O(targets).
 *
 * @throws ExporterError MODEL_UNKNOWN, or TARGET_UNMATCHED with the targets that were not recorded.
 */
export async function recordTargets(
  rows: readonly TargetRow[],
  models: ModelDirectory,
): Promise<z.output<typeof targetsRecorded>> {
  const recorded = { matched: 0, duplicate: 0, corrected: 0, held: 0 };
  let unused = 0;
  const problems: { row: number; prediction_id: string; message: string }[] = [];
  await visitInSlices(await groupTargets(rows, models), (group) => {
    const result = group.monitor.recordTargets(group.targets);
    for (const status of ['matched', 'duplicate', 'corrected', 'held'] as const) {
      recorded[status] += result[status];
    }
    unused += result.unmatched + result.invalid;
    for (const problem of result.problems) {
      if (problems.length < problemsShown) problems.push(describeProblem(problem, group));
    }
  });
  if (unused === 0) return recorded;
  const others = recorded.matched + recorded.duplicate + recorded.corrected + recorded.held;
  throw new ExporterError(
    'TARGET_UNMATCHED',
    `${unused} of ${rows.length} targets were not recorded; the other ${others} were. First problem: ${problems[0]?.message}`,
    { details: { ...recorded, unused, problems } },
  );
}

/** The targets in groups of one monitor, in the order of the rows. */
async function groupTargets(
  rows: readonly TargetRow[],
  models: ModelDirectory,
): Promise<readonly MonitorTargets[]> {
  const groups: MonitorTargets[] = [];
  const open = new Map<Monitor, MonitorTargets>();
  let index = 0;
  await visitInSlices(rows, (row) => {
    for (const monitor of monitorsOf(row, models)) {
      let group = open.get(monitor);
      if (group === undefined || group.rows.length === targetsAtOnce) {
        group = { monitor, targets: [], rows: [] };
        open.set(monitor, group);
        groups.push(group);
      }
      group.targets.push({
        predictionId: row.prediction_id,
        value: row.target,
        ...(row.timestamp === undefined ? {} : { timeMs: eventTimeMs(row.timestamp) }),
      });
      group.rows.push(index);
    }
    index += 1;
  });
  return groups;
}

/** The monitors that know the prediction; if none does, that of the last version, which counts it. */
function monitorsOf(row: TargetRow, models: ModelDirectory): Monitor[] {
  const monitors = models.findAll(row.model, row.version).map(({ monitor }) => monitor);
  const knowing = monitors.filter((monitor) => monitor.knowsPrediction(row.prediction_id));
  return knowing.length > 0 ? knowing : monitors.slice(-1);
}

function describeProblem(
  { index, predictionId, status, invalid }: TargetResult['problems'][number],
  { monitor, targets, rows }: MonitorTargets,
): { row: number; prediction_id: string; message: string } {
  const row = rows[index]!;
  const value = shown(targets[index]!.value);
  const model = `model "${monitor.model.name}"`;
  let message = `Row ${row}: target ${value} does not match ${model}; it must be ${expectedTarget(monitor)}.`;
  if (status === 'unmatched') {
    message = `Row ${row}: no prediction ${shown(predictionId)} of ${model} is waiting for a target. Send the prediction first, and the target within quality.target_time_to_live; or set quality.hold_targets.`;
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
      return `one of ${listed(outputs.classes)}`;
    case 'multilabel':
      return `an array of some of ${listed(outputs.labels)}`;
    case 'regression':
      return 'a finite number';
    case 'ranking':
      return 'an array of item ids, or an object with the gain of each, 0 or more';
  }
}
