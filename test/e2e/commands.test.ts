import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStage, type Stage, said } from "./stage.js";

describe("what the commands answer", () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await openStage({ speed: 20 });
    await stage.startBot();
  });
  afterEach(async () => stage.close());

  it("list: what runs where, how old it is, and what is newer", async () => {
    for (const text of ["list", "list eks-workshop"]) {
      const answer = await stage.types(text);
      expect(answer.text).toContain("1 cluster, 1 node group behind the newest release.");
      expect(answer.text).toContain("1.34.4-20260224");
      expect(answer.text).toContain("1.34.9-20260714");
    }
  });

  it("list: shows the other clusters when one cannot be read", async () => {
    stage.playground.aws.faults = ({ operation }) =>
      operation === "ListNodegroups"
        ? {
            status: 403,
            headers: { "x-amzn-errortype": "AccessDeniedException" },
            body: '{"message":"User: arn:aws:iam::111122223333:user/u is not authorized to perform: eks:ListNodegroups"}',
          }
        : undefined;
    const answer = await stage.types("list");
    expect(answer.text).toContain("eks:ListNodegroups");
    expect(said(answer)).not.toContain("111122223333");
  });

  it("plan: everything an approver would be asked, and changes nothing", async () => {
    const answer = said(await stage.types("plan eks-workshop/default"));
    for (const part of [
      "1.34.4-20260224",
      "1.34.9-20260714",
      "1 node at a time",
      "What EKS will do",
      "Point of no return",
    ]) {
      expect(answer).toContain(part);
    }
    expect(await stage.runs.recent(1)).toEqual([]);
  });

  it.each([
    [
      "a release that AWS does not list",
      "plan eks-workshop --to 1.34.9-20991231",
      "AWS lists no release 1.34.9-20991231",
    ],
    [
      "a version ahead of the control plane",
      "plan eks-workshop --to 1.35",
      "Kubernetes 1.35 is newer than the control plane, which runs 1.34",
    ],
    [
      "an older version",
      "plan eks-workshop --to 1.33",
      "Kubernetes 1.33 is older than what node group default runs",
    ],
  ])("plan: %s is said to be in the way", async (_, text, words) => {
    expect(said(await stage.types(text))).toContain(words);
  });

  it("status: nothing, then the open request with its link, then one run by its id", async () => {
    expect((await stage.types("status")).text).toContain("Nothing is open");
    await stage.types("start eks-workshop");
    await stage.card();
    const [id = ""] = await stage.runs.recent(1);
    const open = said(await stage.types("status"));
    expect(open).toContain(id);
    expect(open).toContain("|Open>");
    expect(said(await stage.types(`status ${id.toUpperCase()}`))).toContain("Waits for approval");
  });

  it("answers that it cannot reach AWS, and what to do", async () => {
    await stage.playground.aws.close();
    expect((await stage.types("plan eks-workshop")).text).toMatch(
      /Could not list the node groups of .*eks-workshop/,
    );
  });
});
