import { z } from 'zod';
import { scheduleProblem } from '../schedule.js';
import { type CriteriaOptions, criteriaSchema } from './criteria.js';
import { settingDefaults } from './defaults.js';
import { type Duration, duration } from './duration.js';
import type { Effective } from './effective.js';
import { setting } from './problems.js';

/** The API from which the counters of a fleet are read: Prometheus or a compatible one. */
export interface PrometheusOptions {
  /**
   * Address that `/api/v1/query` is appended to, with the path prefix that Mimir and others need:
   * `http://prometheus:9090`.
   */
  readonly url?: string | undefined;
  /** Scrape job of the replicas. Default: all jobs. */
  readonly job?: string | undefined;
  /** Time limit of a query, including its answer. Default: `30s`. */
  readonly timeout?: Duration | undefined;
  /** File with a bearer token, relative to the configuration file; it is read at every run. */
  readonly bearerTokenFile?: string | undefined;
  /** User and password file, in place of a bearer token. The file is read at every run. */
  readonly basicAuth?: { readonly username: string; readonly passwordFile: string } | undefined;
  /** Tenant whose series are read, where the API serves several. */
  readonly tenant?: string | undefined;
  /** HTTP header that carries the tenant. Default: `X-Scope-OrgID`. */
  readonly tenantHeader?: string | undefined;
}

/** The effective form of `PrometheusOptions`. */
export type PrometheusConfig = Effective<
  PrometheusOptions,
  'url' | 'job' | 'bearerTokenFile' | 'basicAuth' | 'tenant',
  'timeout'
>;

/** How data drift is measured and decided. */
export interface DriftOptions extends CriteriaOptions {
  /**
   * Where the counts come from. `local`: the windows of this process. `prometheus`: the counters of
   * all replicas, read from `prometheus`; one process per model does this. `none`: another process
   * evaluates drift, this one only publishes counters. Default: `local`.
   */
  readonly source?: 'local' | 'prometheus' | 'none' | undefined;
  /** Where the counters of a fleet are read, with `source: prometheus`. */
  readonly prometheus?: PrometheusOptions | undefined;
  /** Cron expression of the drift runs, or `manual` to run them on demand only. Default: `0 *\/6 * * *`. */
  readonly schedule?: string | undefined;
  /** IANA time zone of `schedule`. Default: `UTC`. */
  readonly timezone?: string | undefined;
  /**
   * Length of the window that is compared with the reference: whole days, or whole hours from `1h` on
   * where the reference has the times of its rows. Default: `24h`.
   */
  readonly window?: Duration | undefined;
  /**
   * Compares the last `windowRows` rows instead of a length of time. A multiple of 10, at least 100;
   * the window advances by a tenth of it.
   */
  readonly windowRows?: number | undefined;
  /** PSI from which a significant change is drift. Default: 0.25. */
  readonly psiThreshold?: number | undefined;
  /** PSI from which a significant change is worth investigating. Default: 0.1. */
  readonly psiInvestigateThreshold?: number | undefined;
  /** Significance level after the correction for the number of features. Default: 0.05. */
  readonly significanceLevel?: number | undefined;
  /**
   * How p-values are corrected for their number. `yearly_budget`: of the features that scheduled runs
   * newly find significant in a year, at most `significanceLevel` are false alarms; other runs are
   * corrected by `benjamini_hochberg`. The others correct each run on its own. Default: `yearly_budget`.
   */
  readonly correction?:
    | 'yearly_budget'
    | 'benjamini_hochberg'
    | 'benjamini_yekutieli'
    | 'holm'
    | 'bonferroni'
    | undefined;
  /**
   * Names of the statistics that are reported. In a file, the path of a module that exports one
   * statistic or a list of them is a name too.
   */
  readonly statistics?: readonly string[] | undefined;
  /** A categorical feature; drift is evaluated for the rows of each of its values as well. */
  readonly segment?: string | undefined;
  /** Values of `segment` that are evaluated, the most frequent of the reference. Default: 10. */
  readonly maximumSegments?: number | undefined;
  /**
   * Whether the numeric features are also compared together, which finds changed relations between
   * them. Costs some 4 µs per row. The reference must be built with it. Default: false.
   */
  readonly multivariate?: boolean | undefined;
  /** Whether sketches of production are kept, from which a reference can be made. Default: false. */
  readonly recordReference?: boolean | undefined;
  /** Whole days that a recorded reference covers. Default: 30. */
  readonly referenceWindowDays?: number | undefined;
}

/** The effective form of `DriftOptions`. */
export type DriftConfig = Effective<
  Omit<DriftOptions, 'prometheus'>,
  'windowRows' | 'segment' | 'driftThreshold' | 'investigateThreshold',
  'window'
