import { type BotProcess, startBot } from "./bot-process.js";
import type { Playground } from "./playground.js";
import { objectsWithin, textOf } from "./slack/json.js";
import type { Message } from "./slack/types.js";
import { expectation } from "./world/expectation.js";

/** What people do in a scenario, as the demo and tests play it. Every wait is for a change, none is for time to pass. */
export interface Story {
  /** The process that is the bot now. */
  readonly bot: BotProcess;
  /** The bot is connected and people can talk to it. */
  connected(): Promise<void>;
  /** The operator types the scenario's command. */
  ask(): Promise<void>;
  /** The scheduled digest that has a button for what the scenario's command names. */
  digest(): Promise<Message>;
  /** The operator presses Upgrade on it, for that, and sends the form as it comes. */
  askFrom(digest: Message): Promise<void>;
  /** The card as it asks for approval. */
  card(): Promise<Message>;
  /** The approver presses Approve on it. */
  approve(card: Message): Promise<void>;
  /** The world has come to the scenario's expected end; within so many real milliseconds, where they are given. */
  end(within?: number): Promise<void>;
  /** The last word of the thread, which is shown in the channel too; or the question that the scenario ends with. */
  lastWord(): Promise<Message>;
  /** What a change in Slack shows; its wait ends where the bot does. @throws with what Slack shows */
  waitFor<Found>(what: string, look: () => Found | undefined | false): Promise<Found>;
  /**
   * The world's time moves forward to that moment, through all that is due on the way, and goes on at another speed where
   * one is given. The bot is away meanwhile, and is started again by the new time.
   */
  moveTime(to: number, speed?: number): Promise<void>;
}

/** World seconds per real second: an hour is a third of a second of this world. */
const standstill = 0.0001;

export const approveAction = "eks-upgrade:approve";
const upgradeAction = "eks-upgrade:digest-upgrade";
/** What the names of all actions begin with that answer a question. */
const answerActions = "eks-upgrade:answer-";

/** @param patience real milliseconds for anything to happen */
export function playStory(
  playground: Playground,
  patience: number,
  first = startBot(playground.environment),
): Story {
  let bot = first;
  const { slack, world } = playground;
  const channel = () => slack.workspace.messages(slack.channel);
  const everything = () => slack.workspace.everything(slack.channel);
  const operator = slack.as(slack.users.operator);
  const { cluster, nodeGroup } = world.scenario.expected;
  const target = `${cluster}/${nodeGroup}`;
  const asks = world.scenario.expected.end === "asked";
  const within = (what: string) => ({ timeoutMs: patience, what });
  const orDead = <T>(wait: Promise<T>): Promise<T> => Promise.race([wait, whenDead(bot)]);
  const waitFor: Story["waitFor"] = (what, look) => orDead(slack.waitFor(look, within(what)));
  const connected = () =>
    waitFor("the bot's connection", () => slack.socketMode.connections > 0).then(() => {});
  return {
    get bot() {
      return bot;
    },
    waitFor,
    connected,
    async moveTime(to, speed = world.clock.speed) {
      // However long the bot takes to say goodbye.
      world.clock.setSpeed(standstill);
      await bot.stop();
      await slack.waitFor(() => slack.socketMode.connections === 0, within("the bot's farewell"));
      await world.clock.jump(to);
      world.clock.setSpeed(speed);
      bot = startBot({ ...playground.environment, CLOCK: world.clock.variable });
      await connected();
    },
    async ask() {
      const [name = "", ...rest] = world.scenario.command.split(" ");
      await operator.command(name, rest.join(" "));
    },
    digest: () =>
      waitFor(`a digest with ${target}`, () => channel().find((message) => upgradeButton(message, target))),
    async askFrom(digest) {
      const value = upgradeButton(digest, target);
      if (value === undefined) throw new Error(`The digest has no button for ${target}.`);
      await operator.click(digest, { actionId: upgradeAction, value });
      const form = await waitFor("the form", () => operator.modal());
      await operator.submit(form);
    },
    card: () =>
      waitFor("the approval card", () => channel().find((message) => hasButton(message, approveAction))),
    async approve(card) {
      await slack.as(slack.users.approver).click(card, approveAction);
    },
    async end(allowance = patience) {
      const deadline = Date.now() + allowance;
      const stop = new AbortController();
      const reached = new Promise<void>((resolve, reject) => {
        const look = () => {
          const { met, why } = expectation(world);
          if (met) resolve();
          else if (Date.now() > deadline)
            reject(new Error(`The world did not come to its expected end: ${why}.`));
          else if (!stop.signal.aborted) world.clock.after(1_000, look);
        };
        look();
      });
      await orDead(reached).finally(() => stop.abort());
    },
    lastWord: () =>
      waitFor(asks ? "a question in the thread" : "the last word of the thread", () =>
        everything().find((message) => message.broadcast || (asks && hasButton(message, answerActions))),
      ),
  };
}

/** The value of the button that begins with the upgrade of this, "<cluster>/<node group>". */
function upgradeButton({ blocks }: Message, target: string): string | undefined {
  const buttons = [...objectsWithin(blocks)].filter(({ action_id }) => action_id === upgradeAction);
  return buttons.map(({ value }) => textOf(value)).find((value) => value.endsWith(`/${target}`));
}

export function hasButton(message: Message, action: string): boolean {
  return JSON.stringify(message.blocks).includes(`"${action}`);
}

async function whenDead(bot: BotProcess): Promise<never> {
  const how = await bot.ended;
  throw new Error(`The bot ended (${how}). Its last words:\n${bot.output().slice(-4_000)}`);
}
