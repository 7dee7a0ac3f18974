import { defineConfig } from 'vitest/config';

/** A scenario waits for other processes: engines, a real issuer, the system itself. */
const SCENARIO_TIMEOUT_MS = 60_000;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'parts',
          include: ['test/**/*.test.ts'],
          exclude: ['test/scenarios/**', 'test/local/**', 'test/infra/**', 'test/**/*.engine.test.ts'],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'engine',
          include: ['test/**/*.engine.test.ts'],
          globalSetup: ['test/rig/engine-setup.ts'],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'machine',
          include: ['test/infra/**/*.test.ts', 'test/local/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: SCENARIO_TIMEOUT_MS,
          hookTimeout: SCENARIO_TIMEOUT_MS,
        },
      },
      {
        test: {
          name: 'scenarios',
          include: ['test/scenarios/**/*.test.ts'],
          globalSetup: ['test/rig/global-setup.ts'],
          // One system whose clock only moves forward: files take turns.
          fileParallelism: false,
          testTimeout: SCENARIO_TIMEOUT_MS,
          hookTimeout: SCENARIO_TIMEOUT_MS,
        },
      },
    ],
  },
});
