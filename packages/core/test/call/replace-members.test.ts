import { describe, expect, it } from 'vitest';
import { replaceMembers } from '../../src/call/replace-members.js';

class Counter {
  #count = 0;
  step = 1;
  add(): number {
    this.#count += this.step;
    return this.#count;
  }
  twice(): number {
    this.add();
    return this.add();
  }
}

describe('an object with replaced members', () => {
  it('keeps its other members, private fields and class', () => {
    const counter = new Counter();
    const replaced = replaceMembers(counter, { add: () => -1 });
    expect(replaced.add()).toBe(-1);
    // What its own methods call among themselves is not replaced.
    expect(replaced.twice()).toBe(2);
    expect(replaced).toBeInstanceOf(Counter);
    expect(replaced.constructor).toBe(Counter);
    expect(replaced.twice).toBe(replaced.twice);
    expect(Object.keys(replaced)).toEqual(['step']);
    expect('step' in replaced).toBe(true);
  });

  it('passes assignments on to the object', () => {
    const counter = new Counter();
    replaceMembers(counter, {}).step = 5;
    expect(counter.add()).toBe(5);
  });

  it('may be frozen', () => {
    const frozen = Object.freeze({ predict: (): number => 1, name: 'rules' });
    const replaced = replaceMembers(frozen, { predict: () => 2 });
    expect([replaced.predict(), replaced.name]).toEqual([2, 'rules']);
  });
});
