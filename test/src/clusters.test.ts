import { describe, expect, it } from "vitest";
import { fleet as scenario } from "../../playground/scenarios/fleet.js";
import { type Clusters, type EnvironmentClusters, openClusters } from "../../src/clusters.js";
import { minute, second } from "../../src/core/instant.js";
import { type Environment, parseFleet } from "../../src/fleet.js";
import { connectOutside } from "../../src/outside.js";
import { soon } from "../soon.js";
import { openWire } from "./aws/wire.js";
import { type Lists, openLists } from "./listing.js";

/** An environment by what differs. */
type Written = Readonly<Record<string, unknown>>;

interface Found {
  readonly clusters: Clusters;
  environment(name: string): Environment;
  /** What `of` says, in words. */
  of(name: string, options?: { fresh: boolean }): Promise<{ found: string[]; problems: string[] }>;
  /** Moves real time. */
  later(milliseconds: number): void;
}

const [west, east] = ["us-west-2", "us-east-1"];
const everything = { discover: true, regions: [west, east] };
const roleOf = (account: string) => `arn:aws:iam::111122223333:role/${account}`;

function open(environments: Readonly<Record<string, Written>>, patience?: number): Found {
  const people = { users: ["U0ANN", "U0BEN"] };
  const written = Object.entries(environments).map(([name, more]) => ({
    ...{ name, channel: "C0HERE", operators: people, approvers: people, ...more },
  }));
  const read = parseFleet(JSON.stringify({ environments: written }), "f");
  if ("problems" in read) throw new Error(read.problems.join("\n"));
  const { fleet } = read;
  let now = 0;
  const clusters = openClusters(fleet, connectOutside(fleet), () => now, patience);
  const environment = (name: string) => {
    const found = fleet.environments.find((each) => each.name === name);
    if (!found) throw new Error(`no environment ${name}`);
    return found;
  };
  return {
    ...{ clusters, environment },
    of: async (name, options) => inWords(await clusters.of(environment(name), options)),
    later: (milliseconds) => {
      now += milliseconds;
    },
  };
}

function inWords({ clusters, problems }: EnvironmentClusters) {
  return {
    found: clusters.map(({ environment, name, region }) => `${name} (${environment.name}, ${region})`),
    problems: problems.map(({ name, problem }) => `${name}: ${problem.what}. ${problem.next}`),
  };
}

/** Answers by account and region: "own us-west-2". */
function answering(lists: Lists, answers: Readonly<Record<string, readonly string[]>>): void {
  lists.answer = (account, region) => answers[`${account} ${region}`] ?? [];
}

const refused = (name: string) =>
  `${name}: Could not list the clusters in ${name} (AccessDeniedException). Allow eks:ListClusters in the IAM policy of the bot's role.`;

describe("the clusters of an environment", () => {
  it("that are named cost no call", async () => {
    const lists = await openLists();
    const { of } = open({ prod: { clusters: [{ name: "shop", region: west }] }, test: everything });
    expect(await of("prod")).toEqual({ found: ["shop (prod, us-west-2)"], problems: [] });
    expect(lists.asked).toEqual([]);
  });

  it("are found in each of its regions, by its role; those that are named are there once", async () => {
    const lists = await openLists();
    answering(lists, {
      "own us-west-2": ["blog", "shop"],
      "own us-east-1": ["shop-2"],
      "prod us-west-2": ["cart"],
    });
    const { of } = open({
      test: { ...everything, clusters: [{ name: "shop", region: west }] },
      prod: { ...everything, roleArn: roleOf("prod") },
    });
    expect(await of("test")).toEqual({
      found: ["shop (test, us-west-2)", "blog (test, us-west-2)", "shop-2 (test, us-east-1)"],
      problems: [],
    });
    expect(await of("prod")).toEqual({ found: ["cart (prod, us-west-2)"], problems: [] });
  });

  it.each([
    ["included alone", { include: ["shop-*", "blog"] }, ["blog", "shop-eu", "shop-eu-sandbox"]],
    ["all but those excluded", { exclude: ["*-sandbox", "sho?"] }, ["blog", "shop-eu"]],
    ["not included where excluded", { include: ["shop-*"], exclude: ["shop-eu-*", "blog"] }, ["shop-eu"]],
    ["none in another case", { include: ["SHOP*"] }, []],
  ])("are %s", async (_, patterns, names) => {
    const lists = await openLists();
    answering(lists, { "own us-west-2": ["blog", "shop", "shop-eu", "shop-eu-sandbox"] });
    const { clusters, environment } = open({ test: { discover: true, regions: [west], ...patterns } });
    const { clusters: found } = await clusters.of(environment("test"));
    expect(found.map(({ name }) => name)).toEqual(names);
  });

  it("in the playground's two accounts and regions", async () => {
    const { world } = await openWire(scenario);
    const [test, prod] = scenario.environments ?? [];
    const discover = { discover: true, regions: test?.discover?.regions, exclude: ["*-sandbox"] };
    const { arn: roleArn, externalId } = prod?.role ?? {};
    const { of } = open({ test: discover, prod: { ...discover, roleArn, externalId } });
    const expected = (name: string, account: string | undefined) =>
      [...world.clusters.values()]
        .filter((each) => each.account === account && !each.name.endsWith("-sandbox"))
        .map((each) => `${each.name} (${name}, ${each.region})`);
    const found = { test: await of("test"), prod: await of("prod") };
    expect([...found.test.found].sort()).toEqual(expected("test", scenario.account).sort());
    expect([...found.prod.found].sort()).toEqual(expected("prod", prod?.role?.account).sort());
    expect([...found.test.problems, ...found.prod.problems]).toEqual([]);
    expect([...found.test.found, ...found.prod.found]).toHaveLength(6);
  });
});

