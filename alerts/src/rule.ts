/**
 * `critical` wakes someone, `warning` waits for the working day, `info` is only shown, and `none`
 * is for alerts about alerting.
 */
export type Severity = 'critical' | 'warning' | 'info' | 'none';

/** A dashboard by the name of its file, and the variables that an alert fixes by its labels. */
export interface DashboardLink {
  readonly name: 'data_drift' | 'model_performance' | 'serving_latency' | 'system_health';
  readonly variables: readonly ('job' | 'instance' | 'model_name' | 'feature')[];
}

/** One alert; the link to its runbook is added from the table in `runbook-links.ts`. */
export interface AlertRule {
  readonly alert: string;
  /** PromQL; an alert is active for every series of the result. */
  readonly expression: string;
  /** How long the expression must hold, as a Prometheus duration. Left out, it rings at once. */
  readonly holdsFor?: string;
  readonly severity: Severity;
  /** Labels that tell apart alerts of one name; never values. */
  readonly labels?: Readonly<Record<string, string>>;
  /** A fixed sentence without values, so that notifications of one alert read the same. */
  readonly summary: string;
  /** What is the case, with labels, humanized value and threshold as Go template. */
  readonly description: string;
  readonly dashboard: DashboardLink;
}

/** A series that is computed from others; its name is declared in `recorded-metrics.ts`. */
export interface RecordingRule {
  readonly record: string;
  readonly expression: string;
}

/** Rules that are evaluated one after the other, so that later ones see what earlier ones record. */
export interface RuleGroup {
  readonly name: string;
  /** Time between evaluations as a Prometheus duration; left out, the global one. */
  readonly interval?: string;
  readonly rules: readonly (AlertRule | RecordingRule)[];
}

/** One committed rule file. */
export interface RuleFile {
  /** File name without extension. */
  readonly name: string;
  readonly groups: readonly RuleGroup[];
}
