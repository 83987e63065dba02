import { describe, expect, it } from "vitest";
import { defaultScenario, findScenario, scenarios } from "../../../playground/scenarios/index.js";
import { latestRelease } from "../../../playground/world/releases.js";

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
      for (const { group } of groups)
        expect(scenario.releases).toContainEqual(
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
        const workloads = scenario.clusters.find(({ name }) => name === cluster)?.workloads ?? [];
        const there = workloads.filter(({ namespace }) => namespace === does.namespace);
        const names =
          does.kind === "scale"
            ? there.map(({ name }) => name)
            : there.flatMap(({ budgets = [] }) => budgets.map(({ name }) => name));
        expect(names).toContain(does.kind === "scale" ? does.deployment : does.budget);
      }
    });

    it("expects an end that its command can lead to", () => {
      const { cluster, nodeGroup, release, end } = scenario.expected;
      expect(scenario.command).toContain(`${cluster}/${nodeGroup}`);
      const group = groups.find((one) => one.cluster.name === cluster && one.group.name === nodeGroup)?.group;
      const latest = latestRelease(scenario, group?.version ?? "", group?.amiType ?? "")?.release;
      expect(group?.release).not.toBe(latest);
      expect(release).toBe(end === "done" ? latest : group?.release);
    });
  },
);

it("an unknown name finds no scenario", () => {
  expect(findScenario("nope")).toBeUndefined();
});

it("the default scenario is the workshop", () => {
  expect(defaultScenario.name).toBe("eks-workshop");
});
