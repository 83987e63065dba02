import type { RulesOf } from "../core/scan/rows.js";
import type { Fleet } from "../fleet.js";

/** How bad it is that something is behind, by the name of its environment. */
export function rulesOf({ environments }: Fleet): RulesOf {
  const nobody = { mention: { groups: [], users: [] } };
  const rules = new Map(environments.map(({ name, severity }) => [name, severity]));
  return (name) => rules.get(name) ?? { critical: nobody, warning: nobody };
}
