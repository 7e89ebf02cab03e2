import { z } from 'zod';

/** A whole number and a unit, s, m, h or d: `15s`, `90m`, `24h`, `7d`. */
export type Duration = string;

const durationUnits = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A length of time, parsed to milliseconds; encoded in the largest unit that is exact. */
export const duration = z.codec(
  z
    .string()
    .regex(
      /^[1-9]\d{0,5}[smhd]$/,
      'must be a whole number and a unit: s, m, h or d, such as "24h"',
    ),
  z.number(),
  {
    decode(text) {
      const unit = text.at(-1) as keyof typeof durationUnits;
      return Number(text.slice(0, -1)) * durationUnits[unit];
    },
    encode: durationText,
  },
);

/** `24h` for 86 400 000 milliseconds: the largest unit that is exact. */
export function durationText(lengthMs: number): string {
  const units = Object.entries(durationUnits).reverse();
  const [unit, unitMs] = units.find(([, candidate]) => lengthMs % candidate === 0) ?? ['s', 1000];
  return `${lengthMs / unitMs}${unit}`;
}
