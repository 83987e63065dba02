import type { World } from "../world/state.js";

/** What the bot's help tells, kept by hand: the playground knows nothing of the bot's code. A test holds the two together. */
export const usages = [
  "list [cluster]",
  "plan <cluster>[/<node-group>] [--to <version|release>]",
  "start <cluster>[/<node-group>] [--to <version|release>]",
  "status [run]",
  "cancel <run>",
  "watch <cluster>[/<node-group>]",
  "help",
] as const;

/** Commands to choose from, with this world's clusters and node groups in the place of targets. */
export function completions(world: World): string[] {
  const targets = [...world.clusters.values()].flatMap((cluster) =>
    [...cluster.nodeGroups.keys()].map((group) => `${cluster.name}/${group}`),
  );
  const commands = usages.flatMap((usage) => {
    const [name = ""] = usage.split(" ");
    if (usage.includes("<cluster>")) return targets.map((target) => `${name} ${target}`);
    return [usage.replace(/ \[[^\]]+\]/g, "")];
  });
  return ["/eks-upgrade", ...commands.map((command) => `/eks-upgrade ${command}`)];
}
