const shownCharacters = 60;
const listedNames = 20;

/** A value of a request as text for a message, shortened. O(1). */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'string' ? JSON.stringify(shortened(value)) : String(value);
}

/** A text without its end where it is long. */
export function shortened(text: string, maximum: number = shownCharacters): string {
  return text.length <= maximum ? text : `${text.slice(0, maximum)}…`;
}

/** Names in their order, the first twenty and the number of the others. */
export function listed(names: readonly string[]): string {
  const first = names.slice(0, listedNames).join(', ');
  return names.length <= listedNames ? first : `${first} and ${names.length - listedNames} more`;
}