describe("what was found", () => {
  it("is kept for five minutes, and asked for again by who wants it fresh", async () => {
    const lists = await openLists();
    answering(lists, { "own us-west-2": ["shop"] });
    const { of, later } = open({ test: { discover: true, regions: [west] } });
    await of("test");
    answering(lists, { "own us-west-2": ["shop", "blog"] });
    later(5 * minute - 1);
    expect((await of("test")).found).toHaveLength(1);
    expect(lists.asked).toHaveLength(1);
    later(1);
    expect((await of("test")).found).toHaveLength(2);
    answering(lists, {});
    expect((await of("test")).found).toHaveLength(2);
    expect((await of("test", { fresh: true })).found).toHaveLength(0);
    expect(lists.asked).toHaveLength(3);
  });

  it("is got by one call for all who ask at a time", async () => {
    const lists = await openLists();
    answering(lists, { "own us-west-2": ["shop"] });
    let release = () => {};
    lists.held = new Promise((resolve) => {
      release = resolve;
    });
    const { of } = open({ test: { discover: true, regions: [west] } });
    const asking = [of("test"), of("test", { fresh: true }), of("test")];
    await soon(() => expect(lists.asked).toHaveLength(1));
    release();
    const found = await Promise.all(asking);
    expect(found.map((each) => each.found)).toEqual(Array(3).fill(["shop (test, us-west-2)"]));
    expect(lists.asked).toHaveLength(1);
  });

  it("is shared by environments of one account, each of which takes its own", async () => {
    const lists = await openLists();
    answering(lists, { "own us-west-2": ["shop-prod", "shop-test"] });
    const of = (pattern: string) => ({ discover: true, regions: [west], include: [pattern] });
    const opened = open({ test: of("*-test"), prod: of("*-prod") });
    expect((await opened.of("test")).found).toEqual(["shop-test (test, us-west-2)"]);
    expect((await opened.of("prod")).found).toEqual(["shop-prod (prod, us-west-2)"]);
    expect(lists.asked).toEqual(["own us-west-2"]);
  });
});

describe("a region that cannot be listed", () => {
  it("is told by its name, keeps its last known clusters and hides no other", async () => {
    const lists = await openLists();
    const { of, later } = open({ test: everything });
    answering(lists, { "own us-west-2": ["shop"], "own us-east-1": ["blog"] });
    await of("test");
    lists.answer = (_, region) => (region === west ? { refused: "AccessDeniedException" } : ["blog", "cart"]);
    later(5 * minute);
    expect(await of("test")).toEqual({
      found: ["shop (test, us-west-2)", "blog (test, us-east-1)", "cart (test, us-east-1)"],
      problems: [refused(west)],
    });
  });

  it("is told where nothing was ever known of it, in its own environment alone", async () => {
    const lists = await openLists();
    lists.answer = (account) => (account === "prod" ? { refused: "AccessDeniedException" } : ["shop"]);
    const region = { discover: true, regions: [west] };
    const { of } = open({ test: region, prod: { ...region, roleArn: roleOf("prod") } });
    expect(await of("prod")).toEqual({ found: [], problems: [refused(west)] });
    expect(await of("test")).toEqual({ found: ["shop (test, us-west-2)"], problems: [] });
  });

  it("keeps nobody waiting however long ago it was tried", async () => {
    const lists = await openLists();
    lists.answer = () => ({ refused: "AccessDeniedException" });
    const { of, later } = open({ test: { discover: true, regions: [west] } });
    await of("test");
    later(60 * minute);
    let release = () => {};
    lists.held = new Promise((resolve) => {
      release = resolve;
    });
    expect((await of("test")).problems).toEqual([refused(west)]);
    await soon(() => expect(lists.asked).toHaveLength(2));
    release();
  });

  it("is tried again behind an answer, so that nobody waits for it twice", async () => {
    const lists = await openLists();
    lists.answer = () => ({ refused: "AccessDeniedException" });
    const { of, later } = open({ test: { discover: true, regions: [west] } });
    await of("test");
    later(30 * second - 1);
    expect((await of("test")).problems).toEqual([refused(west)]);
    expect(lists.asked).toHaveLength(1);
    answering(lists, { "own us-west-2": ["shop"] });
    later(1);
    expect((await of("test")).problems).toEqual([refused(west)]);
    await soon(async () =>
      expect(await of("test")).toEqual({ found: ["shop (test, us-west-2)"], problems: [] }),
    );
    expect(lists.asked).toHaveLength(2);
  });

  it("is given up where it does not answer at all", async () => {
    const lists = await openLists();
    lists.held = new Promise(() => {});
    const { of } = open({ test: { discover: true, regions: [west] } }, 100);
    expect(await of("test")).toEqual({
      found: [],
      problems: [
        "us-west-2: Could not list the clusters in us-west-2 (NoAnswer). Check the bot's way to AWS: DNS, proxy, firewall, VPC endpoint.",
      ],
    });
  });
});

