import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPlayground, type Playground } from "../../../../playground/playground.js";
import { fleet as scenario } from "../../../../playground/scenarios/fleet.js";
import { openClusters } from "../../../../src/clusters.js";
import type { ScannedCluster } from "../../../../src/core/scan/scanned.js";
import { type Fleet, parseFleet } from "../../../../src/fleet.js";
import { connectOutside } from "../../../../src/outside.js";
import { type NewestRelease, type Scan, scan } from "../../../../src/phases/scan/scan.js";

const now = Date.parse("2026-10-22T08:00:00Z");

let playground: Playground;
let fleet: Fleet;
let found: Scan;
/** What earlier scans saw. */
let known: readonly NewestRelease[] = [];
let aws: [string, string][];

async function scanAll(only?: string): Promise<Scan> {
  const outsides = connectOutside(fleet);
  return scan(
    fleet.environments,
    {
      outsides,
      clusters: openClusters(fleet, outsides, Date.now),
      known: async ({ region, amiType, minor }) =>
        known
          .filter((each) => each.region === region && each.amiType === amiType && each.minor === minor)
          .map(({ release }) => release),
      now: () => now,
    },
    undefined,
    only,
  );
}

beforeAll(async () => {
  playground = await openPlayground({ scenario, speed: 1 });
  aws = Object.entries(playground.environment).filter(([name]) => name.startsWith("AWS_"));
  for (const [name, value] of aws) process.env[name] = value;
  const file = playground.environment.FLEET_FILE ?? "";
  const parsed = parseFleet(readFileSync(file, "utf8"), file);
  if ("problems" in parsed) throw new Error(parsed.problems.join("\n"));
  fleet = parsed.fleet;
  found = await scanAll();
  // One cluster throttles, and the SDK then waits.
}, 60_000);
afterAll(async () => {
  await playground.close();
  for (const [name] of aws) delete process.env[name];
});

const cluster = (name: string): ScannedCluster => {
  const one = found.clusters.find((each) => each.name === name);
  if (!one) throw new Error(`${name} was not looked at.`);
  return one;
};
const group = (name: string, of: string) => cluster(of).found?.groups.find((each) => each.name === name);

/** What there is to say of a group, in a line. */
function line(of: string, name: string): string {
  const one = group(name, of);
  if (!one) return "missing";
  const { kind, standing, current, newest, daysBehind, kubelet } = one;
  const days = daysBehind === undefined ? "" : `, ${daysBehind} days`;
  return `${kind} ${current.release} -> ${newest?.release}: ${standing}${days}, kubelet ${kubelet}`;
}

describe("a fleet of two accounts and two regions, over the wire", () => {
  it("is looked at whole: what is named, and what is discovered by each environment's role", () => {
    expect(found.clusters.map(({ environment, name }) => `${environment}/${name}`).toSorted()).toEqual([
      "prod/legacy-prod",
      "prod/ml-prod",
      "prod/shop-prod",
      "prod/vault-prod",
      "test/lab-test",
      "test/shop-test",
    ]);
  });

  it.each([
    ["Amazon Linux 2023", "shop-test", "default", "1.34.4-20260224 -> 1.34.10-20261008: behind, 226 days"],
    [
      "a release that AWS took back",
      "shop-test",
      "graviton",
      "1.34.10-20261008 -> 1.34.9-20260917: withdrawn",
    ],
    [
      "Bottlerocket, by when AWS listed it",
      "shop-prod",
      "edge",
      "1.49.0-e2b70f46 -> 1.50.0-91d4c8ab: behind, 35 days",
    ],
    ["Windows", "shop-prod", "windows", "1.34-2026.05.12 -> 1.34-2026.10.13: behind, 154 days"],
    ["the newest", "shop-prod", "web", "1.34.10-20261008 -> 1.34.10-20261008: newest, 0 days"],
    ["Amazon Linux 2", "legacy-prod", "al2", "1.32.9-20250819 -> 1.32.9-20251120: behind, 93 days"],
    ["a custom AMI", "legacy-prod", "hardened", "ami-0c4d8e2f6a1b3957d -> undefined: custom"],
    ["GPUs", "ml-prod", "gpu", "1.34.9-20260820 -> 1.34.10-20261008: behind, 49 days"],
  ])("tells how far behind a managed node group is: %s", (_, of, name, expected) => {
    const kubelet = of === "legacy-prod" ? "1.32" : "1.34";
    expect(line(of, name)).toBe(`managed node group ${expected}, kubelet ${kubelet}`);
  });

  it("tells of a self-managed group, and of kubelets that lag behind the control plane", () => {
    expect(line("legacy-prod", "legacy-workers")).toBe(
      "self-managed node group 1.32.13-20260714 -> 1.32.13-20261008: behind, 86 days, kubelet 1.32",
    );
    expect(cluster("ml-prod").found?.version).toBe("1.34");
    expect(line("ml-prod", "batch")).toMatch(/kubelet 1\.31$/);
  });

  it("knows of a custom AMI when it was made", () => {
    expect(group("hardened", "legacy-prod")?.current.publishedAt).toBe(Date.parse("2026-03-10"));
  });

  it("knows how long EKS supports each control plane, and what happens then", () => {
    expect(cluster("lab-test").found?.support).toEqual({
      status: "EXTENDED_SUPPORT",
      endOfStandard: Date.parse("2025-11-26"),
      endOfExtended: Date.parse("2026-11-26"),
      policy: "EXTENDED",
    });
    expect(cluster("shop-prod").found?.support?.policy).toBe("STANDARD");
  });

  it("names what it may not look at, and hides nothing else", () => {
    const { found: nothing, problem } = cluster("vault-prod");
    expect(nothing).toBeUndefined();
    expect(problem?.what).toBe("Could not describe cluster vault-prod in eu-west-1 (AccessDeniedException)");
  });

  it("asks for each release once a region, ten parameters a call", () => {
    const asked = playground.world.calls.filter(({ operation }) => operation === "GetParameters");
    const names = asked.map(({ input }) => input.Names as string[]);
    // Oregon: 6 families' newest by 2 parameters, but Windows' by 1, and a Bottlerocket release. Ireland: 2.
    expect(names.map(({ length }) => length).toSorted()).toEqual([10, 3, 4].toSorted());
    expect(new Set(names.flat()).size).toBe(names.flat().length);
    const calendars = playground.world.calls.filter(
      ({ operation }) => operation === "DescribeClusterVersions",
    );
    expect(calendars).toHaveLength(2);
  });

  it("says of a cluster alone how many releases came out since, and that the newest was taken back", async () => {
    const listed = { region: "us-west-2", amiType: "AL2023_x86_64_STANDARD", minor: "1.34" };
    known = ["1.34.4-20260224", "1.34.6-20260415", "1.34.11-20261015"].map((release) => ({
      ...listed,
      release,
    }));
    const { clusters } = await scanAll("shop-test");
    expect(clusters.map(({ name }) => name)).toEqual(["shop-test"]);
    const [one] = clusters[0]?.found?.groups ?? [];
    expect(one).toMatchObject({ standing: "behind", releasesBehind: 2, takenBack: "1.34.11-20261015" });
  });

  it("remembers what is the newest now, where", () => {
    expect(found.newest).toContainEqual({
      region: "eu-west-1",
      amiType: "AL2023_x86_64_NVIDIA",
      minor: "1.34",
      release: "1.34.10-20261008",
    });
    expect(new Set(found.newest.map((each) => JSON.stringify(each))).size).toBe(found.newest.length);
  });
});
