import { CoreError } from './errors.js';

/**
 * Saved state is plain data that `structuredClone` keeps: numbers, strings, typed arrays, arrays, maps
 * and objects of them. It may share memory with the structure that saved it, so read it at once.
 */

/** How saved state is put back. */
export interface Restoring {
  /** Milliseconds that are added to every time, after a jump of the clock; 0 otherwise. */
  readonly shiftMs: number;
  /** Restores one part. A part that does not fit is reported and left out; the others follow. */
  part(name: string, restore: () => void): void;
}

/** A part of a snapshot that was not restored, and why. */
export interface StateProblem {
  readonly part: string;
  readonly message: string;
}

/** Restores parts and collects those that do not fit. */
export function createRestoring(
  shiftMs: number,
): Restoring & { readonly problems: readonly StateProblem[] } {
  const problems: StateProblem[] = [];
  return {
    shiftMs,
    problems,
    part(name, restore) {
      try {
        restore();
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        problems.push({ part: name, message });
      }
    },
  };
}

/**
 * Requires that saved state has the shape that the settings give.
 *
 * @throws CoreError STATE_MISMATCH with both.
 */
export function requireSame(what: string, saved: unknown, current: unknown): void {
  const [before, now] = [JSON.stringify(saved), JSON.stringify(current)];
  if (before === now) return;
  throw new CoreError(
    'STATE_MISMATCH',
    `${what} was ${shorten(before)} when the state was saved and is ${shorten(now)} now, so this part starts empty. To continue it, restore the earlier settings.`,
  );
}

function shorten(text = 'missing'): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
