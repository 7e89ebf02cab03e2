import { describe, expect, it } from 'vitest';
import { createGates } from '../../src/inference/gate.js';

const limits = { inferencesWaiting: 2, inferenceTimeout: 60_000 };

/** A call that hangs until `end`. */
function hungCall() {
  let end!: () => void;
  let started = false;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const call = (): Promise<void> => {
    started = true;
    return ended;
  };
  return { call, end, isStarted: () => started };
}

describe('the gate of a model', () => {
  it('leaves a thread for HTTP and one for other models while calls hang', async () => {
    const open = createGates(limits, 4);
    const [first, second] = [open('a'), open('b')];
    const calls = Array.from({ length: 4 }, hungCall);
    const [one, two, three, other] = calls;
    const running = [
      ...[one!, two!, three!].map(({ call }) => first.run(call)),
      second.run(other!.call),
    ];
    expect(calls.map(({ isStarted }) => isStarted())).toEqual([true, true, false, true]);
    one!.end();
    await running[0];
    expect(three!.isStarted()).toBe(true);
    for (const { end } of calls) end();
    await Promise.all(running);
  });

  it('gives free threads to the models in turn', async () => {
    const open = createGates(limits, 2);
    const gates = [open('a'), open('b')];
    const hung = hungCall();
    const order: string[] = [];
    const running = [gates[0]!.run(hung.call)];
    for (const [gate, name] of [
      [gates[0], 'a1'],
      [gates[0], 'a2'],
      [gates[1], 'b1'],
    ] as const) {
      running.push(gate!.run(async () => void order.push(name)));
    }
    hung.end();
    await Promise.all(running);
    expect(order).toEqual(['a1', 'b1', 'a2']);
  });

  it('refuses calls once as many wait as the limit allows', async () => {
    const gate = createGates(limits, 1)('a');
    const hung = hungCall();
    const running = [1, 2, 3].map(() => gate.run(hung.call));
    expect(() => gate.requireRoom()).toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
    hung.end();
    await Promise.all(running);
    expect(() => gate.requireRoom()).not.toThrow();
  });

  it('does not run a call that has waited too long, and frees its place', async () => {
    const gate = createGates({ ...limits, inferenceTimeout: 1 }, 1)('a');
    const hung = hungCall();
    const late = hungCall();
    const running = gate.run(hung.call);
    await expect(gate.run(late.call)).rejects.toMatchObject({ name: 'TimeoutError' });
    hung.end();
    await running;
    expect(late.isStarted()).toBe(false);
    await gate.run(async () => {});
  });

  it('frees the thread of a call that fails', async () => {
    const gate = createGates(limits, 1)('a');
    await expect(gate.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(gate.run(async () => 'next')).resolves.toBe('next');
  });
});
