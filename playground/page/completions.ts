import { selfManagedGroupsOf } from "../world/lookup.js";
import { offerIn, releasesFor } from "../world/releases.js";
import type { AutoScalingGroup } from "../world/scaling-state.js";
import type { Cluster, World } from "../world/state.js";

/** What the bot's help tells, kept by hand: the playground knows nothing of the bot's code. A test holds the two together. */
export const usages = [
  "list [cluster]",
  "check [cluster]",
  "plan <cluster>[/<node-group>] [--to <version|release> | --ami <ami-id>]",
  "start <cluster>[/<node-group>] [--to <version|release> | --ami <ami-id>] [--reason <why>]",
  "status [run]",
  "pause <run>",
  "resume <run>",
  "cancel <run>",
  "retry <run>",
  "repair <cluster>",
  "watch <cluster>[/<node-group>]",
  "lock <cluster|environment> <reason>",
  "unlock <cluster|environment>",
  "history [cluster|environment|run] [--user @somebody]",
  "break-glass <run>|<cluster>[/<node-group>] <reason>",
  "help",
] as const;

/** Commands to choose from, with this world's clusters, node groups and AMIs in the place of arguments. */
export function completions(world: World): string[] {
  const clusters = [...world.clusters.values()];
  const managed = clusters.flatMap((cluster) =>
    [...cluster.nodeGroups.keys()].map((group) => `${cluster.name}/${group}`),
  );
  const own = clusters.flatMap((cluster) =>
    selfManagedGroupsOf(world, cluster).map((group) => ({
      target: `${cluster.name}/${group.name}`,
      images: imagesFor(world, cluster, group),
    })),
  );
  const environments = world.scenario.environments?.map((environment) => environment.name) ?? ["prod"];
  const commands = usages.flatMap((usage) => {
    const [name = ""] = usage.split(" ");
    const reason = usage.endsWith(" <reason>") ? " <reason>" : "";
    if (usage.includes("<cluster|environment>"))
      return [...environments, ...clusters.map((cluster) => cluster.name)].map(
        (place) => `${name} ${place}${reason}`,
      );
    if (usage.endsWith("<cluster>")) return clusters.map((cluster) => `${name} ${cluster.name}`);
    // Only what EKS does can be watched.
    if (name === "watch") return managed.map((target) => `${name} ${target}`);
    if (!usage.includes("<cluster>")) return [usage.replace(/ \[[^\]]+\]/g, "")];
    return [...managed, ...own.map(({ target }) => target)].map((target) => `${name} ${target}${reason}`);
  });
  const withImages = own.flatMap(({ target, images }) =>
    ["plan", "start"].flatMap((name) => images.map((image) => `${name} ${target} --ami ${image}`)),
  );
  return ["/eks-upgrade", ...[...commands, ...withImages].map((command) => `/eks-upgrade ${command}`)];
}

/** Those of the nodes' own family for the control plane's version, newest first, and the account's own. */
function imagesFor(world: World, { version, region }: Cluster, { wanted }: AutoScalingGroup): string[] {
  const { releases, withdrawn } = offerIn(world, region);
  const own = [...releases, ...withdrawn].find(({ image }) => image === wanted.image);
  const published = own ? releasesFor({ releases }, version, own.amiType).reverse() : [];
  return [...published, ...(world.scenario.images ?? [])].map(({ image }) => image);
}
