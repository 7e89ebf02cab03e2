import { SingleBar } from 'cli-progress';

/** Shows the number of rows read on a terminal; shows nothing in a pipe. */
export interface Progress {
  /** Begins a step; `rows` when their number is known. */
  step(label: string, rows?: number): void;
  advance(rows: number): void;
  stop(): void;
}

export function createProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  if (!stream.isTTY) return { step() {}, advance() {}, stop() {} };
  let bar: SingleBar | undefined;
  let read = 0;
  return {
    step(label, rows) {
      bar?.stop();
      read = 0;
      const format =
        rows === undefined ? `${label}  {value} rows` : `${label}  {bar}  {value} of {total} rows`;
      bar = new SingleBar({ stream, format, clearOnComplete: true, hideCursor: true });
      bar.start(rows ?? 0, 0);
    },
    advance(rows) {
      read += rows;
      bar?.update(read);
    },
    stop() {
      bar?.stop();
      bar = undefined;
    },
  };
}
