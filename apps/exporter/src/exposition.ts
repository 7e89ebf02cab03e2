import type { IncomingHttpHeaders } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import {
  type MetricsFormat,
  metricsContentTypes,
  type RenderedRegistry,
  renderMetrics,
} from '@modelmeter/core';
import Negotiator from 'negotiator';

/** A scrape: its body and the headers that describe it. */
export interface Exposition {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

type Encoding = 'gzip' | 'identity';

const compress = promisify(gzip);

/**
 * Answers scrapes of a registry in the format and encoding that their headers ask for.
 *
 * Requests that wait at the same time share one rendering, which begins after all of them have
 * come: a storm of scrapes costs one of each kind per turn of the event loop, and none is answered
 * with numbers older than its question.
 */
export function createExposition(
  registry: RenderedRegistry,
): (request: IncomingHttpHeaders) => Promise<Exposition> {
  const waiting = new Map<string, Promise<Exposition>>();

  async function render(
    key: string,
    format: MetricsFormat,
    encoding: Encoding,
  ): Promise<Exposition> {
    await setImmediate();
    waiting.delete(key);
    const { body, contentType } = await renderMetrics(registry, format);
    return {
      headers: {
        'content-type': contentType,
        ...(encoding === 'identity' ? {} : { 'content-encoding': encoding }),
        vary: 'accept, accept-encoding',
      },
      body: encoding === 'gzip' ? await compress(body) : Buffer.from(body),
    };
  }

  return async (request) => {
    const { format, encoding } = negotiate(request);
    const key = `${format} ${encoding}`;
    const rendering = waiting.get(key) ?? render(key, format, encoding);
    waiting.set(key, rendering);
    return rendering;
  };
}

/** What a scraper understands best; Prometheus text, not compressed, where it does not say. */
export function negotiate(request: IncomingHttpHeaders): {
  readonly format: MetricsFormat;
  readonly encoding: Encoding;
} {
  // Our names are plain: in every escaping of names that Prometheus 3 offers the text is the same.
  const accept = request.accept?.replaceAll(/;\s*escaping=[^;,]*/g, '');
  const negotiator = new Negotiator({ headers: { ...request, accept } });
  const best = negotiator.mediaType(Object.values(metricsContentTypes));
  return {
    format: best === metricsContentTypes.openmetrics ? 'openmetrics' : 'prometheus',
    encoding: negotiator.encoding(['gzip', 'identity']) === 'gzip' ? 'gzip' : 'identity',
  };
}
