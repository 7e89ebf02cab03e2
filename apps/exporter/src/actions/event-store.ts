import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Events that wait for their delivery and outlive the process. */
export interface EventStore {
  /** Keeps an event; it is on disk when the promise resolves. */
  put(id: string, text: string): Promise<void>;
  /** The ids of the kept events in their order, which is that of time. */
  ids(): Promise<string[]>;
  /** The text of an event; undefined if it is not kept. */
  read(id: string): Promise<string | undefined>;
  remove(id: string): Promise<void>;
}

const ending = '.json';

/**
 * A folder with one file per event. A file gets its name when it is complete, so that a crash leaves
 * an event whole or not at all.
 *
 * @throws Error of the file system when the folder cannot be created.
 */
export async function openEventStore(folder: string): Promise<EventStore> {
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) {
    if (name.endsWith('.part')) await rm(join(folder, name));
  }
  const fileOf = (id: string): string => join(folder, `${id}${ending}`);

  return {
    async put(id, text) {
      const part = join(folder, `${id}.part`);
      const file = await open(part, 'w', 0o600);
      try {
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(part, fileOf(id));
    },
    async ids() {
      const names = await readdir(folder);
      return names
        .filter((name) => name.endsWith(ending))
        .map((name) => name.slice(0, -ending.length))
        .sort();
    },
    async read(id) {
      try {
        return await readFile(fileOf(id), 'utf8');
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
        throw error;
      }
    },
    remove: (id) => rm(fileOf(id), { force: true }),
  };
}
