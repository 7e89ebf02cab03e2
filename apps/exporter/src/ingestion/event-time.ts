import { z } from 'zod';

/** A time as rows have it: ISO 8601 with its offset, or Unix seconds. */
export const eventTime = z.union([z.iso.datetime({ offset: true }), z.number()]);

/** The time in milliseconds since the Unix epoch. */
export function eventTimeMs(time: z.output<typeof eventTime>): number {
  return typeof time === 'number' ? time * 1000 : Date.parse(time);
}
