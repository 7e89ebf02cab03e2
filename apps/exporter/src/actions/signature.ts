import { createHmac } from 'node:crypto';

/**
 * The headers of a request by the Standard Webhooks specification (standardwebhooks.com, 1.0): the
 * signature is the HMAC-SHA256 of `id.timestamp.body`, in base64 after `v1,`.
 *
 * @param secret Text, or `whsec_` and the key in base64.
 */
export function signedHeaders(
  secret: string,
  id: string,
  timestampSeconds: number,
  body: string,
): Readonly<Record<string, string>> {
  const prefix = 'whsec_';
  const key = secret.startsWith(prefix)
    ? Buffer.from(secret.slice(prefix.length), 'base64')
    : Buffer.from(secret, 'utf8');
  const signature = createHmac('sha256', key).update(`${id}.${timestampSeconds}.${body}`);
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestampSeconds),
    'webhook-signature': `v1,${signature.digest('base64')}`,
  };
}
