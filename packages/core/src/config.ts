import { z } from 'zod';
import { CoreError, type Problem } from './errors.js';

export { settingError } from './errors.js';

/** Defaults of every setting that has one; docs and schema read them here. */
export const configDefaults = {
  prometheusPort: 8001,
  scrapeInterval: '15s',
  gpu: 'auto',
  driftSchedule: '0 */6 * * *',
  driftWindow: '24h',
  psiThreshold: 0.25,
  psiInvestigateThreshold: 0.1,
  significanceLevel: 0.05,
  correction: 'benjamini_hochberg',
  driftStatistic: 'psi',
  driftTest: 'auto',
  reportedStatistics: [
    'psi',
    'ks_statistic',
    'chi2_statistic',
    'js_distance',
    'hellinger_distance',
    'wasserstein_distance',
    'l_infinity',
  ],
  rowsPerBlock: 1,
  consecutiveRuns: 1,
  minimumRows: 30,
  prometheusTimeout: '30s',
  tenantHeader: 'X-Scope-OrgID',
  maximumSegments: 10,
  referenceWindowDays: 30,
  qualityWindow: '1h',
  qualityMinimumSamples: 100,
  targetTimeToLive: '7d',
  targetMaximumPending: 1_000_000,
  accuracyThreshold: 0.85,
  latencyP99Milliseconds: 200,
  errorRateThreshold: 0.01,
  successObjective: 0.99,
  latencyObjective: 0.99,
  slackApiUrlFile: 'secrets/slack_url',
  pagerdutyRoutingKeyFile: 'secrets/pagerduty_key',
  maximumCategories: 50,
  maximumSeries: 20_000,
  bins: 10,
  validation: 'count',
  featureSamplingRate: 1,
  warmUpCalls: 0,
} as const;

const durationUnits = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A length of time such as `15s`, `90m`, `24h` or `7d`, parsed to milliseconds. */
export const duration = z.codec(
  z
    .string()
    .regex(
      /^[1-9]\d{0,5}[smhd]$/,
      'must be a whole number and a unit: s, m, h or d, such as "24h"',
    ),
  z.number(),
  {
    decode(text) {
      const unit = text.at(-1) as keyof typeof durationUnits;
      return Number(text.slice(0, -1)) * durationUnits[unit];
    },
    encode(lengthMs) {
      const units = Object.entries(durationUnits).reverse();
      const [unit, unitMs] = units.find(([, candidate]) => lengthMs % candidate === 0) ?? [
        's',
        1000,
      ];
      return `${lengthMs / unitMs}${unit}`;
    },
  },
);

const numericOnly = 'is for numeric features; use values, or type: numeric';
const ratio = z.number().gt(0).lt(1);
const modelName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
    'must be 1 to 63 of the characters A-Z a-z 0-9 . _ -',
  );

/** How a feature is judged; what is left out here is as `drift_detection` says. */
export const judgementSchema = z.strictObject({
  /**
   * Name of the statistic whose score must be large enough to matter. A statistic or test of
   * `drift_detection` that cannot judge a feature of some type leaves it to the default.
   */
  statistic: z.string().min(1).optional(),
  /** Scores of `statistic` from which a significant shift is drift, and is worth a look. */
  drift_threshold: z.number().positive().optional(),
  investigate_threshold: z.number().positive().optional(),
  /** `auto`, or the name of a test: a statistic that gives p-values, without its `_statistic`. */
  test: z.string().min(1).optional(),
  /** Rows that move together, such as those of one user: that many count as one. */
  rows_per_block: z.number().min(1).optional(),
  /** Runs in a row that must find drift before the state says so. */
  consecutive_runs: z.int().min(1).max(100).optional(),
  /** Rows of a window below which nothing is concluded. */
  minimum_rows: z.int().min(1).optional(),
});

