/** The error codes of the command and their meaning. */
export const cliErrorCodes = {
  DATA_UNREADABLE: 'A data set or a profile cannot be opened or read.',
  DATA_EMPTY: 'A data set has no rows, or a file has no content.',
  DATA_REJECTED: 'Too many rows of a data set do not fit its header, or are not valid.',
  TIME_UNREADABLE: 'The times of a column cannot be read, or can be read in two ways.',
  COLUMN_UNKNOWN: 'A data set or a profile does not have the named column.',
  COLUMN_UNSUITABLE: 'A column has the wrong type for its use.',
  OPTION_INVALID: 'The value of an option is not valid, or two options exclude each other.',
  PROFILES_DIFFER: 'Profiles have different grids, vocabularies or columns.',
  FILE_UNWRITABLE: 'A file or a folder cannot be written.',
  SECRET_UNUSABLE: 'A secret is missing, empty, malformed or readable by every user.',
  GRAFANA_UNREACHABLE: 'Grafana does not answer, or the answer does not come from Grafana.',
  GRAFANA_REFUSED: 'Grafana refused to save a folder or a dashboard.',
  PROMETHEUS_UNAVAILABLE: 'Prometheus does not answer, or refuses a query.',
  OPENSLO_UNREADABLE: 'A file of OpenSLO cannot be read or is not version 1.',
  OBJECTIVES_MISSING: 'Prometheus has no objectives of models.',
} as const;

export type CliErrorCode = keyof typeof cliErrorCodes;

/** An error that is printed without a stack trace. */
export class CliError extends Error {
  readonly code: CliErrorCode;

  constructor(code: CliErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'CliError';
    this.code = code;
  }
}

/** The first line of the message of anything that was thrown. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.trim().split('\n')[0]!;
}
