import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalogue } from '@modelmeter/core/catalogue';
import { describe, expect, it } from 'vitest';
import { queryProblems } from '../src/check-query.js';
import { renderRules } from '../src/index.js';
import { readPromql } from '../src/promql.js';
import { recordedMetrics } from '../src/recorded-metrics.js';
import { alertsOf, recordingsOf, ruleFiles } from '../src/rule-files.js';
import { expectPassed, promtoolMissing, run } from './promtool.js';

const alerts = alertsOf(ruleFiles());
const recordings = recordingsOf(ruleFiles());
const folder = new URL('../', import.meta.url);
const dashboards = new URL('../../dashboards/', import.meta.url);

describe('the committed rule files', () => {
  it('are all that is generated, and nothing else', () => {
    const committed = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
    expect(committed.sort()).toEqual(
      renderRules()
        .map(({ file }) => file)
        .sort(),
    );
  });

  it.each(renderRules())('$file is what the declaration generates', ({ file, text }) => {
    expect(readFileSync(new URL(file, folder), 'utf8')).toBe(text);
  });

  it('carry another job, other windows and other addresses when asked to', () => {
    const texts = renderRules({
      job: 'scoring',
      runbookBase: 'https://example.org/r/',
      dashboardBase: 'https://example.org/grafana/',
      driftWindow: '7d',
      qualityWindow: '3h',
      minimumCalls: 7,
    });
    const all = texts.map(({ text }) => text).join('');
    expect(all).toContain('runbook_url: https://example.org/r/slo_burn#modelerrorbudgetburn');
    expect(all).toContain('dashboard_url: https://example.org/grafana/d/modelmeter-data-drift?');
    expect(all).toContain('increase(model_feature_value_bucket{job="scoring"}[7d])');
    expect(all).toContain('increase(model_outcomes_total{job="scoring"}[3h])');
    expect(all).toContain('>= 7\n');
    expect(all).not.toContain('job="modelmeter"');
  });

  it.each([
    ['job', 'a"b'],
    ['runbookBase', 'runbooks'],
    ['dashboardBase', ''],
    ['driftWindow', '1 day'],
    ['qualityWindow', '0h'],
    ['minimumCalls', 0],
  ])('cannot be made with the option %s: %j', (option, value) => {
    expect(() => renderRules({ [option]: value })).toThrow(
      expect.objectContaining({ code: 'RULE_OPTION_INVALID', option }),
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
  ])('$name reads metrics and labels that exist, of the scrape job alone', ({ expression }) => {
    expect(queryProblems(expression)).toEqual([]);
    for (const { metric, labels } of readPromql(expression).uses) {
      // GPUs are scraped by a job of their own.
      if (!/^(DCGM|gpu)_/.test(metric)) expect(labels).toContain('job');
    }
  });

  it('that records a series is declared with its labels, once', () => {
    const own = recordings.map(({ record }) => record).filter((record) => !(record in catalogue));
    expect(own.sort()).toEqual(Object.keys(recordedMetrics).sort());
  });

  it('reads only recorded series that an earlier rule of its group, or another group, records', () => {
    for (const { groups } of ruleFiles()) {
      for (const { rules } of groups) {
        const later = new Set(rules.flatMap((rule) => ('record' in rule ? [rule.record] : [])));
        for (const rule of rules) {
          for (const { metric } of readPromql(rule.expression).uses) {
            expect(later.has(metric), `${metric} is recorded after it is read`).toBe(false);
          }
          if ('record' in rule) later.delete(rule.record);
        }
      }
    }
  });
});

describe('every alert', () => {
  it('has a name of its own, or labels that tell it apart', () => {
    const keys = alerts.map(({ alert, severity, labels }) =>
      JSON.stringify([alert, severity, labels]),
    );
    expect(new Set(keys).size).toBe(keys.length);
  });

  it.each(alerts)('$alert has a fixed summary, and values only in its description', (alert) => {
    expect(alert.summary).toMatch(/^[A-Z][^{}]*\.$/);
    for (const value of Object.values(alert.labels ?? {})) expect(value).not.toContain('{{');
    if (alert.alert !== 'Watchdog') expect(alert.description).toContain('$labels.');
  });

  it.each(alerts)(
    '$alert links to a dashboard that exists, with variables that it has',
    (alert) => {
      const { name, variables } = alert.dashboard;
      const dashboard = JSON.parse(readFileSync(new URL(`${name}.json`, dashboards), 'utf8')) as {
        readonly uid: string;
        readonly templating: { readonly list: readonly { readonly name: string }[] };
      };
      expect(dashboard.uid).toBe(`modelmeter-${name.replaceAll('_', '-')}`);
      const known = dashboard.templating.list.map((variable) => variable.name);
      for (const variable of variables) expect(known).toContain(variable);
    },
  );

  it.each([
    ['ModelAccuracyDrop', 'model_slo_accuracy_threshold_ratio'],
    ['ModelAccuracyDrop', 'model_quality_minimum_samples'],
    ['ModelErrorRateHigh', 'model_slo_error_rate_threshold_ratio'],
    ['ModelErrorBudgetBurn', 'model_slo_objective_ratio'],
    ['ModelLatencyBudgetBurn', 'model_slo_objective_ratio'],
    ['ModelLatencyHigh', 'model_slo_events_total'],
    ['ModelDataDrift', 'model_feature_drift_threshold'],
  ])('%s compares with %s', (name, metric) => {
    for (const { alert, expression } of alerts) {
      if (alert !== name) continue;
      expect(readPromql(expression).uses.map((use) => use.metric)).toContain(metric);
    }
  });
});

describe('the check of a query', () => {
  it('finds what is not PromQL', () => {
    expect(queryProblems('sum by (job (up)')).not.toEqual([]);
  });

  it('finds a metric that nobody exports', () => {
    expect(queryProblems('rate(model_predictions[5m])')).toEqual([
      'metric model_predictions is not in the catalogue',
    ]);
  });

  it('finds a label that a metric does not have, matched or grouped by', () => {
    expect(queryProblems('sum by (stage) (model_predictions_total{reason="x"})')).toEqual([
      'metric model_predictions_total has no label reason',
      'metric model_predictions_total has no label stage',
    ]);
  });

  it('knows the samples of a histogram, and that only buckets have a bound', () => {
    expect(queryProblems('sum by (le) (rate(model_prediction_seconds_bucket[5m]))')).toEqual([]);
    expect(queryProblems('sum by (le) (rate(model_prediction_seconds_count[5m]))')).toEqual([
      'metric model_prediction_seconds_count has no label le',
    ]);
    expect(queryProblems('rate(model_ready_count[5m])')).not.toEqual([]);
  });

  it('finds the count of a histogram that has none', () => {
    expect(queryProblems('model_feature_value_bucket{le="+Inf"}')).toEqual([]);
    expect(queryProblems('increase(model_feature_value_count[1h])')).toEqual([
      'metric model_feature_value_count is not in the catalogue',
    ]);
  });
});
