import { expect, it } from 'vitest';
import { createInputCheck } from '../../src/call/input-check.js';
import { CoreError } from '../../src/errors.js';

it('gives INPUT_INVALID the status code 400, and no other error a status code', () => {
  const { requireValid } = createInputCheck([{ name: 'x', type: 'numeric', minimum: 0 }]);
  expect(() => requireValid([{ names: ['x'], data: [-1] }], 1)).toThrow(
    expect.objectContaining({ code: 'INPUT_INVALID', statusCode: 400 }),
  );
  expect(new CoreError('CONFIG_INVALID', 'wrong').statusCode).toBeUndefined();
});
