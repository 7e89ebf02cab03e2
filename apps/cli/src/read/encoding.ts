import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { Decompress } from 'fzstd';
import { CliError } from '../errors.js';

/** The bytes of a text file in UTF-8, and the encoding that they were converted from. */
export interface DecodedFile {
  readonly encoding: string;
  readonly chunks: AsyncIterable<Buffer>;
}

const byteOrderMarks: readonly (readonly [encoding: string, bytes: readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/**
 * Opens a text file, decompresses it by its ending and converts it to UTF-8.
 *
 * @param given The encoding; detected by the byte order mark when undefined.
 * @throws CliError OPTION_INVALID for an encoding that is not known.
 */
export async function openText(path: string, given?: string): Promise<DecodedFile> {
  const chunks = decompressed(path)[Symbol.asyncIterator]();
  const first = await chunks.next();
  const start = first.done === true ? Buffer.alloc(0) : first.value;
  const mark = byteOrderMarks.find(([, bytes]) => bytes.every((byte, at) => start[at] === byte));
  const encoding = given ?? mark?.[0] ?? encodingWithoutMark(start);
  const skipped = mark === undefined ? 0 : mark[1].length;
  const decode = decoderOf(encoding);
  return {
    encoding,
    chunks: (async function* () {
      if (start.length > skipped) yield decode(start.subarray(skipped));
      for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
        yield decode(next.value);
      }
    })(),
  };
}

/** The 1-based line of the first byte that is not UTF-8, and that byte; undefined when all are. */
export function firstInvalidByte(text: Buffer): { line: number; byte: number } | undefined {
  if (isUtf8(text)) return undefined;
  let line = 1;
  for (let from = 0; from < text.length; line += 1) {
    const at = text.indexOf(0x0a, from);
    const end = at < 0 ? text.length : at + 1;
    const bytes = text.subarray(from, end);
    if (!isUtf8(bytes)) {
      const valid = Buffer.from(bytes.toString('utf8').split('\uFFFD')[0]!).length;
      return { line, byte: bytes[valid]! };
    }
    from = end;
  }
  return undefined;
}

async function* decompressed(path: string): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: 1024 * 1024 });
  if (/\.gz$/i.test(path)) {
    const unzip = createGunzip({ chunkSize: 256 * 1024 });
    file.on('error', (error) => unzip.destroy(error));
    yield* file.pipe(unzip);
    return;
  }
  if (!/\.zst$/i.test(path)) {
    yield* file;
    return;
  }
  let waiting: Buffer[] = [];
  const unpack = new Decompress((chunk) => waiting.push(Buffer.from(chunk)));
  for await (const chunk of file) {
    unpack.push(chunk as Buffer);
    yield* waiting;
    waiting = [];
  }
  unpack.push(new Uint8Array(0), true);
  yield* waiting;
}

/** Every second byte of UTF-16 text in Latin letters is zero. */
function encodingWithoutMark(start: Buffer): string {
  const sample = start.subarray(0, 1000);
  const zeros = [0, 0];
  for (const [at, byte] of sample.entries()) if (byte === 0) zeros[at % 2]! += 1;
  const half = sample.length / 2;
  if (zeros[1]! > 0.5 * half && zeros[0]! < 0.1 * half) return 'utf-16le';
  if (zeros[0]! > 0.5 * half && zeros[1]! < 0.1 * half) return 'utf-16be';
  return 'utf-8';
}

function decoderOf(encoding: string): (bytes: Buffer) => Buffer {
  const decoder = decoderFor(encoding);
  if (decoder.encoding === 'utf-8') return (bytes) => bytes;
  return (bytes) => Buffer.from(decoder.decode(bytes, { stream: true }));
}

function decoderFor(encoding: string) {
  try {
    return new TextDecoder(encoding);
  } catch (error) {
    throw new CliError(
      'OPTION_INVALID',
      `--encoding ${encoding} is not known. Write one such as utf-8, utf-16le, latin1 or windows-1252.`,
      error,
    );
  }
}
