import { describe, expect, it } from "vitest";
import { defaultScenario, findScenario, scenarios } from "../../../playground/scenarios/index.js";
import { latestRelease } from "../../../playground/world/releases.js";

const managed = scenarios.flatMap((scenario) => {
  const { expected } = scenario;
  const isManaged = expected.end === "done" || expected.end === "failed";
  return isManaged ? [[scenario.name, scenario, expected] as const] : [];
});

const selfManaged = scenarios.flatMap((scenario) => {
  const { expected } = scenario;
  const isManaged = expected.end === "done" || expected.end === "failed";
  return isManaged ? [] : [[scenario.name, scenario, expected] as const];
});

describe.each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
  "scenario %s",
  (_name, scenario) => {
    const groups = scenario.clusters.flatMap((cluster) =>
      cluster.nodeGroups.map((group) => ({ cluster, group })),
    );

    it("is found by its name and tells a story", () => {
      expect(findScenario(scenario.name)).toBe(scenario);
      expect(scenario.story).not.toBe("");
    });

    it("runs its node groups on releases that were published for their minor and amiType", () => {
      for (const { group } of groups.filter(({ group }) => group.amiType !== "CUSTOM"))
        expect([...scenario.releases, ...(scenario.withdrawn ?? [])]).toContainEqual(
          expect.objectContaining({ version: group.version, amiType: group.amiType, release: group.release }),
        );
    });

    it("gives every release an AMI of its own and a kubelet of its minor", () => {
      expect(new Set(scenario.releases.map(({ image }) => image)).size).toBe(scenario.releases.length);
      for (const { version, kubelet } of scenario.releases)
        expect(kubelet).toMatch(new RegExp(`^v${version}\\.\\d+-eks-`));
    });

    it("dates nothing later than a month before it was written", () => {
      const dates = [
        ...scenario.releases.map(({ publishedOn }) => publishedOn),
        ...scenario.clusters.map(({ createdOn }) => createdOn),
        ...groups.map(({ group }) => group.createdOn),
      ];
      for (const date of dates) expect(Date.parse(date)).toBeLessThan(Date.parse("2026-10-22"));
    });

    it("puts node groups into subnets of their cluster", () => {
      for (const { cluster, group } of groups)
        expect(cluster.subnets.map(({ id }) => id)).toEqual(expect.arrayContaining([...group.subnets]));
    });

    it("lets somebody act only on what it has", () => {
      for (const { cluster, does } of scenario.acts ?? []) {
        const there = scenario.clusters.find(({ name }) => name === cluster);
        if ("group" in does) expect(there?.selfManaged?.map(({ name }) => name)).toContain(does.group);
        if (!("namespace" in does)) continue;
        const workloads = there?.workloads.filter(({ namespace }) => namespace === does.namespace) ?? [];
        const names =
          does.kind === "scale"
            ? workloads.map(({ name }) => name)
            : workloads.flatMap(({ budgets = [] }) => budgets.map(({ name }) => name));
        expect(names).toContain(does.kind === "scale" ? does.deployment : does.budget);
      }
    });

    it("asks for what it expects the end of", () => {
      const { cluster, nodeGroup } = scenario.expected;
      expect(scenario.command).toContain(`${cluster}/${nodeGroup}`);
    });
  },
);

describe.each(managed)("scenario %s, of a managed node group", (_name, scenario, expected) => {
  it("expects an end that its command can lead to", () => {
    const group = scenario.clusters
      .find(({ name }) => name === expected.cluster)
      ?.nodeGroups.find(({ name }) => name === expected.nodeGroup);
    const latest = latestRelease(scenario, group?.version ?? "", group?.amiType ?? "")?.release;
    expect(group?.release).not.toBe(latest);
    expect(expected.release).toBe(expected.end === "done" ? latest : group?.release);
  });
});

describe.each(selfManaged)("scenario %s, of a self-managed node group", (_name, scenario, expected) => {
  it("expects an end that its command can lead to", () => {
    const group = scenario.clusters
      .find(({ name }) => name === expected.cluster)
      ?.selfManaged?.find(({ name }) => name === expected.nodeGroup);
    const image = group?.template.versions[(group?.nodesVersion ?? 0) - 1]?.image;
    const release = scenario.releases.find((published) => published.image === image);
    const latest = latestRelease(scenario, release?.version ?? "", release?.amiType ?? "");
    expect(latest?.image).toBeDefined();
    expect(image).not.toBe(latest?.image);
    if (expected.end !== "stopped") expect(expected.image).toBe(latest?.image);
  });
});

it("an unknown name finds no scenario", () => {
  expect(findScenario("nope")).toBeUndefined();
});

it("the default scenario is the workshop", () => {
  expect(defaultScenario.name).toBe("eks-workshop");
});
