import { fstatSync } from 'node:fs';
import { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { pino } from 'pino';

/** Where log lines go. Writing never waits: lines that the reader does not take are dropped. */
export interface LogDestination {
  write(line: string): void;
  /** Calls back for every dropped line, also for those that were dropped before. */
  onDrop(dropped: (lines: number) => void): void;
  /** Resolves when every line is written, or after the time. */
  flush(timeoutMs: number): Promise<void>;
}

/** What takes the lines and knows how many bytes wait. */
export interface LineSink {
  write(line: string): void;
  readonly waitingBytes: number;
}

/** Bytes of lines that may wait. */
const maximumWaitingBytes = 1024 * 1024;

/** When a write that failed is tried again. */
const retryMs = 1000;

/** How often a flush looks whether all lines are written. */
const flushStepMs = 10;

/** The destination of a file descriptor: a pipe, a terminal or a file. */
export function openLogDestination(descriptor: number): LogDestination {
  return boundLines(openSink(descriptor));
}

/** A destination that drops lines while a sink has too many of them. */
export function boundLines(
  sink: LineSink,
  maximumBytes: number = maximumWaitingBytes,
): LogDestination {
  let droppedEarly = 0;
  let report = (lines: number): void => {
    droppedEarly += lines;
  };
  return {
    write(line) {
      if (sink.waitingBytes + line.length > maximumBytes) report(1);
      else sink.write(line);
    },
    onDrop(dropped) {
      report = dropped;
      dropped(droppedEarly);
    },
    async flush(timeoutMs) {
      for (let waited = 0; sink.waitingBytes > 0 && waited < timeoutMs; waited += flushStepMs) {
        await wait(flushStepMs);
      }
    },
  };
}

/**
 * A pipe is written by the event loop and needs no thread: a reader that stalls would keep one for
 * good. A file is written by a thread, and again a second after an error, such as a full disk.
 */
function openSink(descriptor: number): LineSink {
  const kind = fstatSync(descriptor);
  if (kind.isFIFO() || kind.isSocket()) {
    const socket = new Socket({ fd: descriptor, readable: false, writable: true });
    // A reader that is gone takes no line; there is nowhere to say so.
    socket.on('error', () => {});
    socket.unref();
    return {
      write: (line) => void socket.write(line),
      get waitingBytes() {
        return socket.destroyed ? Number.POSITIVE_INFINITY : socket.writableLength;
      },
    };
  }
  const file = pino.destination({ fd: descriptor, sync: false });
  file.on('error', () => {
    setTimeout(() => file.flush(() => {}), retryMs).unref();
  });
  let waitingBytes = 0;
  file.on('write', (bytes) => {
    waitingBytes -= bytes;
  });
  return {
    write(line) {
      waitingBytes += Buffer.byteLength(line);
      file.write(line);
    },
    get waitingBytes() {
      return waitingBytes;
    },
  };
}
