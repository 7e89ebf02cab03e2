import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import type { LimitsConfig } from '@modelmeter/config-file';
import { ExporterError } from '../errors.js';

/** The body of a request, which is read when a route asks for it. */
export interface Body {
  readonly limits: LimitsConfig;
  /** A header by its name in lower case. */
  header(name: string): string | undefined;
  /**
   * Receives the body, decompressed. At most once.
   *
   * @throws ExporterError BODY_TOO_LARGE, BODY_MALFORMED, MEDIA_TYPE_UNSUPPORTED or OVERLOADED.
   */
  bytes(maximum: number): Promise<Buffer>;
  /** Gives the memory of the body back. */
  release(): void;
}

const decompress = { gzip: promisify(gunzip), deflate: promisify(inflate) };

/** The bodies of a server, which share `limits.heldBytes` of memory. */
export function createBodies(limits: LimitsConfig): (request: IncomingMessage) => Body {
  let heldBytes = 0;

  return (request) => {
    let ownBytes = 0;

    function hold(bytes: number): void {
      if (heldBytes + bytes > limits.heldBytes) throw overloaded();
      heldBytes += bytes;
      ownBytes += bytes;
    }

    async function receive(maximum: number): Promise<Buffer> {
      if (Number(request.headers['content-length'] ?? 0) > maximum) throw tooLarge(maximum);
      const chunks: Buffer[] = [];
      let received = 0;
      try {
        for await (const chunk of request) {
          received += chunk.length;
          if (received > maximum) throw tooLarge(maximum);
          hold(chunk.length);
          chunks.push(chunk);
        }
      } catch (error) {
        if (error instanceof ExporterError) throw error;
        throw malformed('The body ended early. Send it again.', error);
      }
      return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
    }

    async function bytes(maximum: number): Promise<Buffer> {
      const encoding = request.headers['content-encoding']?.toLowerCase() ?? 'identity';
      const received = await receive(maximum);
      if (encoding === 'identity') return received;
      if (encoding !== 'gzip' && encoding !== 'deflate') {
        throw new ExporterError(
          'MEDIA_TYPE_UNSUPPORTED',
          'The header Content-Encoding must be gzip, deflate or identity.',
        );
      }
      try {
        const plain = await decompress[encoding](received, { maxOutputLength: maximum });
        hold(plain.length);
        return plain;
      } catch (error) {
        if (error instanceof ExporterError) throw error;
        if ((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maximum);
        throw malformed(`The body is not valid ${encoding}. Send it again.`, error);
      }
    }

    return {
      limits,
      header: (name) => {
        const value = request.headers[name];
        return Array.isArray(value) ? value[0] : value;
      },
      bytes,
      release() {
        heldBytes -= ownBytes;
        ownBytes = 0;
      },
    };
  };
}

/** The error of a body, or of one of its parts, that is longer than a limit. */
export function tooLarge(maximum: number, what = 'The body'): ExporterError {
  return new ExporterError(
    'BODY_TOO_LARGE',
    `${what} is larger than ${maximum} bytes. Send it in parts, or raise monitoring.limits.`,
  );
}

export function malformed(message: string, cause?: unknown): ExporterError {
  return new ExporterError('BODY_MALFORMED', message, { cause });
}

function overloaded(): ExporterError {
  return new ExporterError(
    'OVERLOADED',
    'The bodies of requests in progress fill the memory that monitoring.limits.held_bytes allows. Send the request again later.',
  );
}
