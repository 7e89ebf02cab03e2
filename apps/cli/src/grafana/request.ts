import { setTimeout as sleep } from 'node:timers/promises';
import { CliError, messageOf } from '../errors.js';
import { authorizationOf, checkedAddress, type ServerNames } from '../http-access.js';
import { type GrafanaAnswer, saidBy } from './answers.js';

export const grafanaNames: ServerNames = {
  server: 'Grafana',
  addressOption: '--grafana-url',
  example: 'http://localhost:3000',
  tokenVariable: 'GRAFANA_TOKEN',
};

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
  /** Called before a request is repeated. */
  readonly onRetry?: (message: string) => void;
  /** Waits between two attempts. */
  readonly wait?: (lengthMs: number) => Promise<unknown>;
}

export type GrafanaRequest = (
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  body?: unknown,
) => Promise<GrafanaAnswer>;

/**
 * Sends requests to Grafana's HTTP API. Transient failures (no connection, 429, 5xx) are retried
 * four times, first after half a second and then after twice as long each time, or when
 * `Retry-After` says.
 *
 * @throws CliError OPTION_INVALID for an address that is not a URL, SECRET_UNUSABLE for a token with characters that tokens do not have.
 */
export function connectGrafana(connection: GrafanaConnection): GrafanaRequest {
  const { token, onRetry, wait = sleep } = connection;
  const base = checkedAddress(connection.url, grafanaNames);
  const authorization = authorizationOf(token, grafanaNames);

  return async (method, path, body) => {
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await ask(base, method, path, authorization, body);
      if ('status' in outcome) return outcome;
      const { problem, retryAfterMs = firstDelayMs * 2 ** (attempt - 1) } = outcome;
      if (attempt === attempts) {
        throw new CliError(
          'GRAFANA_UNREACHABLE',
          `${base} ${problem} in ${attempts} attempts (${method} ${path}). Check that Grafana runs there.`,
        );
      }
      onRetry?.(`${base} ${problem}; trying again in ${retryAfterMs / 1000} s`);
      await wait(retryAfterMs);
    }
  };
}

/** A transient failure: the request may succeed later. */
interface TransientFailure {
  readonly problem: string;
  readonly retryAfterMs?: number;
}

async function ask(
  base: string,
  method: string,
  path: string,
  authorization: string,
  body: unknown,
): Promise<GrafanaAnswer | TransientFailure> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(base + path, {
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
    text = await response.text();
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    return { problem: `cannot be reached (${messageOf(cause)})` };
  }
  const answer = { status: response.status, body: parsed(text) };
  if (answer.status === 429 || answer.status >= 500) {
    const delayMs = retryAfterMs(response.headers);
    return {
      problem: `answered ${saidBy(answer)}`,
      ...(delayMs === undefined ? {} : { retryAfterMs: delayMs }),
    };
  }
  if (answer.status >= 300 && answer.status < 400) {
    throw new CliError(
      'GRAFANA_UNREACHABLE',
      `${base} redirects to ${response.headers.get('location')}. Name the address of Grafana itself with --grafana-url.`,
    );
  }
  return answer;
}

/** `Retry-After` in seconds; a date is ignored. */
function retryAfterMs(headers: Headers): number | undefined {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return seconds >= 0 ? Math.min(seconds * 1000, longestDelayMs) : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