export const featureSchema = z
  .strictObject({
    name: z.string().min(1).max(128),
    type: z.enum(['numeric', 'categorical']),
    /** The rhythm of a feature; it is compared over whole days or whole weeks. */
    cycle: z.enum(['day', 'week']).optional(),
    drift: judgementSchema.optional(),
    /** Whether a missing value is invalid. */
    required: z.boolean().optional(),
    /** Limits of a numeric feature, both included; what lies outside is invalid. */
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    /** The categories of a categorical feature; any other is invalid. */
    values: z.array(z.string()).min(1).max(10_000).readonly().optional(),
  })
  .superRefine(({ type, minimum, maximum, values }, context) => {
    const refuse = (key: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [key], message });
    if (type === 'categorical' && minimum !== undefined) refuse('minimum', numericOnly);
    if (type === 'categorical' && maximum !== undefined) refuse('maximum', numericOnly);
    if (type === 'numeric' && values !== undefined) {
      refuse(
        'values',
        'is for categorical features; use minimum and maximum, or type: categorical',
      );
    }
    if (minimum !== undefined && maximum !== undefined && minimum > maximum) {
      refuse('minimum', `must not be above maximum, ${maximum}`);
    }
  });

/** The features of a model; a reference takes some 35 KB of memory for each. */
export const featuresSchema = z.array(featureSchema).min(1).max(2000);

/** How the calls of a model are metered. */
export const callsSchema = z.strictObject({
  /**
   * What becomes of inputs that do not fit their feature: nothing (`off`), a count
   * (`model_feature_invalid_total`), or an error for the caller before the model runs (`reject`).
   */
  validation: z.enum(['off', 'count', 'reject']).default(configDefaults.validation),
  /** Share of the calls whose features are counted; calls, times, errors and targets stay exact. */
  feature_sampling_rate: z.number().gt(0).max(1).default(configDefaults.featureSamplingRate),
  /** First calls that no metric but their own number counts, while caches fill and code compiles. */
  warm_up_calls: z.int().min(0).max(1_000_000).default(configDefaults.warmUpCalls),
});

export const outputsSchema = z.discriminatedUnion('task', [
  z.strictObject({
    task: z.literal('binary'),
    /** Output that holds the probability of the positive class. */
    score: z.string().min(1),
    decision_threshold: ratio.default(0.5),
    drift: judgementSchema.optional(),
  }),
  z.strictObject({
    task: z.literal('multiclass'),
    /** Output that holds the predicted class. */
    class: z.string().min(1),
    classes: z.array(z.string()).min(2).max(50),
    drift: judgementSchema.optional(),
  }),
  z.strictObject({
    task: z.literal('regression'),
    /** Output that holds the predicted value. */
    value: z.string().min(1),
    drift: judgementSchema.optional(),
  }),
]);

/** Where the counters of a fleet are read: any API that answers as Prometheus does. */
export const prometheusSchema = z
  .strictObject({
    /** Address that `/api/v1/query` is appended to, with the path prefix that Mimir and others ask for. */
    url: z
      .url({ protocol: /^https?$/, message: 'must be an address such as "http://prometheus:9090"' })
      .refine(hasNoCredentials, 'must hold no user and password; use basic_auth')
      .refine(hasNoQuery, 'must end with its path; leave out what follows ? or #')
      .optional(),
    /** Scrape job of the replicas; without it those of all jobs. */
    job: z.string().min(1).optional(),
    /** Time that a query may take, answer included. */
    timeout: duration.prefault(configDefaults.prometheusTimeout),
    /** File with a bearer token, relative to the configuration file; it is read at every run. */
    bearer_token_file: z.string().min(1).optional(),
    basic_auth: z
      .strictObject({
        username: z.string().min(1),
        /** File with the password, likewise. */
        password_file: z.string().min(1),
      })
      .optional(),
    /** Tenant whose series are read, where the API serves several. */
    tenant: z.string().min(1).optional(),
    tenant_header: z
      .string()
      .regex(/^[A-Za-z0-9-]+$/, 'must be the name of an HTTP header')
      .default(configDefaults.tenantHeader),
  })
  .refine((api) => api.bearer_token_file === undefined || api.basic_auth === undefined, {
    path: ['basic_auth'],
    message: 'excludes bearer_token_file; keep one of the two',
  });

