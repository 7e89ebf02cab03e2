import { describe, expect, it } from 'vitest';
import { checkSession } from '../src/index.js';
import { openSession } from './sessions.js';

const distance = { name: 'distance', type: 'numeric' } as const;
const delay = { name: 'delay', type: 'numeric' } as const;
const carrier = { name: 'carrier', type: 'categorical' } as const;

describe('a session and the declared features', () => {
  it('fit when every feature is an input of its name', async () => {
    expect(checkSession(await openSession('columns'), [distance, delay, carrier])).toEqual([]);
  });

  it('fit when one matrix has a column for each feature', async () => {
    expect(checkSession(await openSession('matrix'), [distance, delay])).toEqual([]);
  });

  it('do not fit when a feature is not an input, and the inputs are named', async () => {
    const problems = checkSession(await openSession('columns'), [
      distance,
      { name: 'dealy', type: 'numeric' },
    ]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('"dealy"');
    expect(problems[0]).toContain('distance, delay, carrier');
  });

  it('do not fit when a matrix has another number of columns', async () => {
    const problems = checkSession(await openSession('matrix'), [distance]);
    expect(problems).toEqual([expect.stringContaining('takes 2 columns and 1 features')]);
  });

  it('do not fit when a text input is declared numeric', async () => {
    const problems = checkSession(await openSession('columns'), [
      distance,
      delay,
      { name: 'carrier', type: 'numeric' },
    ]);
    expect(problems).toEqual([expect.stringContaining('Declare it categorical')]);
  });

  it('do not fit when a column of a number matrix is declared categorical', async () => {
    const problems = checkSession(await openSession('matrix'), [distance, carrier]);
    expect(problems).toEqual([expect.stringContaining('"carrier" is categorical')]);
  });

  it('do not fit when the probabilities are not a tensor, and the export option is named', async () => {
    const problems = checkSession(await openSession('zipmap'), [distance], {
      output: 'output_probability',
    });
    expect(problems).toEqual([expect.stringMatching(/"output_probability".*zipmap=False/)]);
  });
});
