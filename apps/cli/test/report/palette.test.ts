import { describe, expect, it } from 'vitest';
import { paint, themes, withVariables } from '../../src/report/palette.js';

/** Contrast ratio of two colours by WCAG 2.2. */
function contrast(one: string, other: string): number {
  const [lighter, darker] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (lighter! + 0.05) / (darker! + 0.05);
}

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((start) => {
    const channel = Number.parseInt(colour.slice(start, start + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

describe.each(Object.entries(themes))('the %s theme', (_, theme) => {
  it.each([
    ['text', 'ground'],
    ['muted', 'ground'],
    ['link', 'ground'],
    ['chart-text', 'ground'],
    ['ok-text', 'ok-ground'],
    ['investigate-text', 'investigate-ground'],
    ['drift-text', 'drift-ground'],
    ['insufficient-text', 'insufficient-ground'],
  ] as const)('has %s that can be read on %s', (text, ground) => {
    expect(contrast(theme[text], theme[ground])).toBeGreaterThanOrEqual(4.5);
  });

  it.each([
    'chart-reference',
    'chart-current',
    'chart-band',
    'chart-interval',
    'chart-ok',
    'chart-investigate',
    'chart-drift',
    'chart-insufficient',
  ] as const)('has %s that can be seen', (colour) => {
    expect(contrast(theme[colour], theme.ground)).toBeGreaterThanOrEqual(3);
  });
});

it('puts variables in the place of colours, in attributes only', () => {
  const svg = `<path fill="${paint('current')}"/><text stroke="${paint('grid')}">fill=&quot;${paint('ok')}&quot;</text>`;
  expect(withVariables(svg)).toBe(
    `<path fill="var(--chart-current)"/><text stroke="var(--chart-grid)">fill=&quot;${paint('ok')}&quot;</text>`,
  );
});