export const driftSchema = z
  .strictObject({
    /**
     * Where the counts come from that are judged. `local`: the windows of this process.
     * `prometheus`: the counters of all replicas, read from `prometheus`; of one process per model.
     * `none`: nothing is judged here, another process does it; the counters are published.
     */
    source: z.enum(['local', 'prometheus', 'none']).default('local'),
    prometheus: prometheusSchema.optional(),
    schedule: z.string().min(1).default(configDefaults.driftSchedule),
    timezone: z.string().min(1).default('UTC'),
    window: duration.prefault(configDefaults.driftWindow),
    /** The last so many rows in place of a length of time; they move on in tenths. */
    window_rows: z.int().min(100).max(1e9).multipleOf(10).optional(),
    psi_threshold: z.number().positive().default(configDefaults.psiThreshold),
    psi_investigate_threshold: z
      .number()
      .positive()
      .default(configDefaults.psiInvestigateThreshold),
    significance_level: ratio.default(configDefaults.significanceLevel),
    /** How the p-values of a run are adjusted for their number. */
    correction: z
      .enum(['benjamini_hochberg', 'benjamini_yekutieli', 'holm', 'bonferroni'])
      .default(configDefaults.correction),
    /** Statistics that are reported: names, or paths of modules that export one or a list. */
    statistics: z
      .array(z.string().min(1))
      .max(50)
      .default([...configDefaults.reportedStatistics]),
    ...judgementSchema.shape,
    statistic: judgementSchema.shape.statistic.default(configDefaults.driftStatistic),
    test: judgementSchema.shape.test.default(configDefaults.driftTest),
    rows_per_block: judgementSchema.shape.rows_per_block.default(configDefaults.rowsPerBlock),
    consecutive_runs: judgementSchema.shape.consecutive_runs.default(
      configDefaults.consecutiveRuns,
    ),
    minimum_rows: judgementSchema.shape.minimum_rows.default(configDefaults.minimumRows),
    /** A categorical feature whose values are judged by themselves too, as the reference has them. */
    segment: z.string().min(1).optional(),
    maximum_segments: z.int().min(1).max(100).default(configDefaults.maximumSegments),
    /** Keep sketches of production, from which a reference can be made. */
    record_reference: z.boolean().default(false),
    /** Whole days that such a reference is made of. */
    reference_window_days: z.int().min(1).max(365).default(configDefaults.referenceWindowDays),
  })
  .refine((drift) => drift.psi_investigate_threshold < drift.psi_threshold, {
    path: ['psi_investigate_threshold'],
    message: 'must be below psi_threshold',
  })
  .superRefine(({ source, segment, window_rows: rows }, context) => {
    if (source !== 'prometheus') return;
    const refuse = (key: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [key], message });
    if (segment !== undefined) {
      refuse('segment', 'needs source: local; the counters of a fleet know no segments');
    }
    if (rows !== undefined) {
      refuse('window_rows', 'needs source: local; the counters of a fleet are read by time');
    }
  });

export const qualitySchema = z.strictObject({
  window: duration.prefault(configDefaults.qualityWindow),
  minimum_samples: z.int().min(1).default(configDefaults.qualityMinimumSamples),
  target_time_to_live: duration.prefault(configDefaults.targetTimeToLive),
  maximum_pending_targets: z
    .int()
    .min(1)
    .max(50_000_000)
    .default(configDefaults.targetMaximumPending),
});

const notificationChannel = z.enum(['slack', 'email', 'pagerduty', 'webhook']);
const secretFile = z.string().min(1);
const emailAddress = z.string().regex(/^[^\s@,{}]+@[^\s@,{}]+$/, 'must be an e-mail address');
const httpAddress = z.url({ protocol: /^https?$/, error: 'must be an http or https address' });
const channelShape = {
  /**
   * Alerts that the channel gets: all, but where `pagerduty` is one of several channels, it gets
   * those that wake someone only.
   */
  severities: z
    .array(z.enum(['critical', 'warning']))
    .min(1)
    .optional(),
};

