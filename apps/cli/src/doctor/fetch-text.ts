import { messageOf } from '../errors.js';

const timeoutMs = 20_000;

/** Who asks. */
export interface Access {
  /** The `Authorization` header, if any. */
  readonly authorization: string | undefined;
  readonly tenant?: string | undefined;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  /** Clock of the server minus that of this machine, in milliseconds; NaN without a Date header. */
  readonly clockAheadMs: number;
}

/** Requests an address; an error message where the server does not answer. */
export async function fetchText(
  address: string,
  { authorization, tenant }: Access,
): Promise<Answer | string> {
  try {
    const response = await fetch(address, {
      headers: {
        ...(authorization === undefined ? {} : { authorization }),
        ...(tenant === undefined ? {} : { 'x-scope-orgid': tenant }),
      },
      // A redirect could take the token to another host.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.text();
    const serverMs = Date.parse(response.headers.get('date') ?? '');
    return { status: response.status, text, clockAheadMs: serverMs - Date.now() };
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    return messageOf(cause);
  }
}
