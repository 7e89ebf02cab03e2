/**
 * The effective form of options: a setting with a default is always there, a length of time is a
 * number of milliseconds. The documentation of each property carries over.
 *
 * @typeParam Optional Settings without a default, which stay optional.
 * @typeParam Durations Settings that are written as a length of time, such as `24h`.
 */
export type Effective<
  Options,
  Optional extends keyof Options = never,
  Durations extends keyof Options = never,
> = {
  readonly [Key in keyof Options as Key extends Optional ? never : Key]-?: Key extends Durations
    ? number
    : Exclude<Options[Key], undefined>;
} & { readonly [Key in Optional]?: Options[Key] };
