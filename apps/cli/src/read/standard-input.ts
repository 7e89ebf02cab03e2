import { createWriteStream } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { constants, gunzipSync } from 'node:zlib';
import { CliError } from '../errors.js';

/** Magic bytes of formats that begin with some. */
const arrowFile = 'ARROW1';
const parquetFile = 'PAR1';
const gzip = '\u001f\u008b';

/** Writes standard input to a file whose ending is that of its format. */
export async function spoolStandardInput(folder: string): Promise<string> {
  const path = join(folder, 'standard-input');
  await pipeline(process.stdin, createWriteStream(path));
  const file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0);
  await file.close();
  if (bytesRead === 0) {
    throw new CliError(
      'DATA_EMPTY',
      'Standard input is empty. Pipe a CSV, JSON, Parquet or Arrow file into the command.',
    );
  }
  const named = `${path}.${endingOf(buffer.subarray(0, bytesRead))}`;
  await rename(path, named);
  return named;
}

function endingOf(bytes: Buffer): string {
  const start = bytes.toString('latin1');
  if (start.startsWith(parquetFile)) return 'parquet';
  if (start.startsWith(arrowFile)) return 'arrow';
  // An Arrow stream begins with the continuation marker of its first message.
  if (start.startsWith('\u00ff\u00ff\u00ff\u00ff')) return 'arrows';
  if (start.startsWith(gzip)) {
    // The rest of the file is not there, so the end is not checked.
    const text = gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }).toString('latin1');
    return `${textEnding(text)}.gz`;
  }
  return textEnding(start);
}

function textEnding(start: string): string {
  return /^\s*[{[]/.test(start.replace(/^\u00ef\u00bb\u00bf/, '')) ? 'json' : 'csv';
}
