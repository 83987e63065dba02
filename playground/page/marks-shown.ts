import type { Node } from "../kubernetes/objects.js";
import type { Instance } from "../world/state.js";
import type { MarkShown } from "./protocol.js";

/** What the bot notes beside its marks: "<run> taint,load balancers". */
const note = "eks-upgrade-bot/marks";

interface Mark {
  readonly what: string;
  /** In the bot's note. */
  readonly name: string;
  isOn(node: Node): boolean;
}

const marks: readonly Mark[] = [
  {
    what: "no new pods",
    name: "taint",
    isOn: ({ spec }) => (spec.taints ?? []).some(({ key }) => key === "eks.amazonaws.com/nodegroup"),
  },
  {
    what: "off load balancers",
    name: "load balancers",
    isOn: ({ metadata }) =>
      metadata.labels?.["node.kubernetes.io/exclude-from-external-load-balancers"] !== undefined,
  },
  {
    what: "no scale-down",
    name: "keep",
    isOn: ({ metadata }) =>
      metadata.annotations?.["cluster-autoscaler.kubernetes.io/scale-down-disabled"] !== undefined,
  },
  { what: "cordoned", name: "cordon", isOn: ({ spec }) => spec.unschedulable === true },
];

/** Noted by the bot, it is the bot's; anything else somebody put there, be it kubectl or the scenario. */
export function marksShown(instance: Instance, node: Node | undefined): MarkShown[] {
  if (!node) return [];
  const noted = node.metadata.annotations?.[note] ?? "";
  const names = noted.slice(noted.indexOf(" ") + 1).split(",");
  const known = marks
    .filter(({ isOn }) => isOn(node))
    .map(({ what, name }): MarkShown => ({ what, whose: names.includes(name) ? "bot" : "person" }));
  const other = (instance.marks.taints ?? []).filter((key) =>
    node.spec.taints?.some((taint) => taint.key === key),
  );
  return [...known, ...other.map((key): MarkShown => ({ what: `taint ${key}`, whose: "person" }))];
}
