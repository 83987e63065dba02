import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openPlayground, type Playground } from "../../playground/playground.js";
import { fleet as scenario } from "../../playground/scenarios/fleet.js";
import { accounts } from "../../playground/scenarios/fleet-clusters.js";
import type { Recorded } from "../../src/audit.js";
import { minute } from "../../src/core/instant.js";
import { connectOutside, type OutsideOptions } from "../../src/outside.js";
import type { Outside } from "../../src/phases/outside.js";
import { aPlan, aRun } from "../builders.js";

const region = "us-west-2";
const [role] = scenario.roles ?? [];

/** One environment in the account of a role, one in the bot's own. */
const fleet = {
  environments: [
    { name: "prod", rolls: { drainTimeout: "1h" }, roleArn: role?.arn ?? "", externalId: "playground-fleet" },
    { name: "test", rolls: {} },
  ],
};
const runOf = (id: string, environment: string, cluster: string) =>
  aRun({ id, requestedBy: "U0123ABCD", plan: aPlan({ environment, cluster }) });
const inProd = runOf("calm-heron-42", "prod", "shop-prod");
const inTest = runOf("bold-finch-7", "test", "shop-test");

let playground: Playground;
let aws: string[];
beforeAll(async () => {
  playground = await openPlayground({ scenario, speed: 1, pureJavaScript: true });
  aws = Object.keys(playground.environment).filter((name) => name.startsWith("AWS_"));
  for (const name of aws) process.env[name] = playground.environment[name];
});
afterAll(async () => {
  for (const name of aws) delete process.env[name];
  await playground.close();
});
beforeEach(() => {
  playground.world.calls.length = 0;
  for (const api of playground.kubernetes.values()) api.requests.reset();
});

/** ARNs by which AWS knew who asked, other than STS. */
const callers = () => [
  ...new Set(playground.world.calls.filter(({ service }) => service !== "sts").map(({ caller }) => caller)),
];
const assumed = () =>
  playground.world.calls
    .filter(({ operation }) => operation === "AssumeRole")
    .map(({ input }) => input.RoleSessionName);
const sessionArn = (name: string) => `arn:aws:sts::${accounts.prod}:assumed-role/eks-upgrade-bot/${name}`;

/** What is written, and whatever was opened. */
function telling(options: OutsideOptions = {}) {
  const told: Recorded[] = [];
  return { told, outsides: connectOutside(fleet, { onWrite: (entry) => told.push(entry), ...options }) };
}

const look = (outside: Outside) => outside.region(region).eks.clusterNames();

describe("a run's own outside", () => {
  it("is known to CloudTrail by the run and by who asked for it, in the session and in what is sent", async () => {
    const { outsides } = telling();
    await look(outsides.of(inProd));
    expect(callers()).toEqual([sessionArn("calm-heron-42@U0123ABCD")]);
    const clients = playground.world.calls.map(({ client }) => client);
    expect(clients).toEqual(
      clients.map(() => expect.stringContaining(" eks-upgrade-bot run/calm-heron-42 by/U0123ABCD")),
    );
    expect(clients).toHaveLength(2);
  });

  it("without a role has no session of ours, but is known by what is sent", async () => {
    const { outsides } = telling();
    await look(outsides.of(inTest));
    expect(assumed()).toEqual([]);
    expect(playground.world.calls.map(({ client }) => client)).toEqual([
      expect.stringContaining("run/bold-finch-7 by/U0123ABCD"),
    ]);
  });

  it.each([
    ["a role's session", inProd],
    ["the bot's own keys", inTest],
  ])("is let in by the cluster's API with %s, and known to its audit log", async (_, run) => {
    const outside = telling().outsides.of(run);
    const name = run.plan.cluster;
    const cluster = await outside.region(region).eks.cluster(name);
    expect(await outside.kubernetes(cluster).allNodes()).not.toEqual([]);
    const known = playground.kubernetes.get(name)?.requests;
    expect(known?.total(`eks-upgrade-bot run/${run.id} by/U0123ABCD`)).toBeGreaterThan(0);
    expect(known?.total()).toBe(known?.total("eks-upgrade-bot "));
  });

  it("is one for all that look at the run, and another for another run", async () => {
    const { outsides } = telling();
    await look(outsides.of(inProd));
    await look(outsides.of({ ...inProd }));
    await look(outsides.of({ ...inProd, id: "glad-mole-3" }));
    expect(assumed()).toEqual(["calm-heron-42@U0123ABCD", "glad-mole-3@U0123ABCD"]);
  });

  it("is let go when nobody has looked for a while, and made anew then", async () => {
    let now = 0;
    const { outsides } = telling({ now: () => now });
    await look(outsides.of(inProd));
    now += 15 * minute;
    await look(outsides.of(inProd));
    expect(assumed()).toHaveLength(1);
    now += 16 * minute;
    outsides.of(inTest);
    await look(outsides.of(inProd));
    expect(assumed()).toHaveLength(2);
  });

  it("rolls as its environment says", () => {
    expect(telling().outsides.of(inProd).rolls).toEqual({ drainTimeout: "1h" });
  });

  it("of an environment that is no longer named refuses every look", () => {
    const outside = telling().outsides.of(runOf("calm-heron-42", "gone", "shop-prod"));
    expect(() => outside.region(region)).toThrow(expect.objectContaining({ code: "EnvironmentUnknown" }));
  });
});

