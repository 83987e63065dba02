import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openPlayground, type Playground } from "../../../playground/playground.js";
import { selfManaged } from "../../../playground/scenarios/self-managed.js";
import { isTrouble } from "../../../src/core/problems.js";
import { amisOf } from "../../../src/core/self-managed.js";
import { connectAccount } from "../../../src/outside.js";
import { discover } from "../../../src/phases/discover.js";
import { foresee } from "../../../src/phases/foresee.js";
import { lookForPlan } from "../../../src/phases/look.js";
import { nodeGroupNames } from "../../../src/upgrades/node-groups.js";
import { start } from "../../builders.js";
import { soon } from "../../soon.js";

const cluster = { name: "eks-workshop", region: "us-west-2" };
const where = { cluster: cluster.name, region: cluster.region };
const workers = { kind: "self-managed node group", nodeGroup: "workers" } as const;
const six = 6;

let playground: Playground;
let aws: [string, string][];

beforeEach(async () => {
  playground = await openPlayground({ scenario: selfManaged, speed: 1 });
  aws = Object.entries(playground.environment).filter(([name]) => name.startsWith("AWS_"));
  for (const [name, value] of aws) process.env[name] = value;
});
afterEach(async () => {
  await playground.close();
  for (const [name] of aws) delete process.env[name];
});

describe("a cluster with a node group of its owner's, over the wire", () => {
  it("is discovered by its nodes, with the AMI that only EC2 knows", async () => {
    const outside = connectAccount();
    const seen = await outside.region(cluster.region).eks.cluster(cluster.name);
    const { groups, leftAlone } = await discover(outside, seen, new Set());
    expect(leftAlone).toEqual([]);
    expect(groups).toHaveLength(1);
    const [only] = groups;
    expect(only?.nodes).toHaveLength(six);
    expect(only && amisOf(only)).toMatchObject([
      { amiType: "AL2023_x86_64_STANDARD", version: "1.34", count: six },
    ]);
  });

  it("may be named in a command", async () => {
    const names = await nodeGroupNames(connectAccount(), cluster, "workers");
    expect(names).toEqual({ groups: [workers] });
  });

  it("is planned, with the template's real number and a forecast of its drain", async () => {
    const outside = connectAccount();
    const look = await lookForPlan(outside, where, workers, {}, start);
    expect(look.blockers).toEqual([]);
    expect(look.leaving).toHaveLength(six);
    expect(look.step).toMatchObject({
      kind: "self-managed node group",
      launchTemplate: { name: "workers", version: "3" },
      ownTemplate: { template: { version: "$Latest" } },
      surge: six,
    });
    if (!look.step) throw new Error("no step");
    expect(look.step.from.release).toMatch(/^1\.34\.\d+-\d{8}$/);
    const { step } = look;
    // The world's pods find their nodes within seconds.
    await soon(async () => {
      const { forecast } = await foresee(outside, look, step, start);
      expect(forecast).toMatchObject({ block: 0 });
      expect(forecast?.move).toBeGreaterThan(0);
    });
  });

  it("is not planned to an AMI that does not exist", async () => {
    const image = "ami-0123456789abcdef0";
    const { blockers } = await lookForPlan(connectAccount(), where, workers, { image }, start);
    expect(blockers.map(({ code }) => code)).toEqual(["ImageNotFound"]);
  });

  it("has no group of another name", async () => {
    const other = { ...workers, nodeGroup: "others" };
    const looking = lookForPlan(connectAccount(), where, other, {}, start);
    await expect(looking).rejects.toSatisfy((error) => isTrouble(error, "not found"));
  });
});
