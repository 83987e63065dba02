import { describe, expect, it } from "vitest";
import { type Answer, openAnswering } from "./answering.js";

const shop = "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/shop/0123456789abcdef";
const admin = "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/admin/fedcba9876543210";

const health = (...targets: readonly [id: string, state: string][]): Answer =>
  `<TargetHealthDescriptions>${targets
    .map(
      ([id, state]) =>
        `<member><Target><Id>${id}</Id><Port>30080</Port></Target><TargetHealth><State>${state}</State></TargetHealth></member>`,
    )
    .join("")}</TargetHealthDescriptions>`;
const gone: Answer = { status: 400, code: "TargetGroupNotFound" };

describe("targets", () => {
  it("tells every target of every group, each group by a call of its own", async () => {
    const wire = await openAnswering({
      DescribeTargetHealth: [health(["i-1", "healthy"], ["i-2", "draining"]), health(["i-1", "unused"])],
    });
    expect(await wire.region.loadBalancers.targets([shop, admin])).toEqual([
      { group: shop, id: "i-1", state: "healthy" },
      { group: shop, id: "i-2", state: "draining" },
      { group: admin, id: "i-1", state: "unused" },
    ]);
    expect(wire.sent.map(({ TargetGroupArn }) => TargetGroupArn)).toEqual([shop, admin]);
  });

  it("a group that is gone has no targets", async () => {
    const wire = await openAnswering({ DescribeTargetHealth: [gone, health(["i-1", "healthy"])] });
    const targets = await wire.region.loadBalancers.targets([shop, admin]);
    expect(targets).toEqual([{ group: admin, id: "i-1", state: "healthy" }]);
  });

  it("no groups, no call", async () => {
    const wire = await openAnswering({});
    expect(await wire.region.loadBalancers.targets([])).toEqual([]);
    expect(wire.sent).toEqual([]);
  });

  it("what IAM denies names the action, and no account", async () => {
    const denied: Answer = { status: 403, code: "AccessDenied" };
    const { region } = await openAnswering({ DescribeTargetHealth: [denied] });
    await expect(region.loadBalancers.targets([shop])).rejects.toMatchObject({
      kind: "denied",
      call: "describe the targets of shop",
      next: expect.stringContaining("elasticloadbalancing:DescribeTargetHealth"),
    });
  });
});
