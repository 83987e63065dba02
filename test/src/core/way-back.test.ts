import { describe, expect, it } from "vitest";
import { wayBack } from "../../../src/core/way-back.js";
import { aPlan, aRun, aStep } from "../../builders.js";
import { oldImage } from "../../seen.js";

const { from } = aStep();
const rolled = aStep({
  kind: "self-managed node group",
  nodeGroup: "workers",
  from: { ...from, image: oldImage },
});

describe("the way back to the former AMI", () => {
  it("is the same roll the other way round, where the AMI is not EKS' to choose", () => {
    expect(wayBack(aRun({ plan: aPlan({ steps: [rolled] }) }))).toEqual({
      command: `/eks-upgrade start eks-workshop/workers --ami ${oldImage}`,
    });
  });

  it.each([
    ["of a release that EKS chose: a new node group", [aStep()], "EksGoesForward", "1.34.7-20260301"],
    ["of several groups: each by itself", [rolled, rolled], "SeveralNodeGroups", "each node group"],
  ])("is told %s", (_rule, steps, code, words) => {
    const back = wayBack(aRun({ plan: aPlan({ steps }) }));
    expect(back).toMatchObject({ why: { code } });
    expect("why" in back && back.why.next).toContain(words);
  });
});
