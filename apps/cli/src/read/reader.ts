import { createKernel, type Kernel } from '@modelmeter/kernel';
import type { Progress } from '../progress.js';
import type { Database } from './database.js';

/** What reads and counts: one for all data sets of a command. */
export interface Reader {
  readonly database: Database;
  readonly kernel: Kernel;
  readonly progress: Progress;
}

export function createReader(database: Database, progress: Progress): Reader {
  return { database, progress, kernel: createKernel() };
}