> & { readonly prometheus?: PrometheusConfig | undefined };

export const prometheusSchema: z.ZodType<PrometheusConfig, PrometheusOptions> = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/, message: 'must be an address such as "http://prometheus:9090"' })
      .refine(hasNoCredentials, `must not contain a user and password; use ${setting('basicAuth')}`)
      .refine(hasNoQuery, 'must end with its path; remove what follows ? or #')
      .optional(),
    job: z.string().min(1).optional(),
    timeout: duration.prefault(settingDefaults.prometheusTimeout),
    bearerTokenFile: z.string().min(1).optional(),
    basicAuth: z
      .strictObject({ username: z.string().min(1), passwordFile: z.string().min(1) })
      .optional(),
    tenant: z.string().min(1).optional(),
    tenantHeader: z
      .string()
      .regex(/^[A-Za-z0-9-]+$/, 'must be the name of an HTTP header')
      .default(settingDefaults.tenantHeader),
  })
  .refine((api) => api.bearerTokenFile === undefined || api.basicAuth === undefined, {
    path: ['basicAuth'],
    message: `excludes ${setting('bearerTokenFile')}; keep one of them`,
  });

export const driftSchema: z.ZodType<DriftConfig, DriftOptions> = z
  .strictObject({
    source: z.enum(['local', 'prometheus', 'none']).default(settingDefaults.driftSource),
    prometheus: prometheusSchema.optional(),
    schedule: z.string().min(1).default(settingDefaults.driftSchedule),
    timezone: z.string().min(1).default(settingDefaults.timezone),
    window: duration.prefault(settingDefaults.driftWindow),
    windowRows: z.int().min(100).max(1e9).multipleOf(10).optional(),
    psiThreshold: z.number().positive().default(settingDefaults.psiThreshold),
    psiInvestigateThreshold: z.number().positive().default(settingDefaults.psiInvestigateThreshold),
    significanceLevel: z.number().gt(0).lt(1).default(settingDefaults.significanceLevel),
    correction: z
      .enum(['yearly_budget', 'benjamini_hochberg', 'benjamini_yekutieli', 'holm', 'bonferroni'])
      .default(settingDefaults.correction),
    statistics: z
      .array(z.string().min(1))
      .max(50)
      .default([...settingDefaults.reportedStatistics]),
    ...criteriaSchema.shape,
    statistic: z.string().min(1).default(settingDefaults.driftStatistic),
    shareMovedThreshold: z.number().positive().max(1).default(settingDefaults.shareMovedThreshold),
    shareMovedInvestigateThreshold: z
      .number()
      .positive()
      .max(1)
      .default(settingDefaults.shareMovedInvestigateThreshold),
    test: z.string().min(1).default(settingDefaults.driftTest),
    rowsPerBlock: z.number().min(1).default(settingDefaults.rowsPerBlock),
    consecutiveRuns: z.int().min(1).max(100).default(settingDefaults.consecutiveRuns),
    minimumRows: z.int().min(1).default(settingDefaults.minimumRows),
    segment: z.string().min(1).optional(),
    maximumSegments: z.int().min(1).max(100).default(settingDefaults.maximumSegments),
    multivariate: z.boolean().default(settingDefaults.multivariate),
    recordReference: z.boolean().default(settingDefaults.recordReference),
    referenceWindowDays: z.int().min(1).max(365).default(settingDefaults.referenceWindowDays),
  })
  .refine((drift) => drift.psiInvestigateThreshold < drift.psiThreshold, {
    path: ['psiInvestigateThreshold'],
    message: `must be below ${setting('psiThreshold')}`,
  })
  .refine((drift) => drift.shareMovedInvestigateThreshold < drift.shareMovedThreshold, {
    path: ['shareMovedInvestigateThreshold'],
    message: `must be below ${setting('shareMovedThreshold')}`,
  })
  .superRefine(({ source, segment, windowRows, schedule, timezone }, context) => {
    const refuse = (key: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [key], message });
    const problem = scheduleProblem(schedule, timezone);
    if (problem !== undefined) refuse('schedule', problem);
    if (source !== 'prometheus') return;
    if (segment !== undefined) {
      refuse('segment', 'needs source: local; the counters of a fleet have no segments');
    }
    if (windowRows !== undefined) {
      refuse('windowRows', 'needs source: local; the counters of a fleet are read by time');
    }
  });

function hasNoCredentials(address: string): boolean {
  const { username, password } = new URL(address);
  return username === '' && password === '';
}

function hasNoQuery(address: string): boolean {
  return !/[?#]/.test(address);
}
