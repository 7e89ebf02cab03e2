import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

/** The engine that reads files, and a folder of its own for what does not fit in its memory. */
export interface Database {
  readonly connection: DuckDBConnection;
  readonly folder: string;
  close(): Promise<void>;
}

/** Two threads and little memory: a comparison runs beside other work and is bound by reading. */
const settings = { threads: '2', memory_limit: '128MB' } as const;

export async function openDatabase(): Promise<Database> {
  const folder = await mkdtemp(join(tmpdir(), 'modelmeter-'));
  const instance = await DuckDBInstance.create(':memory:', {
    ...settings,
    temp_directory: join(folder, 'spill'),
  });
  const connection = await instance.connect();
  return {
    connection,
    folder,
    async close() {
      connection.closeSync();
      instance.closeSync();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
