import type { Beside } from "../../../src/fleet/rules.js";
import { parseFleet } from "../../../src/fleet.js";

const usual: Readonly<Record<string, string>> = {
  channel: "C0HERE",
  operators: "{ groups: [S0OPS] }",
  approvers: "{ groups: [S0APPROVERS] }",
  clusters: "[{ name: eks-workshop, region: us-west-2 }]",
};

/** A file of one environment, called shop; `keys` replace the usual ones, or are added. The first of them is on line 3. */
export function written(keys: Readonly<Record<string, string>>, top = ""): string {
  const rest = Object.entries(usual).filter(([key]) => !(key in keys));
  const lines = [...Object.entries(keys), ...rest].map(([key, value]) => `    ${key}: ${value}`);
  return [`environments:`, `  - name: ${keys.name ?? "shop"}`, ...lines.filter(unnamed), top].join("\n");
}

const unnamed = (line: string): boolean => !line.startsWith("    name:");

/** What the file says of the environment. @throws with every problem */
export function environmentIn(keys: Readonly<Record<string, string>>) {
  const read = parseFleet(written(keys), "f");
  if ("problems" in read) throw new Error(read.problems.join("\n"));
  const [environment] = read.fleet.environments;
  if (!environment) throw new Error("no environment");
  return environment;
}

/** Problems as "3: approvals.required …": line, and key within the environment. */
export function problemsIn(keys: Readonly<Record<string, string>>, top = "", beside?: Beside): string[] {
  const read = parseFleet(written(keys, top), "f", beside);
  const problems = "problems" in read ? read.problems : [];
  return problems.map((line) => line.replace(/^f:(\d+): (environments\[0\]\.)?/, "$1: "));
}
