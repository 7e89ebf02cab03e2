import { CliError } from '../errors.js';

/** What Grafana answered. */
export interface GrafanaAnswer {
  readonly status: number;
  /** The JSON of the body; undefined when it is none. */
  readonly body: unknown;
}

/** A field of the body of an answer, when it is text. */
export function textOf(body: unknown, field: string): string | undefined {
  const value = recordOf(body)?.[field];
  return typeof value === 'string' ? value : undefined;
}

/** A body or a part of it, when it is an object. */
export function recordOf(body: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof body === 'object' && body !== null && !Array.isArray(body)
    ? (body as Record<string, unknown>)
    : undefined;
}

/** True where an interface is not there, as it is for a resource that is not. */
export function isAbsent({ status }: GrafanaAnswer): boolean {
  return status === 404 || status === 410;
}

/** The error for an answer that nobody can go on from; `what` was to be done. */
export function refusal(what: string, answer: GrafanaAnswer): CliError {
  return new CliError(
    'GRAFANA_REFUSED',
    `${what}: Grafana answered ${saidBy(answer)}. ${remedyOf(answer.status)}`,
  );
}

/** The status of an answer, and the message that is in it. */
export function saidBy({ status, body }: GrafanaAnswer): string {
  const message = textOf(body, 'message');
  return message === undefined ? String(status) : `${status} (${message})`;
}

/** The error for a dashboard that is there already and may not be replaced. */
export function alreadyThere(title: string): CliError {
  return new CliError(
    'GRAFANA_REFUSED',
    `The dashboard "${title}" is there already. Replace it with --overwrite.`,
  );
}

/** The error for an answer that has not what Grafana documents. */
export function unexpected(what: string): CliError {
  return new CliError(
    'GRAFANA_UNREACHABLE',
    `${what}: the answer is not one of Grafana. See whether --grafana-url leads to Grafana and not to a login page.`,
  );
}

function remedyOf(status: number): string {
  if (status === 401) {
    return 'Make a token of a service account and pass it with --token-file or GRAFANA_TOKEN.';
  }
  if (status === 403) {
    return 'Give the service account the role Editor, and write access to the folder.';
  }
  return 'See the log of Grafana.';
}
