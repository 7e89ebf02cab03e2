import { describe } from 'vitest';
import { describeRuntime } from './every-runtime.js';

describe('on the wasm backend', () => describeRuntime('wasm'));
