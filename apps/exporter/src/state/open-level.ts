import { mkdir, rename } from 'node:fs/promises';
import { ClassicLevel } from 'classic-level';
import { messageOf } from '../errors.js';
import type { Level } from './read-model.js';

/**
 * Opens the store in a folder. A damaged one is moved aside, with the time in its name, and an empty one
 * begins in its place.
 *
 * @param onMoved Receives the new name of a damaged store, and what is wrong with it.
 * @throws Error of the store or the file system.
 */
export async function openLevel(
  path: string,
  onMoved: (name: string, problem: string) => void,
): Promise<Level> {
  try {
    return await open(path);
  } catch (error) {
    if (!isDamage(error)) throw error;
    await moveAside(path, (name) => onMoved(name, messageOf(error)));
    return open(path);
  }
}

/** Renames the folder of a store that is not in use, if there is one. */
export async function moveAside(path: string, onMoved: (name: string) => void): Promise<void> {
  const name = `${path}.damaged-${new Date().toISOString().replaceAll(':', '-')}`;
  try {
    await rename(path, name);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw error;
  }
  onMoved(name);
}

async function open(path: string): Promise<Level> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const level: Level = new ClassicLevel(path, { valueEncoding: 'buffer' });
  try {
    await level.open();
  } catch (error) {
    // The error of the store names the reason; the outer one says only that it is not open.
    throw error instanceof Error ? (error.cause ?? error) : error;
  }
  return level;
}

function isDamage(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'LEVEL_CORRUPTION';
}
