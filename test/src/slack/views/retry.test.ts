import { expect, it } from "vitest";
import { parseRetryValue, retryValue } from "../../../../src/slack/views/retry.js";
import { aRunningRun, someProgress } from "../../../builders.js";

it("a retry's value comes back as the run and the attempt that the reader saw fail", () => {
  const run = aRunningRun({ state: "failed", steps: [someProgress(["failed"], { attempt: 2 })] });
  expect(parseRetryValue(retryValue(run))).toEqual({ runId: "calm-heron-42", attempt: 2 });
});

it.each([
  ["nothing", ""],
  ["no attempt", "calm-heron-42|"],
  ["no run", "|1"],
  ["attempt zero", "calm-heron-42|0"],
  ["a fraction", "calm-heron-42|1.5"],
  ["an attempt beyond all counting", "calm-heron-42|9999999"],
  ["another form", '{"run":"calm-heron-42"}'],
  ["more behind it", "calm-heron-42|1|x"],
  ["a line break", "calm-heron-42|1\n"],
  ["a path", "../../x|1"],
])("a retry's value is not understood when it is %s", (_, text) => {
  expect(parseRetryValue(text)).toBeUndefined();
});
