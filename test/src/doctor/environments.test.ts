import { afterEach, describe, expect, it } from "vitest";
import { eksWorkshop } from "../../../playground/scenarios/eks-workshop.js";
import type { ScenarioEnvironment, ScenarioRole } from "../../../playground/scenarios/environments.js";
import { fleet } from "../../../playground/scenarios/fleet.js";
import type { Scenario } from "../../../playground/scenarios/types.js";
import { bestRedis } from "../../redis.js";
import { consult, deny, fleetWith, openScene, type Scene } from "./scene.js";

const { region, account } = eksWorkshop;

/** A scenario's fleet in other environments. */
const among = (...environments: readonly ScenarioEnvironment[]): Scenario => ({
  ...eksWorkshop,
  environments,
  roles: environments.flatMap(({ role }) => role ?? []),
});

const roleIn = (account: string, more: Partial<ScenarioRole> = {}): ScenarioRole => ({
  ...{ arn: `arn:aws:iam::${account}:role/team/upgrades`, account },
  ...more,
});
const prod: ScenarioEnvironment = { name: "prod", clusters: ["eks-workshop"] };
const everything = { regions: [region] };

/** Without the cluster that is throttled: its looks would wait for seconds, by chance. */
const inNoHurry = ({ answer, ...cluster }: Scenario["clusters"][number]) =>
  answer === "access denied" ? { ...cluster, answer } : cluster;

/** Lines of the section whose title begins so. */
function sectionIn(lines: readonly string[], title: string): string[] {
  const begin = lines.findIndex((line) => line.startsWith(title));
  if (begin < 0) throw new Error(`no ${title} in:\n${lines.join("\n")}`);
  return lines.slice(begin + 1, lines.indexOf("", begin)).map((line) => line.trim());
}

const titlesIn = (lines: readonly string[]) => lines.filter((line) => /^(Environment|Cluster)/.test(line));

const versions = `✓ eks:DescribeClusterVersions in ${region}: 7 versions of Kubernetes`;

