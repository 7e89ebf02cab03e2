/** What `--fail-on` may name. */
export const failOnStates = ['investigate', 'drift', 'undecided'] as const;

export type FailOn = (typeof failOnStates)[number];
