import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // A whole incident is played; the longest wait inside ends well before this.
    testTimeout: 400_000,
    hookTimeout: 400_000,
    reporters: ['verbose'],
  },
});
