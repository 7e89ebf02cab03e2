/** Every way in which the command refuses to go on. */
export const cliErrorCodes = {
  DATA_UNREADABLE: 'A data set cannot be opened, or a part of it cannot be read.',
  COLUMN_UNKNOWN: 'A data set has no column of that name.',
  COLUMN_UNSUITABLE: 'A column cannot serve for what it is asked to do.',
  OPTION_INVALID: 'An option has no meaning as it was given.',
  PROFILES_DIFFER: 'Profiles were not counted on one grid and over one vocabulary.',
  FILE_UNWRITABLE: 'A file cannot be written.',
  SECRET_UNUSABLE: 'A secret file is missing, empty or open to every user.',
  GRAFANA_UNREACHABLE: 'Grafana does not answer at the address, or not as Grafana does.',
  GRAFANA_REFUSED: 'Grafana refuses a folder or a dashboard.',
} as const;

export type CliErrorCode = keyof typeof cliErrorCodes;

/** An error that is told to the user without a stack trace. */
export class CliError extends Error {
  readonly code: CliErrorCode;

  constructor(code: CliErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'CliError';
    this.code = code;
  }
}

/** The text of anything that was thrown, in one line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.trim().split('\n')[0]!;
}
