import { CliError } from '../errors.js';

/** What Grafana answered. */
export interface GrafanaAnswer {
  readonly status: number;
  /** The JSON of the body; undefined when it is not JSON. */
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

/** True when an interface or a resource does not exist. */
export function isAbsent({ status }: GrafanaAnswer): boolean {
  return status === 404 || status === 410;
}

/** The error for an answer that ends the import; `what` failed. */
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

/** The error for an existing dashboard without --overwrite. */
export function alreadyThere(title: string): CliError {
  return new CliError(
    'GRAFANA_REFUSED',
    `The dashboard "${title}" exists already. Replace it with --overwrite.`,
  );
}

/** The error for an answer that Grafana does not document. */
export function unexpected(what: string): CliError {
  return new CliError(
    'GRAFANA_UNREACHABLE',
    `${what}: the answer does not come from Grafana. Check that --grafana-url is the address of Grafana and not of a login page.`,
  );
}

function remedyOf(status: number): string {
  if (status === 401) {
    return 'Create a token of a service account and pass it with --token-file or GRAFANA_TOKEN.';
  }
  if (status === 403) {
    return 'Give the service account the role Editor, and write access to the folder.';
  }
  return 'See the log of Grafana.';
}