/** What is told when a model misses its objectives, and to whom; secrets are read from files. */
export const alertsSchema = z.strictObject({
  accuracy_threshold: ratio.default(configDefaults.accuracyThreshold),
  latency_p99_ms: z.number().positive().default(configDefaults.latencyP99Milliseconds),
  error_rate_threshold: ratio.default(configDefaults.errorRateThreshold),
  /** Share of the calls that must succeed; the rest is the error budget that burn rates spend. */
  success_objective: ratio.default(configDefaults.successObjective),
  /** Share of the successful calls that must take no longer than `latency_p99_ms`. */
  latency_objective: ratio.default(configDefaults.latencyObjective),
  /** One channel or several, as `modelmeter alertmanager` sets them up. */
  notification_channel: z
    .union([notificationChannel, z.array(notificationChannel).min(1)], {
      error: `must be one of ${notificationChannel.options.join(', ')}, or a list of them`,
    })
    .optional(),
  slack: z
    .strictObject({
      /** Left out, the channel that the webhook was made for. */
      channel: z.string().min(1).optional(),
      /** File with the address of the incoming webhook, relative to the configuration file. */
      api_url_file: secretFile.default(configDefaults.slackApiUrlFile),
      ...channelShape,
    })
    .optional(),
  email: z
    .strictObject({
      to: z.union([emailAddress, z.array(emailAddress).min(1)], {
        error: 'must be an e-mail address or a list of them',
      }),
      from: emailAddress,
      smarthost: z
        .string()
        .regex(/^\S+:\d{1,5}$/, 'must be a host and a port: "smtp.example.org:587"'),
      auth_username: z.string().min(1).optional(),
      auth_password_file: secretFile.optional(),
      require_tls: z.boolean().default(true),
      ...channelShape,
    })
    .refine(
      (email) => (email.auth_username === undefined) === (email.auth_password_file === undefined),
      {
        error: 'needs auth_username and auth_password_file, or neither',
      },
    )
    .optional(),
  pagerduty: z
    .strictObject({
      /** File with the integration key of the service (events API v2). */
      routing_key_file: secretFile.default(configDefaults.pagerdutyRoutingKeyFile),
      /** Another address of the events API, such as that of the European region. */
      url: httpAddress.optional(),
      ...channelShape,
    })
    .optional(),
  webhook: z
    .strictObject({
      url: httpAddress,
      /** File with a token that is sent as `Authorization: Bearer`. */
      bearer_token_file: secretFile.optional(),
      ...channelShape,
    })
    .optional(),
});

export const modelSchema = z.strictObject({
  name: modelName,
  version: z.string().min(1).max(63).default('1'),
  /** `onnx` is served by the exporter; `external` is predicted elsewhere and reported to it. */
  type: z.enum(['onnx', 'external']),
  /** Model file of a served model, relative to the configuration file. */
  path: z.string().min(1).optional(),
  /** Reference profile, relative to the configuration file. */
  reference: z.string().min(1).optional(),
  ...callsSchema.shape,
  features: featuresSchema,
  outputs: outputsSchema,
});

export const configSchema = z
  .strictObject({
    monitoring: z
      .strictObject({
        prometheus_port: z.int().min(0).max(65_535).default(configDefaults.prometheusPort),
        host: z.string().min(1).default('127.0.0.1'),
        scrape_interval: duration.prefault(configDefaults.scrapeInterval),
        /** Series that are kept at most; what is beyond is refused and counted. */
        maximum_series: z.int().min(1000).max(1_000_000).default(configDefaults.maximumSeries),
        /** Whether GPUs are read with nvidia-smi: `auto` where there is one. */
        gpu: z.enum(['auto', 'on', 'off']).default(configDefaults.gpu),
      })
      .prefault({}),
    drift_detection: driftSchema.prefault({}),
    quality: qualitySchema.prefault({}),
    alerts: alertsSchema.prefault({}),
    models: z.array(modelSchema).min(1).max(50),
  })
  .superRefine((config, context) => {
    const { source, prometheus } = config.drift_detection;
    if (source === 'prometheus' && prometheus?.url === undefined) {
      context.addIssue({
        code: 'custom',
        path: ['drift_detection', 'prometheus', 'url'],
        message: 'is missing; source: prometheus needs the address of its API',
      });
    }
    const seen = new Map<string, number>();
    for (const [index, model] of config.models.entries()) {
      const key = `${model.name} version ${model.version}`;
      const earlier = seen.get(key);
      if (earlier !== undefined) {
        context.addIssue({
          code: 'custom',
          path: ['models', index, 'name'],
          message: `${key} is models[${earlier}] already; give it another name or version`,
        });
      }
      seen.set(key, index);
      if (model.type === 'onnx' && model.path === undefined) {
        context.addIssue({
          code: 'custom',
          path: ['models', index, 'path'],
          message: 'is missing; a model of type onnx needs the path of its .onnx file',
        });
      }
      if (model.type === 'external' && model.path !== undefined) {
        context.addIssue({
          code: 'custom',
          path: ['models', index, 'path'],
          message: 'has no meaning for type external; remove it or set type: onnx',
        });
      }
      const names = new Set<string>();
      for (const [position, { name }] of model.features.entries()) {
        if (names.has(name)) {
          context.addIssue({
            code: 'custom',
            path: ['models', index, 'features', position, 'name'],
            message: `"${name}" is declared twice; keep one`,
          });
        }
        names.add(name);
      }
      if (names.has(outputNameOf(model.outputs))) {
        context.addIssue({
          code: 'custom',
          path: ['models', index, 'outputs'],
          message: `"${outputNameOf(model.outputs)}" is a feature too; rename one of the two`,
        });
      }
    }
  });

