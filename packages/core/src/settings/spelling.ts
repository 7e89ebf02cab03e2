/**
 * The one mapping between the two spellings of a setting: camelCase in TypeScript
 * (`driftDetection.psiThreshold`), snake_case in files (`drift_detection.psi_threshold`).
 */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The reverse of `snakeCase`. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** A parsed file with every key in camelCase; values and the order of keys stay. O(values). */
export function camelCaseKeys(value: unknown): unknown {
  return withKeys(value, camelCase);
}

/** Settings as they are written in a file, every key in snake_case. O(values). */
export function snakeCaseKeys(value: unknown): unknown {
  return withKeys(value, snakeCase);
}

function withKeys(value: unknown, rename: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => withKeys(item, rename));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [rename(key), withKeys(item, rename)]),
  );
}
