import type { PostedAt } from "../posted-at.js";
import type { SimulatedSlack } from "../slack/server.js";
import type { ChangeType, World, WorldChange } from "../world/state.js";
import type { Begun } from "./administration.js";
import { clusterShown } from "./cluster-shown.js";
import { completions } from "./completions.js";
import type { BotShown, BreakageShown, Snapshot, TimeShown } from "./protocol.js";
import { releasesShown } from "./releases-shown.js";
import { environmentsShown } from "./rules-shown.js";
import { noSlack, slackShown } from "./slack-shown.js";

/** How much of the world's record the page shows. */
const remembered = 50;

export interface Stage {
  readonly world: World;
  /** Absent where Slack is not simulated. */
  readonly slack: SimulatedSlack | undefined;
  readonly postedAt: PostedAt;
  readonly begun: Begun;
  readonly time: TimeShown;
  readonly bot: BotShown;
  readonly breakages: readonly BreakageShown[];
}

/** @param who a person's id or role; anything else means the first person */
export function snapshotFor(who: string, stage: Stage): Snapshot {
  const { world, slack, time, bot, breakages } = stage;
  const { name, story, command } = world.scenario;
  return {
    scenario: { name, story, command },
    ...(slack ? slackShown(slack, who, stage) : noSlack),
    environments: environmentsShown(world, slack),
    clusters: [...world.clusters.values()].map((cluster) => clusterShown(world, cluster)),
    history: world.history
      .slice(-remembered)
      .reverse()
      .map((change) => ({ at: change.at, what: inWords(change) })),
    time,
    bot,
    breakages,
    releases: releasesShown(world),
    completions: completions(world),
  };
}

/** Records that do not say themselves what they are about. */
const bare: readonly ChangeType[] = ["update", "phase", "template", "sizes", "health"];

function inWords({ type, subject, what }: WorldChange): string {
  return bare.includes(type) ? `${subject}: ${what}` : what;
}
