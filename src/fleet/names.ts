import { z } from "zod";
import type { Issue } from "./issue.js";

/** Only the names, whatever else is wrong: so that names used twice are reported together with the rest. */
const named = { name: z.string().catch("") };
const clusterNames = z.array(z.object(named).catch({ name: "" })).catch([]);
const namesOnly = z.object({
  environments: z.array(z.object({ ...named, clusters: clusterNames }).catch({ name: "", clusters: [] })),
});

/** Environments and clusters that bear a name which another one before them bears. */
export function namesUsedTwice(data: unknown): Issue[] {
  const { environments } = namesOnly.safeParse(data).data ?? { environments: [] };
  const names = new Set<string>();
  const environmentOf = new Map<string, string>();
  return environments.flatMap(({ name, clusters }, i) => {
    const path = ["environments", i];
    const twice = name !== "" && names.has(name);
    names.add(name);
    const own: Issue[] = twice ? [{ path: [...path, "name"], message: `"${name}" is used twice` }] : [];
    return own.concat(
      clusters.flatMap((cluster, j) => {
        const other = environmentOf.get(cluster.name);
        if (cluster.name !== "") environmentOf.set(cluster.name, name);
        if (other === undefined) return [];
        const message = `"${cluster.name}" is in environment ${other} already: commands name a cluster by its name alone, so it must be unique`;
        return [{ path: [...path, "clusters", j, "name"], message }];
      }),
    );
  });
}
