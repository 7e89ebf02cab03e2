import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // An incident is played at a pace that the build of an image beside it would disturb.
    fileParallelism: false,
    // A whole incident is played; the longest wait inside ends well before this.
    testTimeout: 400_000,
    hookTimeout: 400_000,
    reporters: ['verbose'],
  },
});
