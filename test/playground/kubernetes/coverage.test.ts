import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { discover } from "../../../playground/kubernetes/api/discovery.js";
import { part } from "../../../playground/kubernetes/api/http.js";
import { routes } from "../../../playground/kubernetes/api/routes.js";
import { kubernetesCoverage } from "../../../playground/kubernetes/coverage.js";
import { foundTown } from "./town.js";

/** Everything that discovery tells a client it may do: "<verb> <resource>". */
function discovered(): string[] {
  const { cluster } = foundTown();
  const groups = part(discover("/apis", cluster), "groups") as {
    preferredVersion: { groupVersion: string };
  }[];
  const pages = ["/api/v1", ...groups.map((group) => `/apis/${group.preferredVersion.groupVersion}`)];
  return pages.flatMap((page) => {
    const resources = part(discover(page, cluster), "resources") as { name: string; verbs: string[] }[];
    return resources.flatMap(({ name, verbs }) => verbs.map((verb) => `${verb} ${name}`));
  });
}

describe("the coverage list of the simulated Kubernetes", () => {
  const listed = kubernetesCoverage.map(({ operation }) => operation).sort();

  it("equals what the server answers", () => {
    expect(listed).toEqual(routes.map(({ verb, resource }) => `${verb} ${resource}`).sort());
  });

  it("equals what discovery says", () => {
    expect(listed).toEqual(discovered().sort());
  });

  it("names tests that exist, and says of every part what is left out", () => {
    for (const { testedBy, how, notes } of kubernetesCoverage) {
      expect(existsSync(testedBy), testedBy).toBe(true);
      if (how === "part") expect(notes).toBeTruthy();
    }
  });

  it("there are no jobs", () => {
    expect(foundTown().cluster.store.list("jobs")).toEqual([]);
  });
});
