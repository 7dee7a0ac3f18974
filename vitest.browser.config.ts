import { defineConfig } from 'vitest/config';

/** Apart from all other tests, since it needs a browser that npm does not bring. */
export default defineConfig({
  test: { include: ['test/browser/**/*.browser.ts'], testTimeout: 60_000, hookTimeout: 60_000 },
});
