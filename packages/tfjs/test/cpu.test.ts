import { describe } from 'vitest';
import { describeRuntime } from './every-runtime.js';

describe('on the cpu backend', () => describeRuntime('cpu'));
