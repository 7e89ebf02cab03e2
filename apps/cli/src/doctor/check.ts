/** How a check ended. Only `fail` means that something does not work. */
export type CheckStatus = 'ok' | 'warn' | 'fail';

/** The outcome of one check of an installation. */
export interface Check {
  readonly status: CheckStatus;
  /** The file or the server that was looked at. */
  readonly place: string;
  /** What was found, and what to do about it, in whole sentences. */
  readonly message: string;
}

/** Makes the checks of one place. */
export interface Place {
  ok(message: string): Check;
  warn(message: string): Check;
  fail(message: string): Check;
}

export function checksOf(place: string): Place {
  const check =
    (status: CheckStatus) =>
    (message: string): Check => ({ status, place, message });
  return { ok: check('ok'), warn: check('warn'), fail: check('fail') };
}

/** Some names for a message: the first ones, and how many more there are. */
export function someOf(names: readonly string[], shown = 5): string {
  const rest = names.length - shown;
  return names.slice(0, shown).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

/** The checks for a terminal, by place, with the sums at the end. */
export function checkList(checks: readonly Check[]): string {
  const lines: string[] = [];
  for (const place of new Set(checks.map((check) => check.place))) {
    lines.push(place);
    for (const check of checks) {
      if (check.place === place) lines.push(`  ${check.status.padEnd(4)}  ${check.message}`);
    }
    lines.push('');
  }
  const count = (status: CheckStatus): number =>
    checks.filter((check) => check.status === status).length;
  lines.push(`${count('ok')} ok, ${count('warn')} to look at, ${count('fail')} failed`);
  return `${lines.join('\n')}\n`;
}
