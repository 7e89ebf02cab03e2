import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { metricsPage, sectionOf } from '../scripts/metrics-page.js';
import { catalogue } from '../src/catalogue.js';

const committed = readFileSync(new URL('../../../docs/metrics.md', import.meta.url), 'utf8');

describe('docs/metrics.md', () => {
  it('is what the catalogue generates', () => {
    expect(committed).toBe(`${metricsPage()}\n`);
  });

  it.each(Object.keys(catalogue))('has %s once', (name) => {
    expect(sectionOf(name)).toBeDefined();
    expect(committed.split(`\n### \`${name}\`\n`)).toHaveLength(2);
  });

  it.each([
    ['model_predictions_total', 'Predictions'],
    ['model_feature_value', 'Features and their reference'],
    ['model_feature_drift_psi', 'Drift'],
    ['model_feature_finding_ratio', 'Drift'],
    ['model_f1_score', 'Quality and targets'],
    ['model_absolute_error_total', 'Quality and targets'],
    ['model_slo_events_total', 'Objectives'],
    ['model_monitor_errors_total', 'Monitoring itself'],
    ['system_memory_usage_bytes', 'Host'],
    ['gpu_power_watts', 'GPUs'],
  ])('has %s under %s', (name, section) => {
    expect(sectionOf(name)).toBe(section);
  });
});
