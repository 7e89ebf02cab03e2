import type { Scenario } from '../alert-scenario.js';
import { model, ofModel } from '../alert-scenario.js';
import type { InputSeries } from '../promtool.js';

const hours = (count: number): number => count * 12;
const calls = (steps: number): InputSeries =>
  ofModel('model_predictions_total', `0+10x${steps}`, { status: 'success' });
const missingText = (predictions: string): string =>
  `No target of m 1 has arrived for longer than their usual delay explains; those of about ${predictions} predictions are missing (at least 10 are required). Its quality is unknown, and ModelAccuracyDrop cannot fire.`;

/** A process that has had no target since its start. */
const unknown: Scenario[] = [
  {
    alert: 'ModelTargetsMissing',
    name: 'fires a day and fifteen minutes after the last target where no delay is known',
    step: '5m',
    steps: hours(30),
    series: (steps) => [
      calls(steps),
      ofModel('model_targets_total', `0+5x12 60x${steps - 13}`, { status: 'matched' }),
    ],
    silentAt: ['12h', '25h', '25h5m'],
    firing: [{ at: '25h25m', alerts: [{ labels: model, description: missingText('2.89k') }] }],
  },
  {
    alert: 'ModelTargetsMissing',
    name: 'is silent for a day without targets where they may take three',
    step: '5m',
    steps: hours(30),
    series: (steps) => [
      calls(steps),
      ofModel('model_targets_total', `0+5x12 60x${steps - 13}`, { status: 'matched' }),
      ofModel('model_target_expected_delay_seconds', `259200x${steps}`),
    ],
    silentAt: ['25h25m', '30h'],
  },
  {
    alert: 'ModelTargetsMissing',
    name: 'is silent for a model that never had targets',
    step: '5m',
    steps: hours(30),
    series: (steps) => [
      calls(steps),
      ofModel('model_targets_total', `0x${steps}`, { status: 'matched' }),
    ],
    silentAt: ['26h', '30h'],
  },
  {
    alert: 'ModelTargetsMissing',
    name: 'is silent without predictions',
    step: '5m',
    steps: hours(30),
    series: (steps) => [
      ofModel('model_predictions_total', `0+10x12 120x${steps - 13}`, { status: 'success' }),
      ofModel('model_targets_total', `0+5x12 60x${steps - 13}`, { status: 'matched' }),
    ],
    silentAt: ['26h', '30h'],
  },
  {
    alert: 'ModelTargetsMissing',
    name: 'is silent when the target of the scrape is lost; then ModelExporterDown fires',
    step: '5m',
    steps: hours(25),
    series: (steps) => [
      calls(steps),
      ofModel('model_targets_total', `0+5x12 60x${steps - 13}`, { status: 'matched' }),
    ],
    silentAt: ['27h', '30h'],
  },
  {
    alert: 'ModelTargetsMissing',
    name: 'is silent when targets continue after a restart',
    step: '5m',
    steps: hours(30),
    series: (steps) => [
      calls(steps),
      ofModel('model_targets_total', `0+5x24 0+5x${steps - 25}`, { status: 'matched' }),
    ],
    silentAt: ['26h', '30h'],
  },
];

/** A process that knows the delay of its targets. */
const known: Scenario[] = [
  {
    alert: 'ModelTargetsMissing',
    name: 'fires fifteen minutes after ten targets are overdue, over all processes',
    step: '5m',
    steps: hours(4),
    series: (steps) => [
      calls(steps),
      ofModel('model_targets_total', `0+5x12 60x${steps - 13}`, { status: 'matched' }),
      // From hour 2 on, half a target more every five minutes on each of two processes.
      ofModel('model_targets_overdue', `0x24 0.5+0.5x${steps - 25}`),
      ofModel('model_targets_overdue', `0x24 0.5+0.5x${steps - 25}`, {}, 'b:8001'),
    ],
    silentAt: ['2h', '2h50m', '3h'],
    firing: [{ at: '3h5m', alerts: [{ labels: model, description: missingText('13') }] }],
  },
  {
    alert: 'ModelTargetsMissing',
    name: 'is silent for a day and more without targets where none is overdue',
    step: '5m',
    steps: hours(30),
    series: (steps) => [
      calls(steps),
      ofModel('model_targets_total', `0+5x12 60x${steps - 13}`, { status: 'matched' }),
      ofModel('model_targets_overdue', `0x${steps}`),
      ofModel('model_target_expected_delay_seconds', `3600x${steps}`),
    ],
    silentAt: ['26h', '30h'],
  },
];

/** What happens to the arrival of targets. */
export const targetScenarios: readonly Scenario[] = [...unknown, ...known];
