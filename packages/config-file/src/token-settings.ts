import type { Effective } from '@modelmeter/core/settings';
import { z } from 'zod';

/**
 * What a client may do: `scrape` reads metrics, pages and reports; `infer` runs models; `ingest` sends
 * predictions; `targets` sends targets; `admin` runs drift, replaces references and sends alerts.
 */
export const permissions = ['scrape', 'infer', 'ingest', 'targets', 'admin'] as const;
export type Permission = (typeof permissions)[number];

/** A client of the exporter that proves itself with a bearer token. */
export interface TokenOptions {
  /** File with the token, relative to the configuration file; read at the start and at a reload. */
  readonly file: string;
  /** What its bearer may do. */
  readonly permissions: readonly Permission[];
}

/** The effective form of `TokenOptions`. */
export type TokenConfig = Effective<TokenOptions>;

export const tokensSchema: z.ZodType<readonly TokenConfig[], readonly TokenOptions[]> = z
  .array(
    z.strictObject({ file: z.string().min(1), permissions: z.array(z.enum(permissions)).min(1) }),
  )
  .max(100);
