import { mergeConfig } from 'vitest/config';
import shared from '../vitest.base';

/** Hundreds of splits of real tables take a while on a machine that does other things beside. */
export default mergeConfig(shared, { test: { testTimeout: 300_000 } });
