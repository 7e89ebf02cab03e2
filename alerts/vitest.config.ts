import { mergeConfig } from 'vitest/config';
import base from '../vitest.base';

// Each concurrent test is a process of promtool.
export default mergeConfig(base, { test: { maxConcurrency: 2 } });
