import { expect, it } from "vitest";
import type { Milliseconds } from "../../../src/core/instant.js";
import { minute } from "../../../src/core/instant.js";
import type { UpdateLook } from "../../../src/core/judge-update.js";
import { start } from "../../builders.js";
import { newNode } from "../../seen.js";
import {
  grown,
  inPhase,
  judge,
  look,
  scalingUp,
  settingUp,
  upgrading,
  withoutCluster,
} from "./update-looks.js";

const usual = "new nodes to become Ready in every zone";
const begun = inPhase("done", "active");
const old = look().cluster?.nodes ?? [];
const joined = (...names: string[]) => [...old, ...names.map((name) => newNode(name))];
const [unready] = [newNode("x", { ready: "False" })];

it.each<[string, UpdateLook, Milliseconds, string]>([
  ["nobody is late in the first minutes", scalingUp, 4 * minute, usual],
  [
    "one that has not joined",
    scalingUp,
    5 * minute,
    `${usual}: i-x in us-west-2a has not joined, 5 min after scale up began (EKS gives up after about 15 min)`,
  ],
  [
    "one that joined and is not Ready",
    look({ autoScalingGroups: [grown("x")], cluster: { nodes: [...old, unready] } }),
    7 * minute,
    `${usual}: i-x in us-west-2a is not Ready, 7 min after scale up began (EKS gives up after about 15 min)`,
  ],
  [
    "one of two, and one that was never launched",
    look({
      autoScalingGroups: [grown("x", "y")].map((group) => ({
        ...group,
        sizes: { ...group.sizes, desired: 6 },
      })),
      cluster: { nodes: joined("y") },
    }),
    6 * minute,
    `${usual}: i-x in us-west-2a has not joined, 1 more could not be launched yet, 6 min after scale up began (EKS gives up after about 15 min)`,
  ],
  [
    "many: three are named",
    look({ autoScalingGroups: [grown("v", "w", "x", "y", "z")], cluster: { nodes: old } }),
    6 * minute,
    `${usual}: i-v in us-west-2a has not joined, i-w in us-west-2a has not joined, i-x in us-west-2a has not joined, 2 more, 6 min after scale up began (EKS gives up after about 15 min)`,
  ],
  [
    "all are there",
    look({ autoScalingGroups: [grown("x")], cluster: { nodes: joined("x") } }),
    6 * minute,
    usual,
  ],
  ["what the cluster did not tell is not guessed", withoutCluster(scalingUp), 6 * minute, usual],
])("waiting for new nodes: %s", (_, seen, lasted, waitingFor) => {
  const since = begun.phases["scale up"].startedAt ?? start;
  expect(judge(seen, begun, undefined, since + lasted)).toMatchObject({ wait: { for: waitingFor } });
});

it.each([
  ["before scale up", settingUp, inPhase("active"), "EKS to prepare the launch template"],
  ["after it", upgrading, inPhase("done", "done", "active"), "old nodes to be drained and replaced"],
])("nobody is late %s", (_, seen, before, waitingFor) => {
  expect(judge(seen, before, undefined, start + 60 * minute)).toMatchObject({ wait: { for: waitingFor } });
});
