import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalogue } from '@modelmeter/core/catalogue';
import { describe, expect, it } from 'vitest';
import { queryProblems } from '../src/checks/check-query.js';
import { readPromql } from '../src/checks/promql.js';
import { type GivenRuleOptions, limitNames, limitTable, renderRules } from '../src/index.js';
import { percentText, secondsText } from '../src/rules/limits.js';
import { completeOptions } from '../src/rules/options.js';
import { recordedMetrics } from '../src/rules/recorded-metrics.js';
import { alertsOf, recordingsOf, ruleFiles } from '../src/rules/rule-files.js';
import { expectPassed, promtoolMissing, run } from './promtool.js';

const alerts = alertsOf(ruleFiles());
const recordings = recordingsOf(ruleFiles());
const folder = new URL('../', import.meta.url);
const dashboards = new URL('../../dashboards/', import.meta.url);

describe('the committed rule files', () => {
  it('are exactly the generated files', () => {
    const committed = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
    expect(committed.sort()).toEqual(
      renderRules()
        .map(({ file }) => file)
        .sort(),
    );
  });

  it.each(renderRules())('$file is up to date', ({ file, text }) => {
    expect(readFileSync(new URL(file, folder), 'utf8')).toBe(text);
  });

  it('use the job, windows, URLs and limits of the options', () => {
    const texts = renderRules({
      job: 'scoring',
      runbookBase: 'https://example.org/r/',
      dashboardBase: 'https://example.org/grafana/',
      driftWindow: '7d',
      qualityWindow: '3h',
      limits: { minimumCalls: 7, hostMemoryRatio: 0.8, driftRunDelaySeconds: 3600 },
    });
    const all = texts.map(({ text }) => text).join('');
    expect(all).toContain('runbook_url: https://example.org/r/slo_burn#modelerrorbudgetburn');
    expect(all).toContain('dashboard_url: https://example.org/grafana/d/modelmeter-data-drift?');
    expect(all).toContain('feature:model_feature_value_bucket:increase5m{job="scoring"}[7d:5m]');
    expect(all).toContain('model:model_outcomes:increase5m{job="scoring"}[3h:5m]');
    expect(all).toContain('>= 7\n');
    expect(all).toContain('> 0.8\n');
    expect(all).toContain('has been in use (limit 80%).');
    expect(all).toContain('> 3600\n');
    expect(all).toContain('(limit 1h).');
    expect(all).not.toContain('job="modelmeter"');
  });

  it.each([
    ['job', 'a"b'],
    ['runbookBase', 'runbooks'],
    ['dashboardBase', ''],
    ['driftWindow', '1 day'],
    ['qualityWindow', '0h'],
    ['limits', { minimumCalls: 0 }],
    ['limits', { minimumCalls: 1.5 }],
    ['limits', { hostMemoryRatio: 80 }],
    ['limits', { driftRunDelaySeconds: Number.NaN }],
    ['limits', { accuracyStandardErrors: '3' }],
    ['limits', { hostMemory: 0.8 }],
  ])('are refused with the option %s: %j', (option, value) => {
    expect(() => renderRules({ [option]: value })).toThrow(
      expect.objectContaining({ code: 'RULE_OPTION_INVALID', option }),
    );
  });

  it.each(limitNames)('have the limit %s in an expression', (name) => {
    const { kind } = limitTable[name];
    const changed = kind === 'count' ? 77 : kind === 'ratio' ? 0.77 : 77.5;
    const expressions = (options: GivenRuleOptions): string =>
      alertsOf(ruleFiles(options))
        .map(({ expression }) => expression)
        .join('\n');
    expect(expressions({})).not.toContain(String(changed));
    expect(expressions({ limits: { [name]: changed } })).toContain(String(changed));
  });

  it.each(limitNames)('name the limit %s in a description', (name) => {
    const { kind } = limitTable[name];
    const changed = kind === 'count' ? 77 : kind === 'ratio' ? 0.77 : 77.5;
    const shown =
      kind === 'ratio' ? percentText(changed) : kind === 'seconds' ? secondsText(changed) : '77';
    const descriptions = alertsOf(ruleFiles({ limits: { [name]: changed } }))
      .map(({ description }) => description)
      .join('\n');
    expect(descriptions).toContain(shown);
  });

  it.each([
    [0.05, '5%'],
    [0.29, '29%'],
    [0.975, '97.5%'],
  ])('write the ratio %d as %s', (ratio, text) => {
    expect(percentText(ratio)).toBe(text);
  });

  it.each([
    [900, '15m'],
    [7200, '2h'],
    [90, '90s'],
    [0.1, '100ms'],
  ])('write %d seconds as %s', (seconds, text) => {
    expect(secondsText(seconds)).toBe(text);
  });

  it('name the available limits when one is unknown', () => {
    expect(() => completeOptions({ limits: { hostMemory: 0.8 } as object })).toThrow(
      /unknown limit "hostMemory". Available: minimumCalls, .*gpuMemoryRatio\.$/,
    );
  });

  it.skipIf(promtoolMissing !== undefined)('pass every check of promtool', async () => {
    const scratch = mkdtempSync(join(tmpdir(), 'modelmeter-rules-'));
    try {
      for (const { file, text } of renderRules()) {
        writeFileSync(join(scratch, file), text);
        expectPassed(await run(['check', 'rules', '--lint=all', '--lint-fatal', file], scratch));
      }
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  });
});

describe('every rule', () => {
  it.each([
    ...alerts.map(({ alert, labels, expression }) => ({
      name: [alert, ...Object.values(labels ?? {})].join(' '),
      expression,
    })),
    ...recordings.map(({ record, expression }) => ({ name: record, expression })),
  ])('$name reads only existing metrics and labels of the scrape job', ({ expression }) => {
    expect(queryProblems(expression)).toEqual([]);
    for (const { metric, labels } of readPromql(expression).uses) {
      // GPUs are scraped by a job of their own.
      if (!/^(DCGM|gpu)_/.test(metric)) expect(labels).toContain('job');
    }
  });

  it('that records a series has an entry in recordedMetrics', () => {
    const own = recordings.map(({ record }) => record).filter((record) => !(record in catalogue));
    expect(own.sort()).toEqual(Object.keys(recordedMetrics).sort());
  });

  it('reads only series recorded by an earlier rule of its group or by another group', () => {
    for (const { groups } of ruleFiles()) {
      for (const { rules } of groups) {
        const later = new Set(rules.flatMap((rule) => ('record' in rule ? [rule.record] : [])));
        for (const rule of rules) {
          for (const { metric } of readPromql(rule.expression).uses) {
            // A detector reads its own level of the step before.
            if ('record' in rule && metric === rule.record) continue;
            expect(later.has(metric), `${metric} is recorded after it is read`).toBe(false);
          }
          if ('record' in rule) later.delete(rule.record);
        }
      }
    }
  });
});

describe('every alert', () => {
  it('has a unique name or labels that distinguish it', () => {
    const keys = alerts.map(({ alert, severity, labels }) =>
      JSON.stringify([alert, severity, labels]),
    );
    expect(new Set(keys).size).toBe(keys.length);
  });

  it.each(alerts)('$alert has a summary without values and labels in its description', (alert) => {
    expect(alert.summary).toMatch(/^[A-Z][^{}]*\.$/);
    for (const value of Object.values(alert.labels ?? {})) expect(value).not.toContain('{{');
    if (alert.alert !== 'Watchdog') expect(alert.description).toContain('$labels.');
  });

  it.each(alerts)('$alert links to an existing dashboard and its variables', (alert) => {
    const { name, variables } = alert.dashboard;
    const dashboard = JSON.parse(readFileSync(new URL(`${name}.json`, dashboards), 'utf8')) as {
      readonly uid: string;
      readonly templating: { readonly list: readonly { readonly name: string }[] };
    };
    expect(dashboard.uid).toBe(`modelmeter-${name.replaceAll('_', '-')}`);
    const known = dashboard.templating.list.map((variable) => variable.name);
    for (const variable of variables) expect(known).toContain(variable);
  });

  it.each([
    ['ModelAccuracyDrop', 'model_quality_threshold'],
    ['ModelQualityDrop', 'model_quality_threshold'],
    ['ModelAccuracyDegrading', 'model_quality_minimum_samples'],
    ['ModelErrorRateHigh', 'model_slo_error_rate_threshold_ratio'],
    ['ModelErrorRateHigh', 'model_slo_events_total'],
    ['ModelErrorBudgetBurn', 'model_slo_objective_ratio'],
    ['ModelLatencyBudgetBurn', 'model_slo_objective_ratio'],
    ['ModelLatencyHigh', 'model_slo_events_total'],
    ['ModelDataDrift', 'model_feature_drift_threshold'],
  ])('%s compares with %s', (name, metric) => {
    for (const { alert, expression } of alerts) {
      if (alert === name) expect(metricsBehind(expression)).toContain(metric);
    }
  });
});

/** The metrics that an expression reads, directly or through recorded series. */
function metricsBehind(expression: string): string[] {
  const expressions = [expression];
  const known = new Set<string>();
  for (const next of expressions) {
    for (const { metric } of readPromql(next).uses) {
      if (known.has(metric)) continue;
      known.add(metric);
      for (const { record, expression: recorded } of recordings) {
        if (record === metric) expressions.push(recorded);
      }
    }
  }
  return [...known];
}

describe('the check of a query', () => {
  it('reports syntax errors', () => {
    expect(queryProblems('sum by (job (up)')).not.toEqual([]);
  });

  it('reports an unknown metric', () => {
    expect(queryProblems('rate(model_predictions[5m])')).toEqual([
      'metric model_predictions is not in the catalogue',
    ]);
  });

  it('reports a label that a metric lacks, matched or grouped by', () => {
    expect(queryProblems('sum by (stage) (model_predictions_total{reason="x"})')).toEqual([
      'metric model_predictions_total has no label reason',
      'metric model_predictions_total has no label stage',
    ]);
  });

  it('accepts the samples of a histogram, and the label le on buckets only', () => {
    expect(queryProblems('sum by (le) (rate(model_prediction_seconds_bucket[5m]))')).toEqual([]);
    expect(queryProblems('sum by (le) (rate(model_prediction_seconds_count[5m]))')).toEqual([
      'metric model_prediction_seconds_count has no label le',
    ]);
    expect(queryProblems('rate(model_ready_count[5m])')).not.toEqual([]);
  });

  it('reports the count of a histogram without one', () => {
    expect(queryProblems('model_feature_value_bucket{le="+Inf"}')).toEqual([]);
    expect(queryProblems('increase(model_feature_value_count[1h])')).toEqual([
      'metric model_feature_value_count is not in the catalogue',
    ]);
  });
});
