import { defineConfig } from "vitest/config";
import { keepConsole } from "./test/leaks/setup.js";
import { patience } from "./test/patience.js";

export default defineConfig({
  test: {
    // No secret may be in anything that is logged.
    globalSetup: "test/leaks/setup.ts",
    onConsoleLog: keepConsole,
    include: ["test/**/*.test.ts"],
    exclude: ["test/**/*.slow.test.ts", "node_modules/**"],
    // Most of a test's time is spent waiting for another process: more files at once than there are cores.
    maxWorkers: 5,
    // A file's imports (the AWS SDK, Bolt) cost more than most files' tests: files of one worker share them. Every file
    // puts the process's variables back, and keeps what it opens to itself.
    isolate: false,
    // Longer than a wait's own patience, which says what did not come.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: patience, interval: 20 } },
  },
});
