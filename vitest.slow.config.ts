import { defineConfig } from "vitest/config";
import { keepConsole } from "./test/leaks/setup.js";
import { patience } from "./test/patience.js";

/** What waits more than it works, and measures nothing: as many files at once as there are cores on a small machine. */
const sideBySide = [
  "test/{access,attacks,src,playground}/**/*.slow.test.ts",
  "test/faults/input*.slow.test.ts",
  "test/e2e/{approvals,attempts,restart,rules,deciding,main-job,rolls,digest}*.slow.test.ts",
];

/** What needs real waiting, or a process of its own. */
export default defineConfig({
  test: {
    // No secret may be in anything that is logged.
    globalSetup: "test/leaks/setup.ts",
    onConsoleLog: keepConsole,
    expect: { poll: { timeout: patience, interval: 20 } },
    passWithNoTests: true,
    projects: [
      {
        extends: true,
        test: {
          ...{ name: "side by side", include: sideBySide, maxWorkers: 2 },
          ...{ testTimeout: 180_000, hookTimeout: 180_000, sequence: { groupOrder: 1 } },
        },
      },
      // One file after the other: they measure, and kill.
      {
        extends: true,
        test: {
          ...{
            name: "alone",
            include: ["test/**/*.slow.test.ts"],
            exclude: ["node_modules/**", ...sideBySide],
          },
          ...{ maxWorkers: 1, fileParallelism: false },
          ...{ testTimeout: 180_000, hookTimeout: 180_000, sequence: { groupOrder: 2 } },
        },
      },
    ],
  },
});
