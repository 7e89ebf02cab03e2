import { defineConfig } from 'vitest/config';
import { createSummary } from './summary.js';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // A parallel build of an image would disturb the timing of the incident.
    fileParallelism: false,
    // Longer than the longest wait of any test, which reports what it waited for.
    testTimeout: 400_000,
    hookTimeout: 400_000,
    reporters: ['verbose', createSummary()],
  },
});
