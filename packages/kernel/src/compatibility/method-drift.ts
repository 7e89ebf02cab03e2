/** What another package at its defaults says of one column. */
export interface MethodDrift {
  /** The statistic that the package chose, by its own name for it. */
  readonly statistic: string;
  /** A p-value for tests, else a distance. */
  readonly score: number;
  readonly threshold: number;
  /** The verdict of the package. */
  readonly drifted: boolean;
}