/** The settings of a comparison of two data sets, where no model is served. */
export const batchSchema = z.strictObject({
  drift_detection: driftSchema.prefault({}),
  features: z.array(featureSchema).max(10_000).default([]),
});

export type Config = z.output<typeof configSchema>;
export type ConfigInput = z.input<typeof configSchema>;
export type ModelConfig = z.output<typeof modelSchema>;
export type JudgementConfig = z.output<typeof judgementSchema>;
export type FeatureConfig = z.output<typeof featureSchema>;
export type CallsConfig = z.output<typeof callsSchema>;
export type OutputsConfig = z.output<typeof outputsSchema>;
export type PrometheusConfig = z.output<typeof prometheusSchema>;
export type DriftConfig = z.output<typeof driftSchema>;
export type QualityConfig = z.output<typeof qualitySchema>;
export type AlertsConfig = z.output<typeof alertsSchema>;

function hasNoCredentials(address: string): boolean {
  const { username, password } = new URL(address);
  return username === '' && password === '';
}

function hasNoQuery(address: string): boolean {
  return !/[?#]/.test(address);
}

/** The name of the output that quality is computed from: score, class or value, by the task. */
export function outputNameOf(outputs: OutputsConfig): string {
  if (outputs.task === 'binary') return outputs.score;
  return outputs.task === 'multiclass' ? outputs.class : outputs.value;
}

/**
 * The effective configuration: defaults filled in, durations in milliseconds.
 *
 * @param describePlace Adds what the reader of a file knows about a path, such as its line.
 * @throws CoreError CONFIG_INVALID with one problem for each wrong setting.
 */
export function parseConfig(
  input: unknown,
  describePlace: (path: readonly PropertyKey[]) => string = () => '',
): Config {
  return parseSettings(configSchema, input, describePlace);
}

/** A configuration with its defaults as it would be written, durations as text. */
export function writtenConfig(config: Config): ConfigInput {
  return z.encode(configSchema, config);
}

/**
 * Parses any of the schemas above; wrong settings become one CONFIG_INVALID error, whose paths
 * begin with `root`.
 */
export function parseSettings<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  describePlace: (path: readonly PropertyKey[]) => string = () => '',
  root: readonly PropertyKey[] = [],
): z.output<Schema> {
  const result = schema.safeParse(input, { reportInput: true });
  if (result.success) return result.data;
  const problems = result.error.issues.flatMap((issue) =>
    describeIssue({ ...issue, path: [...root, ...issue.path] }, describePlace),
  );
  throw new CoreError(
    'CONFIG_INVALID',
    `The configuration has ${problems.length === 1 ? 'a wrong setting' : `${problems.length} wrong settings`}:\n${problems
      .map((problem) => `  ${problem.path || '(top level)'}: ${problem.message}`)
      .join('\n')}`,
    { problems },
  );
}

function describeIssue(
  issue: z.core.$ZodIssue,
  describePlace: (path: readonly PropertyKey[]) => string,
): Problem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: formatPath([...issue.path, key]) + describePlace([...issue.path, key]),
      message: 'is not a setting; remove it or correct its name',
    }));
  }
  const found =
    issue.input === undefined || typeof issue.input === 'object'
      ? ''
      : ` (found ${JSON.stringify(issue.input)})`;
  return [
    {
      path: formatPath(issue.path) + describePlace(issue.path),
      message: `${issue.message}${found}`,
    },
  ];
}

/** `models[0].features[2].type` of its parts. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');
}
