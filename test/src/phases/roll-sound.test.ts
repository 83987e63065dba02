import { describe, expect, it } from "vitest";
import { selfManaged } from "../../../playground/scenarios/self-managed.js";
import { expectation } from "../../../playground/world/expectation.js";
import { approved } from "../../faults/carried.js";

const workers = { kind: "self-managed node group", nodeGroup: "workers" } as const;

it("x", async () => {
  const carried = await approved(selfManaged, workers);
  await carried.until(() => carried.run.steps[0]?.roll?.precious !== undefined);
  console.log(carried.run.steps[0]?.roll?.precious, carried.run.steps[0]?.phases);
}, 60_000);
