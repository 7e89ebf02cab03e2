import { createHash, timingSafeEqual } from 'node:crypto';
import type { LoadedConfig, Permission } from '@modelmeter/config-file';
import { ExporterError } from '../errors.js';
import { readSecret } from '../secret.js';
import type { Route } from './route.js';

/** A token that a client may present, as its hash. */
export interface Token {
  readonly hash: Buffer;
  readonly permissions: ReadonlySet<Permission>;
}

/**
 * Reads the tokens of a configuration.
 *
 * @throws ExporterError SECRET_UNREADABLE.
 */
export async function readTokens({ config, folder }: LoadedConfig): Promise<readonly Token[]> {
  return Promise.all(
    config.monitoring.tokens.map(async ({ file, permissions }, index) => ({
      hash: hashOf(await readSecret(file, `monitoring.tokens[${index}].file`, folder)),
      permissions: new Set(permissions),
    })),
  );
}

/** Probes are open to all clients, so that a platform needs no token for them. */
const openRoutes = new Set(['livez', 'healthz', 'readyz', 'startupz', 'serverLive', 'serverReady']);

/** The permission that a route needs; undefined for a probe. */
export function permissionOf({ id, audience, method }: Route): Permission | undefined {
  if (openRoutes.has(id)) return undefined;
  if (id === 'recordTargets') return 'targets';
  if (audience === 'Inference') return 'infer';
  if (audience === 'Ingestion') return 'ingest';
  return method === 'GET' ? 'scrape' : 'admin';
}

/**
 * Checks that a request may use a route. Without tokens any request may. All tokens are compared, each in
 * constant time, so that the time of an answer does not help to guess one. O(tokens).
 *
 * @throws ExporterError UNAUTHENTICATED without a known token, FORBIDDEN without the permission.
 */
export function requirePermission(
  tokens: readonly Token[],
  route: Route,
  authorization: string | undefined,
): void {
  const needed = permissionOf(route);
  if (tokens.length === 0 || needed === undefined) return;
  const presented = hashOf(/^Bearer +(.+)$/i.exec(authorization ?? '')?.[1]?.trim() ?? '');
  let permissions: ReadonlySet<Permission> | undefined;
  for (const token of tokens) {
    if (timingSafeEqual(token.hash, presented)) permissions = token.permissions;
  }
  if (permissions === undefined) {
    throw new ExporterError(
      'UNAUTHENTICATED',
      'Send the header Authorization: Bearer with a token of monitoring.tokens.',
    );
  }
  if (permissions.has(needed)) return;
  throw new ExporterError(
    'FORBIDDEN',
    `The token lacks the permission ${needed}. Use another token, or add it to monitoring.tokens.`,
  );
}

/** Equal lengths, whatever the token; hashes of unequal tokens differ. */
function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** Whether only programs of this machine can reach an address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}
