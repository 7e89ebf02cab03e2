import { setTimeout as sleep } from 'node:timers/promises';
import { CliError, messageOf } from '../errors.js';

const attempts = 5;
const firstDelayMs = 500;
const longestDelayMs = 30_000;
const timeoutMs = 30_000;

/** How requests reach one Grafana. */
export interface GrafanaConnection {
  /** Address of Grafana without a slash at its end. */
  readonly url: string;
  /** Token of a service account, or `user:password`. */
  readonly token: string;
  /** Told before a request is made again. */
  readonly onRetry?: (message: string) => void;
  /** Waits between two attempts. */
  readonly wait?: (lengthMs: number) => Promise<unknown>;
}

/** What Grafana answered. */
export interface GrafanaAnswer {
  readonly status: number;
  /** The JSON of the body; undefined when it is none. */
  readonly body: unknown;
}

export type GrafanaRequest = (
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  body?: unknown,
) => Promise<GrafanaAnswer>;

/**
 * Requests to Grafana's HTTP API. What may pass by itself (no connection, 429, 5xx) is tried five
 * times in all, half a second later and twice as long each time, or when `Retry-After` says.
 *
 * @throws CliError OPTION_INVALID when the address is none.
 */
export function connectGrafana(connection: GrafanaConnection): GrafanaRequest {
  const { token, onRetry, wait = sleep } = connection;
  const base = checkedAddress(connection.url);
  const authorization = token.includes(':')
    ? `Basic ${Buffer.from(token).toString('base64')}`
    : `Bearer ${token}`;

  return async (method, path, body) => {
    for (let attempt = 1; ; attempt += 1) {
      const response = await send(method, base + path, authorization, body);
      const problem = passingProblem(response);
      if (problem === undefined) return answerOf(response as Received, base);
      if (attempt === attempts) {
        throw new CliError(
          'GRAFANA_UNREACHABLE',
          `${base} ${problem} in ${attempts} attempts (${method} ${path}). See whether Grafana runs there and is well.`,
        );
      }
      const delayMs = retryAfterMs(response) ?? firstDelayMs * 2 ** (attempt - 1);
      onRetry?.(`${base} ${problem}; trying again in ${delayMs / 1000} s`);
      await wait(delayMs);
    }
  };
}

/** A response that came in whole. */
interface Received {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

async function send(
  method: string,
  address: string,
  authorization: string,
  body: unknown,
): Promise<Received | Error> {
  try {
    const response = await fetch(address, {
      method,
      headers: {
        accept: 'application/json',
        authorization,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // A redirected POST would become a GET, and could take the token to another host.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function passingProblem(response: Received | Error): string | undefined {
  if (response instanceof Error) {
    return `cannot be reached (${messageOf(response.cause ?? response)})`;
  }
  return response.status === 429 || response.status >= 500
    ? `answered ${response.status}`
    : undefined;
}

/** `Retry-After` in seconds; a date there is left to the usual delay. */
function retryAfterMs(response: Received | Error): number | undefined {
  if (response instanceof Error) return undefined;
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return seconds >= 0 ? Math.min(seconds * 1000, longestDelayMs) : undefined;
}

function answerOf({ status, headers, text }: Received, base: string): GrafanaAnswer {
  if (status >= 300 && status < 400) {
    throw new CliError(
      'GRAFANA_UNREACHABLE',
      `${base} leads to ${headers.get('location')}. Name the address of Grafana itself with --grafana-url.`,
    );
  }
  try {
    return { status, body: JSON.parse(text) };
  } catch {
    return { status, body: undefined };
  }
}

function checkedAddress(text: string): string {
  const address = URL.canParse(text) ? new URL(text) : undefined;
  if (address === undefined || !/^https?:$/.test(address.protocol)) {
    throw new CliError(
      'OPTION_INVALID',
      `--grafana-url ${text} is no address with http or https, such as http://localhost:3000.`,
    );
  }
  if (address.username !== '' || address.password !== '') {
    throw new CliError(
      'OPTION_INVALID',
      'A password in --grafana-url is seen by every user of the machine. Write user:password into a file for --token-file, or into GRAFANA_TOKEN.',
    );
  }
  return (address.origin + address.pathname).replace(/\/+$/, '');
}
