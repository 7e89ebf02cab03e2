import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { queryProblems } from '../src/check-query.js';
import { readPromql } from '../src/promql.js';
import { renderRules } from '../src/render.js';
import { ruleFiles } from '../src/rule-files.js';

const rules = ruleFiles().flatMap((file) => file.rules);

describe('the committed rule files', () => {
  it.each(renderRules())('$file is what the declaration generates', ({ file, text }) => {
    expect(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8')).toBe(text);
  });

  it('carry another job and other addresses when asked to', () => {
    const options = { job: 'scoring', runbookBase: 'https://example.org/r/' };
    for (const { text } of renderRules(options)) {
      expect(text).toContain('runbook_url: https://example.org/r/');
      expect(text).toContain('job="scoring"');
      expect(text).not.toContain('modelmeter"');
    }
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
});

describe('every alert', () => {
  it('has a name of its own', () => {
    expect(new Set(rules.map((rule) => rule.alert)).size).toBe(rules.length);
  });

  it.each(rules)('$alert reads metrics and labels of the catalogue', ({ expression }) => {
    expect(queryProblems(expression)).toEqual([]);
  });

  it.each(rules)('$alert reads nothing but the scrape job', ({ expression }) => {
    for (const use of readPromql(expression).uses) expect(use.labels).toContain('job');
  });

  it.each(rules)('$alert has a fixed summary, and values only in its description', (rule) => {
    expect(rule.summary).toMatch(/^[A-Z][^{}]*\.$/);
    expect(rule.description).toContain('$labels.');
  });

  it.each([
    ['ModelAccuracyDrop', 'model_slo_accuracy_threshold_ratio'],
    ['ModelAccuracyDrop', 'model_quality_minimum_samples'],
    ['ModelErrorRateHigh', 'model_slo_error_rate_threshold_ratio'],
  ])('%s compares with the gauge %s', (alert, gauge) => {
    const rule = rules.find((candidate) => candidate.alert === alert);
    expect(readPromql(rule?.expression ?? '').uses.map((use) => use.metric)).toContain(gauge);
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
});
