import { expect } from "vitest";
import { freePort } from "../../playground/free-port.js";
import { fleet } from "../../playground/scenarios/fleet.js";
import type { Scenario } from "../../playground/scenarios/types.js";
import { renderMessage } from "../../playground/slack/render.js";
import type { Message } from "../../playground/slack/types.js";
import { startClock } from "../../playground/world/clock.js";
import type { Bot } from "../../src/bot.js";
import { connectRedis } from "../../src/redis/connection.js";
import { redisDigests } from "../../src/redis/digests.js";
import { soon } from "../soon.js";
import { type Mode, openStage, requestUrl, type Stage } from "./stage.js";

/** Thursday 2026-10-22, a minute before the digest of the scenario `fleet`. */
const morning = Date.UTC(2026, 9, 22, 8, 59);
const day = 24 * 3600_000;

/** The fleet without what makes a scan take long: two clusters that answer, in two accounts, and one that does not. */
export const smallFleet: Scenario = {
  ...fleet,
  clusters: fleet.clusters.filter(({ name }) => ["shop-test", "shop-prod", "vault-prod"].includes(name)),
};

export interface DigestStage extends Stage {
  /** Where the bot takes orders in HTTP mode. */
  readonly address: string;
  /** The digest of the channel that is the newest there, as it stands when `holds` does. */
  digest(channel: string, holds?: (text: string) => boolean): Promise<Message>;
  /** All top-level messages of the channel as people read them. */
  read(channel: string): string[];
  /** The bot is away while the world goes on to a minute before the digest so many days later; then it starts again. */
  later(days: number, meanwhile?: () => void): Promise<void>;
}

export interface DigestStageOptions {
  readonly scenario?: Scenario;
  readonly mode?: Mode;
  readonly speed?: number;
}

/** World seconds per real second. */
const standstill = 0.0001;

/** A world on that morning, and a bot in it that knows when the digests are due. */
export async function openDigestStage(options: DigestStageOptions = {}): Promise<DigestStage> {
  const { scenario = smallFleet, mode = "socket", speed = 60 } = options;
  const clock = startClock({ speed: standstill, worldOrigin: morning });
  const stage = await openStage({ scenario, mode, clock });
  const { slack, world } = stage.playground;
  const port = await freePort();
  const start = () => stage.startBot({ CLOCK: clock.variable, ...(mode === "http" && { PORT: `${port}` }) });
  let bot: Bot = await start();
  await untilArranged(stage, scenario);
  const away = async (meanwhile: () => Promise<void> | void) => {
    await bot.stop();
    await meanwhile();
    bot = await start();
  };
  // However long the bot takes to start: what comes meanwhile is made up for.
  await away(() => clock.setSpeed(speed));
  const text = (message: Message) => asRead(stage, message);
  return {
    ...stage,
    address: requestUrl(port),
    digest: (channel, holds = () => true) =>
      slack.waitFor(
        () => {
          const last = slack.workspace.messages(channel).findLast(isDigest);
          return last && holds(text(last)) && last;
        },
        { what: "the digest" },
      ),
    read: (channel) => slack.workspace.messages(channel).map(text),
    later: (days, meanwhile = () => {}) =>
      away(async () => {
        await world.clock.jump(morning + days * day);
        meanwhile();
      }),
  };
}

/** Until there is a record of each channel's digests. */
export async function untilArranged(
  { redisUrl }: Pick<Stage, "redisUrl">,
  scenario: Scenario,
): Promise<void> {
  const told = scenario.environments?.filter(({ digest }) => digest) ?? [];
  const channels = new Set(told.map(({ channel }) => channel)).size;
  const connection = connectRedis({ url: redisUrl }, "worker", () => {});
  const digests = redisDigests(connection);
  const count = async () => expect(await digests.series()).toHaveLength(channels);
  await soon(count).finally(() => connection.disconnect());
}

const isDigest = ({ text, blocks }: Message) =>
  /next digest|newer digest/i.test(`${text} ${JSON.stringify(blocks)}`);

/** As a person reads it, without who wrote it and when. */
export function asRead({ playground: { slack, world } }: Stage, message: Message): string {
  const [, ...lines] = renderMessage(message, { names: slack.workspace, now: world.clock.now() });
  return lines.map((line) => line.trim()).join("\n");
}
