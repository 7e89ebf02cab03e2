/** The code of a value that is missing, and of one that is in no category. */
export const missingCode = -2;
export const unseenCode = -1;

/** The category of a value as it is written; null if the value is null, undefined or NaN. */
export function toCategory(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number' && Number.isNaN(value)) return null;
  return String(value);
}

/**
 * Finds the category of a value among those of a reference, however the value is written: `True` is
 * `true`, `1.0` is `1`, and where all categories are booleans, `true` is `1`. A category that is
 * written like the value comes first.
 *
 * @param categories Different names.
 * @returns The position of the category, `unseenCode` or `missingCode`. O(1).
 */
export function createCategoryCodes(categories: readonly string[]): (value: unknown) => number {
  const codes = codesOfSpellings(categories);
  return (value) => {
    const name = toCategory(value);
    if (name === null) return missingCode;
    return codes.get(name) ?? codes.get(usualSpelling(name)) ?? unseenCode;
  };
}

/** The position of each category by its name, its usual spelling and, for booleans, as a number. */
export function codesOfSpellings(categories: readonly string[]): Map<string, number> {
  const codes = new Map(categories.map((name, code) => [name, code]));
  const add = (name: string, code: number): void => {
    if (!codes.has(name)) codes.set(name, code);
  };
  for (const [code, name] of categories.entries()) add(usualSpelling(name), code);
  if (!categories.every(isBoolean)) return codes;
  for (const [code, name] of categories.entries()) add(otherBoolean[usualSpelling(name)]!, code);
  return codes;
}

/**
 * The categories of a column, null where a value is missing. Of a column of booleans, values that
 * are written in several ways are `true` and `false`. O(rows).
 */
export function categoriesOf(column: ArrayLike<unknown>): (string | null)[] {
  const categories = Array.from(column, toCategory);
  const names = oneSpelling(new Set(categories.filter((name) => name !== null)));
  if (names === undefined) return categories;
  return categories.map((name) => (name === null ? null : names(name)));
}

/** The name of each of some categories when all are booleans; undefined when they are not. */
export function oneSpelling(categories: Iterable<string>): ((name: string) => string) | undefined {
  const names = [...categories];
  if (!names.every(isBoolean)) return undefined;
  const hasWord = names.some((name) => usualSpelling(name).length > 1);
  return (name) => {
    const usual = usualSpelling(name);
    return hasWord && usual.length === 1 ? otherBoolean[usual]! : usual;
  };
}

/** `True` as `true`, and `1.0` as `1`; other names as they are. */
function usualSpelling(name: string): string {
  if (/^(true|false)$/i.test(name)) return name.toLowerCase();
  return /^-?\d+\.\d*0$/.test(name) ? name.replace(/\.?0+$/, '') : name;
}

const otherBoolean: Readonly<Record<string, string>> = {
  true: '1',
  false: '0',
  '1': 'true',
  '0': 'false',
};

function isBoolean(name: string): boolean {
  return Object.hasOwn(otherBoolean, usualSpelling(name));
}
