import { expect, it } from 'vitest';
import { createInputCheck } from '../../src/call/input-check.js';
import { CoreError } from '../../src/errors.js';

it('only INPUT_INVALID has a status code, which is 400', () => {
  const { requireValid } = createInputCheck([{ name: 'x', type: 'numeric', minimum: 0 }]);
  expect(() => requireValid([{ names: ['x'], data: [-1] }], 1)).toThrow(
    expect.objectContaining({ code: 'INPUT_INVALID', statusCode: 400 }),
  );
  expect(new CoreError('CONFIG_INVALID', 'wrong').statusCode).toBeUndefined();
});
