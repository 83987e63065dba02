import { expect, it } from "vitest";
import { origin, stage } from "./stage.js";

it("the nodes of the origin are as old as their node group, new ones as young as they are", async () => {
  const { cluster, group, start, until } = await stage();
  const births = () =>
    new Map(
      cluster.kubernetes.store
        .list("nodes")
        .map(({ metadata }) => [metadata.name, Date.parse(metadata.creationTimestamp)]),
    );
  const first = births();
  expect([...first.values()]).toEqual([group.createdAt, group.createdAt, group.createdAt]);
  const update = start();
  await until(() => update.status === "Successful");
  for (const [name, birth] of births()) {
    expect(first.has(name)).toBe(false);
    expect(birth).toBeGreaterThan(origin);
  }
});
