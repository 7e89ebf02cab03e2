import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createIdRing } from '../../src/quality/id-ring.js';
import { seededRandom } from '../support.js';

describe('createIdRing', () => {
  it('behaves like a Map whose first key is removed', () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.integer({ min: 0, max: 400 }) },
      { weight: 3, arbitrary: fc.constant(undefined) },
    );
    fc.assert(
      fc.property(fc.array(step, { minLength: 200, maxLength: 3000 }), (steps) => {
        const ring = createIdRing(1);
        const map = new Map<string, number>();
        for (const [index, number] of steps.entries()) {
          if (number === undefined) {
            ring.removeOldest();
            for (const [first] of map) {
              map.delete(first);
              break;
            }
            continue;
          }
          const id = `id-${number}`;
          const position = ring.add(id);
          expect(position === -1).toBe(map.has(id));
          if (position < 0) continue;
          ring.set(position, 0, index);
          map.set(id, index);
        }
        expect(ring.size).toBe(map.size);
        for (let number = 0; number <= 400; number += 1) {
          const position = ring.find(`id-${number}`);
          const expected = map.get(`id-${number}`);
          expect(position < 0 ? undefined : ring.get(position, 0)).toBe(expected);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('keeps its newest ids over many times its size', () => {
    const ring = createIdRing(2);
    const random = seededRandom(1);
    const kept: string[] = [];
    for (let row = 0; row < 60_000; row += 1) {
      const id = `${Math.floor(random() * 1e12).toString(36)}-${row}`;
      ring.set(ring.add(id), 1, row);
      kept.push(id);
      if (ring.size > 9000) ring.removeOldest();
    }
    expect(ring.size).toBe(9000);
    for (const [row, id] of kept.entries()) {
      const position = ring.find(id);
      if (row < 51_000) expect(position).toBe(-1);
      else expect(ring.get(position, 1)).toBe(row);
    }
    expect(ring.get(ring.oldest, 1)).toBe(51_000);
  });

  it('takes every text as an id, the empty one too', () => {
    const ring = createIdRing(1);
    const ids = ['', ' ', '\u0000', 'é', 'e\u0301', '\ud800', 'a'.repeat(10_000)];
    const positions = ids.map((id) => ring.add(id));
    expect(ids.map((id) => ring.find(id))).toEqual(positions);
    expect(new Set(positions).size).toBe(ids.length);
  });

  it('is empty after its last id has left', () => {
    const ring = createIdRing(1);
    expect(ring.oldest).toBe(-1);
    ring.removeOldest();
    ring.add('a');
    ring.removeOldest();
    ring.removeOldest();
    expect([ring.size, ring.oldest, ring.find('a')]).toEqual([0, -1, -1]);
    expect(ring.add('a')).toBe(1);
  });
});
