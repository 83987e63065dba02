import { z } from "zod";
import type { Issue } from "./issue.js";

/** Only what is asked for here, whatever else is wrong. */
const rules = z.object({
  environments: z.array(
    z
      .object({
        name: z.string().catch(""),
        after: z
          .object({ environment: z.string() })
          .transform(({ environment }) => environment)
          .optional()
          .catch(undefined),
      })
      .catch({ name: "", after: undefined }),
  ),
});

/** Environments that wait for one that is not there, for themselves, or for each other. */
export function orderBroken(data: unknown): Issue[] {
  const { environments } = rules.safeParse(data).data ?? { environments: [] };
  const names = environments.map(({ name }) => name);
  const before = new Map(environments.map(({ name, after }) => [name, after]));
  return environments.flatMap(({ name, after }, i) => {
    if (after === undefined) return [];
    const issue = (message: string) => [{ path: ["environments", i, "after", "environment"], message }];
    const others = names.filter((other) => other !== name && other !== "");
    const which = others.length > 0 ? `write ${others.join(" or ")}` : "leave it out, for there is no other";
    if (after === name) return issue(`is the environment itself: ${which}`);
    if (!names.includes(after)) return issue(`names no environment of this file: ${which}`);
    const circle = circleFrom(name, before);
    return circle
      ? issue(`goes round in a circle (${circle.join(" after ")}): one of them must go first`)
      : [];
  });
}

/** Back to where it began; undefined where it ends, or goes round elsewhere. */
function circleFrom(name: string, before: ReadonlyMap<string, string | undefined>): string[] | undefined {
  const way = [name];
  for (let next = before.get(name); next !== undefined; next = before.get(next)) {
    if (next === name) return [...way, name];
    if (way.includes(next)) return undefined;
    way.push(next);
  }
  return undefined;
}
