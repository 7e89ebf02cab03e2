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

/** The answer to a scrape: its body and the headers that describe it. */
export interface Exposition {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

type Encoding = 'gzip' | 'identity';

const compress = promisify(gzip);

/**
 * Answers scrapes of a registry in the format and encoding that their headers ask for.
 *
 * Requests that wait at the same time share one rendering, which starts after all of them have
 * arrived: many scrapes at once cost one rendering per format, encoding and turn of the event loop,
 * and no answer is older than its request.
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

/** The format and encoding that a scraper prefers; by default Prometheus text, not compressed. */
export function negotiate(request: IncomingHttpHeaders): {
  readonly format: MetricsFormat;
  readonly encoding: Encoding;
} {
  // The names of the catalogue need no escaping, so the parameter of Prometheus 3 changes nothing.
  const accept = request.accept?.replaceAll(/;\s*escaping=[^;,]*/g, '');
  const negotiator = new Negotiator({ headers: { ...request, accept } });
  const best = negotiator.mediaType(Object.values(metricsContentTypes));
  return {
    format: best === metricsContentTypes.openmetrics ? 'openmetrics' : 'prometheus',
    encoding: negotiator.encoding(['gzip', 'identity']) === 'gzip' ? 'gzip' : 'identity',
  };
}
