import { describe, expect, it } from 'vitest';
import { errorReasonOf } from '../../src/call/error-reason.js';
import { CoreError } from '../../src/errors.js';

describe('the reason of a failed call', () => {
  it.each([new TypeError('weights is undefined'), new RangeError('Invalid array length')])(
    'is runtime for a %s of the model',
    (error) => {
      expect(errorReasonOf(error)).toBe('runtime');
    },
  );

  it('is invalid_input for INPUT_INVALID only', () => {
    expect(errorReasonOf(new CoreError('INPUT_INVALID', 'x'))).toBe('invalid_input');
    expect(errorReasonOf(new CoreError('BATCH_INVALID', 'x'))).toBe('runtime');
  });
});