describe("a look that belongs to no run", () => {
  it("is known by what is done: a plan, a scan", async () => {
    const { outsides } = telling();
    await look(outsides.in("prod"));
    await look(outsides.scanning("prod"));
    expect(callers()).toEqual([sessionArn("eks-upgrade-bot-plan"), sessionArn("eks-upgrade-bot-scan")]);
    expect(playground.world.calls.map(({ client }) => client).at(-1)).toMatch(/ eks-upgrade-bot scan$/);
  });
});

describe("what is recorded of a run's writes", () => {
  const update = {
    ...{ cluster: "shop-test", nodeGroup: "default", version: "1.34", force: false },
    token: "bold-finch-7-0-1",
  };

  it("to AWS: who asked for it, of which run, and by which id AWS knows it", async () => {
    const { told, outsides } = telling();
    await outsides.of(inTest).region(region).eks.startNodeGroupUpdate(update);
    expect(told).toEqual([
      {
        kind: "write",
        who: "U0123ABCD",
        what: "eks:UpdateNodegroupVersion",
        on: "shop-test/default",
        environment: "test",
        cluster: "shop-test",
        region,
        run: "bold-finch-7",
        planHash: inTest.plan.hash,
        outcome: "done",
        requestIds: [playground.world.calls.at(-1)?.requestId],
        more: { version: "1.34", force: false, attempts: 1 },
      },
    ]);
  });

  it("and that it was started without approval, as long as it is so", async () => {
    const { told, outsides } = telling();
    const broken = { ...inTest, breakGlass: { by: "U0123ABCD", at: 0, reason: "CVE" } };
    // Refused or not, for one is under way already: who tried it how is told.
    await outsides
      .of(broken)
      .region(region)
      .eks.startNodeGroupUpdate({ ...update, token: "glass" })
      .catch(() => {});
    // Retried by the rules, within the time in which its outside is kept.
    await outsides
      .of(inTest)
      .region(region)
      .eks.startNodeGroupUpdate({ ...update, token: "rules" })
      .catch(() => {});
    const [first, second] = told;
    expect(first).toMatchObject({ what: "eks:UpdateNodegroupVersion", breakGlass: true });
    expect(second).toMatchObject({ what: "eks:UpdateNodegroupVersion" });
    expect(second).not.toHaveProperty("breakGlass");
  });

  it("to a cluster: the same", async () => {
    const { told, outsides } = telling();
    const outside = outsides.of(inTest);
    const kubernetes = outside.kubernetes(await outside.region(region).eks.cluster("shop-test"));
    const [node] = await kubernetes.allNodes();
    if (!node) throw new Error("The cluster has no nodes.");
    await kubernetes.markNode(node, ["cordon"], inTest.id);
    expect(told).toEqual([
      expect.objectContaining({
        ...{ kind: "write", who: "U0123ABCD", what: "kubernetes:patch", on: `node/${node.name}` },
        ...{ environment: "test", cluster: "shop-test", region, run: "bold-finch-7", outcome: "done" },
        requestIds: [expect.stringMatching(/^[0-9a-f-]{36}$/)],
      }),
    ]);
  });

  it.each<[string, number, unknown]>([
    ["that was refused is told by its code", 400, { outcome: "failed", why: "ValidationError" }],
    [
      "that was not answered is told as one that may have been carried out",
      0,
      { outcome: "failed", why: "ECONNRESET: no answer came, so it may have been carried out" },
    ],
  ])("%s", async (_, status, expected) => {
    const { told, outsides } = telling();
    playground.aws.faults = ({ operation }) =>
      operation !== "TerminateInstanceInAutoScalingGroup" || status > 0 ? undefined : "no answer";
    const { autoScaling } = outsides.of(inTest).region(region);
    await autoScaling.terminate("i-00000000000000000", { decrement: false }).catch(() => {});
    playground.aws.faults = () => undefined;
    expect(told).toEqual([
      expect.objectContaining({ ...(expected as object), on: "instance/i-00000000000000000" }),
    ]);
  });

  it("keeps none of them from being made", async () => {
    const { outsides } = telling({
      onWrite: () => {
        throw new Error("the audit is broken");
      },
    });
    const tagging = outsides.of(inTest).region(region).autoScaling.suspend("nobody", ["AZRebalance"]);
    await expect(tagging).rejects.toMatchObject({ name: "Trouble" });
  });
});
