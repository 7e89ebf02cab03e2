/** A day in a sentence: `Tue 9 April`. */
export function day(timeMs: number, timezone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'long',
    timeZone: timezone,
  }).formatToParts(timeMs);
  const part = (type: Intl.DateTimeFormatPartTypes): string =>
    parts.find((one) => one.type === type)!.value;
  return `${part('weekday')} ${part('day')} ${part('month')}`;
}
