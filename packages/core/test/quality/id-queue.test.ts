import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createIdQueue } from '../../src/quality/id-queue.js';
import { seededRandom } from '../support.js';

describe('createIdQueue', () => {
  it('behaves like a Map whose first key is removed', () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.integer({ min: 0, max: 400 }) },
      { weight: 3, arbitrary: fc.constant(undefined) },
    );
    fc.assert(
      fc.property(fc.array(step, { minLength: 200, maxLength: 3000 }), (steps) => {
        const queue = createIdQueue<string>({ numbers: 1, values: 1 });
        const map = new Map<string, number>();
        for (const [index, number] of steps.entries()) {
          if (number === undefined) {
            queue.removeOldest();
            for (const [first] of map) {
              map.delete(first);
              break;
            }
            continue;
          }
          const id = `id-${number}`;
          const position = queue.add(id);
          expect(position === -1).toBe(map.has(id));
          if (position < 0) continue;
          queue.setNumber(position, 0, index);
          queue.setValue(position, 0, id);
          map.set(id, index);
        }
        expect(queue.size).toBe(map.size);
        for (let number = 0; number <= 400; number += 1) {
          const position = queue.find(`id-${number}`);
          const expected = map.get(`id-${number}`);
          expect(position < 0 ? undefined : queue.number(position, 0)).toBe(expected);
          if (position >= 0) expect(queue.value(position, 0)).toBe(`id-${number}`);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('keeps its newest ids over many times its size', () => {
    const queue = createIdQueue<string>({ numbers: 2, values: 1 });
    const random = seededRandom(1);
    const kept: string[] = [];
    for (let row = 0; row < 20_000; row += 1) {
      const id = `${Math.floor(random() * 1e12).toString(36)}-${row}`;
      queue.setNumber(queue.add(id), 1, row);
      kept.push(id);
      if (queue.size > 9000) queue.removeOldest();
    }
    expect(queue.size).toBe(9000);
    for (const [row, id] of kept.entries()) {
      const position = queue.find(id);
      if (row < 11_000) expect(position).toBe(-1);
      else expect(queue.number(position, 1)).toBe(row);
    }
    expect(queue.number(queue.oldest, 1)).toBe(11_000);
  });

  it('takes every text as an id, the empty one too', () => {
    const queue = createIdQueue<string>({ numbers: 1, values: 1 });
    const ids = ['', ' ', '\u0000', 'é', 'e\u0301', '\ud800', 'a'.repeat(10_000)];
    const positions = ids.map((id) => queue.add(id));
    expect(ids.map((id) => queue.find(id))).toEqual(positions);
    expect(new Set(positions).size).toBe(ids.length);
  });

  it('is empty after its last id has left', () => {
    const queue = createIdQueue<string>({ numbers: 1, values: 1 });
    expect(queue.oldest).toBe(-1);
    queue.removeOldest();
    queue.add('a');
    queue.removeOldest();
    queue.removeOldest();
    expect([queue.size, queue.oldest, queue.find('a')]).toEqual([0, -1, -1]);
    expect(queue.add('a')).toBe(1);
  });
});
