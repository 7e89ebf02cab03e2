import { open } from 'node:fs/promises';

const arrowStart = /^(ARROW1|\u00ff\u00ff\u00ff\u00ff)/;
const parquetMagic = 'PAR1';

/** @throws Error when a binary file does not begin, or end, as its format does. */
export async function requireMagic(path: string, format: 'parquet' | 'arrow'): Promise<void> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const bytesAt = async (position: number, length: number): Promise<string> => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
      return buffer.toString('latin1', 0, bytesRead);
    };
    const start = await bytesAt(0, 6);
    const isRight =
      format === 'arrow'
        ? arrowStart.test(start)
        : start.startsWith(parquetMagic) &&
          (await bytesAt(Math.max(0, size - 4), 4)) === parquetMagic;
    if (isRight) return;
  } finally {
    await file.close();
  }
  throw new Error(
    format === 'arrow'
      ? 'it is not an Arrow file or stream, or Feather before version 2'
      : 'it is not a Parquet file, or its end is missing',
  );
}
