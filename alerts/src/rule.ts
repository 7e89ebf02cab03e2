/** `critical` wakes someone, `warning` waits for the working day. */
export type Severity = 'critical' | 'warning';

/** One alert; the link to its runbook is added from the table in `runbook-links.ts`. */
export interface AlertRule {
  readonly alert: string;
  /** PromQL; an alert is active for every series of the result. */
  readonly expression: string;
  /** How long the expression must hold, as a Prometheus duration. Left out, it rings at once. */
  readonly holdsFor?: string;
  readonly severity: Severity;
  /** A fixed sentence without values, so that notifications of one alert read the same. */
  readonly summary: string;
  /** What is the case, with labels and humanized values as Go template. */
  readonly description: string;
}

/** One committed rule file with one group of the same name. */
export interface RuleFile {
  /** File name without extension, and name of the rule group. */
  readonly name: string;
  readonly rules: readonly AlertRule[];
}
