import { defineConfig } from "vitest/config";

/** What needs real waiting, or a process of its own. One file after the other: they measure, and kill. */
export default defineConfig({
  test: {
    include: ["test/**/*.slow.test.ts"],
    fileParallelism: false,
    passWithNoTests: true,
    testTimeout: 180_000,
    hookTimeout: 60_000,
  },
});