describe("a name that two clusters have", () => {
  const shopIn = (region: string) => ({ clusters: [{ name: "shop", region }] });
  const prod = { ...everything, roleArn: roleOf("prod") };
  const both = "Name one of them in fleet.yaml and exclude the other.";

  it.each<[string, Readonly<Record<string, Written>>, Readonly<Record<string, readonly string[]>>, object]>([
    [
      "in two environments: neither is there, and both are told",
      { test: everything, prod },
      { "own us-west-2": ["shop"], "prod us-east-1": ["cart", "shop"] },
      {
        test: {
          found: [],
          problems: [`shop: Two clusters are called shop: us-west-2 in test and us-east-1 in prod. ${both}`],
        },
        prod: {
          found: ["cart (prod, us-east-1)"],
          problems: [`shop: Two clusters are called shop: us-west-2 in test and us-east-1 in prod. ${both}`],
        },
      },
    ],
    [
      "in two regions of one environment: told once",
      { test: everything },
      { "own us-west-2": ["shop"], "own us-east-1": ["shop"] },
      {
        test: {
          found: [],
          problems: [`shop: Two clusters are called shop: us-west-2 in test and us-east-1 in test. ${both}`],
        },
      },
    ],
    [
      "that three have",
      { test: everything, prod },
      { "own us-west-2": ["shop"], "own us-east-1": ["shop"], "prod us-west-2": ["shop"] },
      {
        prod: {
          found: [],
          problems: [
            "shop: 3 clusters are called shop: us-west-2 in test, us-east-1 in test and us-west-2 in prod. Name one of them in fleet.yaml and exclude the others.",
          ],
        },
      },
    ],
    [
      "one of which fleet.yaml names: it is the one, and who found the other is told",
      { test: shopIn(west), prod },
      { "prod us-west-2": ["shop"] },
      {
        test: { found: ["shop (test, us-west-2)"], problems: [] },
        prod: {
          found: [],
          problems: [
            "shop: Two clusters are called shop: fleet.yaml names the one in us-west-2 in test, so the one in us-west-2 in prod is left out. Exclude it in prod.",
          ],
        },
      },
    ],
    [
      "one of which is named and the other excluded: nobody is told",
      { test: shopIn(west), prod: { ...prod, exclude: ["shop"] } },
      { "prod us-west-2": ["shop", "cart"] },
      { prod: { found: ["cart (prod, us-west-2)"], problems: [] } },
    ],
    [
      "that is one cluster, named in one environment and found by another of the same account",
      { test: shopIn(west), prod: everything },
      { "own us-west-2": ["shop", "cart"] },
      {
        test: { found: ["shop (test, us-west-2)"], problems: [] },
        prod: { found: ["cart (prod, us-west-2)"], problems: [] },
      },
    ],
    [
      "that is one cluster, found by two environments of the same account",
      { test: everything, prod: everything },
      { "own us-west-2": ["shop"] },
      {
        test: {
          found: [],
          problems: [
            "shop: Cluster shop is discovered more than once: us-west-2 in test and us-west-2 in prod. Exclude it in all environments but one.",
          ],
        },
      },
    ],
  ])("%s", async (_, environments, answers, expected) => {
    const lists = await openLists();
    answering(lists, answers);
    const { of } = open(environments);
    const found = await Promise.all(
      Object.keys(expected).map(async (name) => [name, await of(name)] as const),
    );
    expect(Object.fromEntries(found)).toEqual(expected);
  });
});
