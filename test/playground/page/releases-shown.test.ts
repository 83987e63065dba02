import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openPlayground, type Playground } from "../../../playground/playground.js";
import { fleet } from "../../../playground/scenarios/fleet.js";
import { latestRelease } from "../../../playground/world/releases.js";
import { type Visit, visit } from "./visit.js";

const usual = { version: "1.34", amiType: "AL2023_x86_64_STANDARD" } as const;

let playground: Playground;
let page: Visit;
beforeEach(async () => {
  playground = await openPlayground({ scenario: fleet, speed: 1 });
  page = await visit(playground, { slack: true });
});
afterEach(async () => {
  await page.close();
  await playground.close();
});

const newest = () => latestRelease(playground.world, usual.version, usual.amiType)?.release;
const list = async () => {
  const { releases, history } = await page.looks("operator");
  const shown = releases.find(
    ({ version, amiType }) => version === usual.version && amiType === usual.amiType,
  );
  return { newest: shown?.newest, last: history[0]?.what };
};

describe("the page's AMI releases", () => {
  it("list each Kubernetes minor and AMI type once, those of managed node groups first", async () => {
    const { releases } = await page.looks("operator");
    const keys = releases.map(({ version, amiType }) => `${version} ${amiType}`);
    expect(new Set(keys).size).toBe(keys.length);
    const [first] = fleet.clusters;
    expect(keys[0]).toBe(`${first?.nodeGroups[0]?.version} ${first?.nodeGroups[0]?.amiType}`);
    expect(keys).not.toContainEqual(expect.stringContaining("CUSTOM"));
    for (const { version, amiType, newest: name } of releases)
      expect(name).toBe(latestRelease(playground.world, version, amiType)?.release);
  });

  it("get a new one, and lose it again; the page's story tells both", async () => {
    const before = newest();
    expect(await list()).toMatchObject({ newest: before });
    expect(await page.act({ act: "release", ...usual })).toEqual({ ok: true });
    const published = newest();
    expect(published).not.toBe(before);
    expect(await list()).toEqual({
      newest: published,
      last: expect.stringContaining(`published ${published}`),
    });
    expect(await page.act({ act: "withdraw", ...usual })).toEqual({ ok: true });
    expect(await list()).toEqual({ newest: before, last: expect.stringContaining(`${published}`) });
  });

  it.each([
    [
      "of what nobody knows",
      { act: "release", version: "1.34", amiType: "AL9" },
      "Nothing was ever published",
    ],
    ["to go back from", { act: "withdraw", version: "1.0", amiType: usual.amiType }, "no earlier release"],
  ] as const)("are not to be had %s, and a sentence says so", async (_sentence, act, why) => {
    expect(await page.act(act)).toEqual({ ok: false, why: expect.stringContaining(why) });
  });
});
