/** The exit codes of the command. */
export const exitCodes = {
  done: 0,
  /** An error; the message is on standard error. */
  failed: 1,
  /** `--fail-on` found its state. */
  found: 2,
  /** Nothing could be decided, or a declared column is missing. */
  undecided: 3,
} as const;
