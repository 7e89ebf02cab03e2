import { describe, expect, it } from 'vitest';
import { settingDefaults } from '../../src/settings/defaults.js';
import { driftSchema } from '../../src/settings/drift.js';
import { duration, durationText } from '../../src/settings/duration.js';
import { formatPath, parseSettings, settingsInCode } from '../../src/settings/problems.js';
import { camelCase, camelCaseKeys, snakeCase, snakeCaseKeys } from '../../src/settings/spelling.js';

describe('the spelling of a setting', () => {
  it.each([
    ['psi_threshold', 'psiThreshold'],
    ['latency_p99_ms', 'latencyP99Ms'],
    ['require_tls', 'requireTls'],
    ['models', 'models'],
  ])('is %s in files and %s in code', (file, code) => {
    expect(camelCase(file)).toBe(code);
    expect(snakeCase(code)).toBe(file);
  });

  it('changes for keys at any depth and never for values', () => {
    const written = { drift_detection: { statistics: ['ks_statistic'] }, models: [{ a_b: 1 }] };
    const inCode = { driftDetection: { statistics: ['ks_statistic'] }, models: [{ aB: 1 }] };
    expect(camelCaseKeys(written)).toEqual(inCode);
    expect(snakeCaseKeys(inCode)).toEqual(written);
  });

  it('is that of the source in the path and in the message of an error', () => {
    const inFile = {
      describePlace: (path: readonly PropertyKey[]) => formatPath(path, snakeCase),
      spell: snakeCase,
    };
    const drift = { psiThreshold: 0.1, psiInvestigateThreshold: 0.2 };
    expect(() => parseSettings(driftSchema, drift, settingsInCode)).toThrow(
      'psiInvestigateThreshold: must be below psiThreshold',
    );
    expect(() => parseSettings(driftSchema, drift, inFile)).toThrow(
      'psi_investigate_threshold: must be below psi_threshold',
    );
  });

  it('joins names with dots and puts positions in brackets', () => {
    expect(formatPath(['models', 0, 'features', 2, 'type'])).toBe('models[0].features[2].type');
  });
});

describe('duration', () => {
  it.each([
    ['15s', 15_000],
    ['90m', 5_400_000],
    ['24h', 86_400_000],
    ['7d', 604_800_000],
  ])('reads %s as %d milliseconds', (text, milliseconds) => {
    expect(duration.parse(text)).toBe(milliseconds);
  });

  it('is written in the largest exact unit', () => {
    expect(durationText(5_400_000)).toBe('90m');
    expect(durationText(duration.parse(settingDefaults.targetTimeToLive))).toBe('7d');
  });
});
