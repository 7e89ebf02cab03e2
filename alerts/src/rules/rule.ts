/**
 * `critical` pages the person on call, `warning` waits for working hours, `info` is only shown, and
 * `none` is for alerts about alerting itself.
 */
export type Severity = 'critical' | 'warning' | 'info' | 'none';

/** A dashboard by its file name, and the variables that an alert sets from its labels. */
export interface DashboardLink {
  readonly name: 'data_drift' | 'model_performance' | 'serving_latency' | 'system_health';
  readonly variables: readonly ('job' | 'instance' | 'model_name' | 'feature')[];
}

/** One alert; its runbook link comes from the table in `runbook-links.ts`. */
export interface AlertRule {
  readonly alert: string;
  /** PromQL; an alert is active for every series of the result. */
  readonly expression: string;
  /** How long the expression must hold, as a Prometheus duration. Omitted: it fires immediately. */
  readonly holdsFor?: string;
  /** How long it fires on, as a Prometheus duration. Omitted: as long as every alert does. */
  readonly keepsFiring?: string;
  readonly severity: Severity;
  /** Labels that distinguish alerts of the same name; never values. */
  readonly labels?: Readonly<Record<string, string>>;
  /** A fixed sentence without values, so that all notifications of an alert have the same one. */
  readonly summary: string;
  /** The finding with its labels, readable value and threshold, as a Go template. */
  readonly description: string;
  readonly dashboard: DashboardLink;
}

/** A series computed from others; its name is declared in `recorded-metrics.ts`. */
export interface RecordingRule {
  readonly record: string;
  readonly expression: string;
}

/** Rules evaluated in order, so that later rules read what earlier ones record. */
export interface RuleGroup {
  readonly name: string;
  /** Time between evaluations as a Prometheus duration. Omitted: the global interval. */
  readonly interval?: string;
  readonly rules: readonly (AlertRule | RecordingRule)[];
}

/** One committed rule file. */
export interface RuleFile {
  /** File name without extension. */
  readonly name: string;
  readonly groups: readonly RuleGroup[];
}
