import { mergeConfig } from 'vitest/config';
import shared from '../vitest.base';

/** Hundreds of splits of real tables take a while on a busy machine. */
export default mergeConfig(shared, { test: { testTimeout: 300_000 } });
