import { describe, expect, it } from "vitest";
import { eksWorkshop } from "../../../playground/scenarios/eks-workshop.js";
import { selfManaged } from "../../../playground/scenarios/self-managed.js";
import { selfManagedFindings } from "../../../src/doctor/aws-self-managed.js";
import { lineOf } from "../../../src/doctor/report.js";
import { openWire, type Wire } from "../aws/wire.js";

const consult = async ({ region }: Wire) =>
  (await selfManagedFindings(region, "eks-workshop")).map((finding) => lineOf(finding).trim());

function deny({ server }: Wire, ...operations: readonly string[]): void {
  server.faults = ({ service, operation }) => {
    if (!operations.includes(operation)) return undefined;
    const error =
      service === "ec2"
        ? "<Response><Errors><Error><Code>UnauthorizedOperation</Code></Error></Errors></Response>"
        : "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>";
    return { status: 403, headers: { "content-type": "text/xml" }, body: error };
  };
}

const all = [
  "✓ IAM rights to look at self-managed node groups: all allowed",
  "✓ self-managed node groups: workers",
];
const change =
  "? autoscaling:UpdateAutoScalingGroup and the like for workers: would change it. See that docs/permissions/self-managed-policy.json is attached, and names this cluster.";
const attach = "For the others: attach docs/permissions/self-managed-policy.json to the bot's role.";

describe("selfManagedFindings", () => {
  it("says what is allowed, by dry run where there is one", async () => {
    const wire = await openWire(selfManaged);
    const may = "✓ ec2:CreateLaunchTemplateVersion for workers (dry run): allowed";
    expect(await consult(wire)).toEqual([...all, may, change]);
    const templates = [...wire.world.launchTemplates.values()].map(({ versions }) => versions.length);
    expect(templates, "no version is made").toEqual([3]);
  });

  it("says what cannot be looked at, and tries no more", async () => {
    const wire = await openWire(selfManaged);
    deny(wire, "DescribeInstances", "DescribeScalingActivities");
    expect(await consult(wire)).toEqual([
      `– IAM rights to look at self-managed node groups: not allowed: autoscaling:DescribeScalingActivities, ec2:DescribeInstances; the bot can upgrade managed node groups only. ${attach}`,
    ]);
  });

  it("says that no template version may be made", async () => {
    const wire = await openWire(selfManaged);
    deny(wire, "CreateLaunchTemplateVersion");
    expect(await consult(wire)).toEqual([
      ...all,
      `– ec2:CreateLaunchTemplateVersion for workers (dry run): not allowed; the bot cannot upgrade it. ${attach}`,
      change,
    ]);
  });

  it("leaves the groups of managed node groups alone", async () => {
    expect(await consult(await openWire(eksWorkshop))).toEqual([
      all[0],
      "✓ self-managed node groups: none tagged as the cluster's",
    ]);
  });

  it("tells trouble on the way as it is", async () => {
    const wire = await openWire(selfManaged);
    wire.server.faults = () => "no answer";
    expect(await consult(wire)).toEqual([expect.stringMatching(/^✗ .*ECONNRESET/)]);
  });
});