// The reports are about a server that only a real one can be.
describe.runIf(bestRedis === "real Redis")("npm run doctor, by environment", () => {
  let scene: Scene;
  afterEach(() => scene.close());

  it("looks at every cluster that is named or discovered, in every account, and hides none behind another", async () => {
    scene = await openScene({ ...fleet, clusters: fleet.clusters.map(inNoHurry) });
    const { code, lines } = await consult(scene);
    expect(lines[1]).toBe("  ✓ role all; 1 named cluster, and those discovered, in test, prod");
    expect(titlesIn(lines)).toEqual([
      "Environment test",
      "Cluster shop-test (test, us-west-2)",
      "Cluster lab-test (test, eu-west-1)",
      "Environment prod (role eks-upgrade-bot)",
      "Cluster shop-prod (prod, us-west-2)",
      "Cluster legacy-prod (prod, us-west-2)",
      "Cluster ml-prod (prod, eu-west-1)",
      "Cluster vault-prod (prod, eu-west-1)",
    ]);
    expect(sectionIn(lines, "Environment prod")).toEqual([
      "✓ sts:AssumeRole: role eks-upgrade-bot",
      "✓ discovery: shop-prod, legacy-prod, ml-prod, vault-prod",
      "✓ eks:DescribeClusterVersions in us-west-2: 7 versions of Kubernetes",
      "✓ eks:DescribeClusterVersions in eu-west-1: 7 versions of Kubernetes",
    ]);
    expect(lines.filter((line) => line.includes("eks:DescribeCluster:"))).toEqual([
      ...["1.34", "1.31", "1.34", "1.32", "1.34"].map(
        (minor) => `  ✓ eks:DescribeCluster: ACTIVE on Kubernetes ${minor}`,
      ),
      "  ✗ eks:DescribeCluster: AccessDeniedException for role eks-upgrade-bot. Allow eks:DescribeCluster in the IAM policy of the bot's role. See docs/permissions/iam-policy.json.",
    ]);
    expect(code).toBe(1);
  });

  it("names a role that cannot be assumed, tries nothing with it, and looks at the other environments", async () => {
    const role = roleIn("444455556666", { denied: true });
    scene = await openScene(among({ name: "far", role, discover: everything }, prod));
    const { code, lines } = await consult(scene);
    expect(sectionIn(lines, "Environment far (role team/upgrades)")).toEqual([
      "✗ sts:AssumeRole: role team/upgrades: AccessDenied for role eks-upgrade-bot. Allow the bot sts:AssumeRole on this role, and let it in by the role's trust policy. If that policy wants an external id, give it in fleet.yaml. See docs/permissions/trust-policy.json and docs/permissions/assume-role-policy.json.",
      "? its clusters: not looked at, without the role",
    ]);
    expect(sectionIn(lines, "Environment prod")).toEqual([versions]);
    expect(sectionIn(lines, "Cluster eks-workshop")).toContain(
      "✓ Kubernetes API: reached, and lets the bot in",
    );
    expect(code).toBe(1);
  });

  it("tells no external id", async () => {
    const role = roleIn(account, { externalId: "open-sesame" });
    scene = await openScene(among({ ...prod, role }));
    const { lines } = await consult(scene, fleetWith(scene, ["open-sesame", "open-barley"]));
    expect(sectionIn(lines, "Environment prod")[0]).toMatch(/^✗ sts:AssumeRole: .*the same external id/);
    expect(lines.join("\n")).not.toMatch(/sesame|barley/);
  });

  it("looks at clusters that are named with the environment's role, and at those that are discovered once", async () => {
    scene = await openScene(among({ ...prod, role: roleIn(account), discover: everything }));
    const { code, lines } = await consult(scene);
    expect(sectionIn(lines, "Environment prod (role team/upgrades)")).toEqual([
      "✓ sts:AssumeRole: role team/upgrades",
      "✓ discovery: none but those that are named",
      versions,
    ]);
    expect(titlesIn(lines)).toHaveLength(2);
    expect(code).toBe(0);
  });

  it("looks at clusters that are named where discovery fails, and says where it failed", async () => {
    scene = await openScene(among({ ...prod, discover: everything }));
    deny(scene, "eks", "ListClusters");
    const { code, lines } = await consult(scene);
    expect(sectionIn(lines, "Environment prod")).toContain(
      "✗ discovery: Could not list the clusters in us-west-2 (AccessDeniedException). Allow eks:ListClusters in the IAM policy of the bot's role.",
    );
    expect(sectionIn(lines, "Cluster eks-workshop")).toContain(
      "✓ eks:DescribeCluster: ACTIVE on Kubernetes 1.34",
    );
    expect(code).toBe(1);
  });

  it("tells a name that is discovered twice", async () => {
    const found = { discover: everything };
    scene = await openScene(among({ name: "one", ...found }, { name: "two", ...found }));
    const { code, lines } = await consult(scene);
    for (const name of ["one", "two"]) {
      expect(sectionIn(lines, `Environment ${name}`)).toContain(
        "✗ discovery: Cluster eks-workshop is discovered more than once: us-west-2 in one and us-west-2 in two. Exclude it in all environments but one.",
      );
    }
    expect(code).toBe(1);
  });

  it("tries what a region without clusters would be asked", async () => {
    scene = await openScene(among({ name: "prod", discover: { ...everything, include: ["shop-*"] } }));
    const { code, lines } = await consult(scene);
    expect(sectionIn(lines, "Environment prod")).toEqual([
      "– discovery: no cluster found. Correct regions, include and exclude in fleet.yaml, unless that is meant.",
      versions,
      `✓ ssm:GetParameters in ${region}: allowed`,
    ]);
    expect(code).toBe(0);
  });

  it("says what is lost without the calendar of support", async () => {
    scene = await openScene(among(prod));
    deny(scene, "eks", "DescribeClusterVersions");
    const { code, lines } = await consult(scene);
    expect(sectionIn(lines, "Environment prod")).toEqual([
      `– eks:DescribeClusterVersions in ${region}: AccessDeniedException for role eks-upgrade-bot; nobody is told when support ends. Allow eks:DescribeClusterVersions in the IAM policy of the bot's role. See docs/permissions/iam-policy.json.`,
    ]);
    expect(code).toBe(0);
  });

  it("looks at whom and where the digest writes", async () => {
    scene = await openScene(among(prod));
    const digest = {
      schedule: "0 9 * * *",
      channel: scene.slack.elsewhere,
      severity: { critical: { mention: { groups: ["S0NOBODY"] } } },
    };
    const changed = `"digest":${JSON.stringify(digest)},"clusters":`;
    const { code, lines } = await consult(scene, fleetWith(scene, ['"clusters":', changed]));
    const slack = sectionIn(lines, "Slack");
    expect(slack).toContain(
      '✗ channel C0ELSEWHERE (digests of prod): the bot is not in #elsewhere. Type "/invite @eks-upgrade" in the channel.',
    );
    expect(slack).toContainEqual(
      expect.stringMatching(
        /^✗ user group S0NOBODY \(called when something is critical in prod\): Slack knows no such group/,
      ),
    );
    expect(code).toBe(1);
  });
});
