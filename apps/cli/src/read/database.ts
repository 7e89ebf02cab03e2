import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

/** The engine that reads files, and a folder of its own for what does not fit in its memory. */
export interface Database {
  readonly connection: DuckDBConnection;
  readonly folder: string;
  /** A number that no file of the folder has yet. */
  nextId(): number;
  close(): Promise<void>;
}

const mebibyte = 1024 * 1024;

/**
 * @param memory Largest memory of the engine, such as `512MB`; a quarter of the free memory of the
 * machine, at least 256 MB and at most 2 GB, when undefined. What does not fit goes to files.
 */
export async function openDatabase(memory: string = defaultMemory()): Promise<Database> {
  const folder = await mkdtemp(join(tmpdir(), 'modelmeter-'));
  const instance = await DuckDBInstance.create(':memory:', {
    // A comparison runs next to other work and is bound by reading.
    threads: '2',
    memory_limit: memory,
    temp_directory: join(folder, 'spill'),
  });
  const connection = await instance.connect();
  let id = 0;
  return {
    connection,
    folder,
    nextId() {
      id += 1;
      return id;
    },
    async close() {
      connection.closeSync();
      instance.closeSync();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function defaultMemory(): string {
  const quarter = Math.round(process.availableMemory() / mebibyte / 4);
  return `${Math.min(2048, Math.max(256, quarter))}MiB`;
}
