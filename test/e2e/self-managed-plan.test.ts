import { afterEach, expect, it } from "vitest";
import { selfManaged } from "../../playground/scenarios/self-managed.js";
import { openStage, type Stage, said } from "./stage.js";

let stage: Stage | undefined;
afterEach(async () => {
  await stage?.close();
  stage = undefined;
});

it("a self-managed group is listed, planned without being named, and told from what it is not", async () => {
  stage = await openStage({ scenario: selfManaged, speed: 20 });
  await stage.startBot();
  const listed = await stage.types("list eks-workshop");
  expect(said(listed)).toContain("`workers` (self-managed)");
  const planned = await stage.types("plan eks-workshop");
  expect(said(planned)).toContain("*What I will do*");
  expect(said(planned)).toContain("pods will move");
  const unknown = await stage.types("plan eks-workshop/worker");
  expect(said(unknown)).toContain("Did you mean eks-workshop/workers?");
  const gone = await stage.types("plan eks-workshop/workers --ami ami-0123456789abcdef0");
  expect(said(gone)).toContain("There is no AMI ami-0123456789abcdef0");
});
