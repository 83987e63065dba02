import { type BotProcess, startBot } from "./bot-process.js";
import type { Playground } from "./playground.js";
import { objectsWithin, textOf } from "./slack/json.js";
import type { Message } from "./slack/types.js";
import { expectation } from "./world/expectation.js";

/** What people do in a scenario, as the demo and tests play it. Every wait is for a change, none is for time to pass. */
export interface Story {
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
}

const approveAction = "eks-upgrade:approve";
const upgradeAction = "eks-upgrade:digest-upgrade";
/** What the names of all actions begin with that answer a question. */
const answerActions = "eks-upgrade:answer-";

/** @param patience real milliseconds for anything to happen */
export function playStory(
  playground: Playground,
  patience: number,
  bot = startBot(playground.environment),
): Story {
  const { slack, world } = playground;
  const channel = () => slack.workspace.messages(slack.channel);
  const everything = () => slack.workspace.everything(slack.channel);
  const operator = slack.as(slack.users.operator);
  const target = world.scenario.command.split(" ").at(-1) ?? "";
  const asks = world.scenario.expected.end === "asked";
  const within = (what: string) => ({ timeoutMs: patience, what });
  const orDead = <T>(wait: Promise<T>): Promise<T> => Promise.race([wait, whenDead(bot)]);
  return {
    bot,
    connected: () =>
      orDead(slack.waitFor(() => slack.socketMode.connections > 0, within("the bot's connection"))).then(
        () => {},
      ),
    async ask() {
      const [name = "", ...rest] = world.scenario.command.split(" ");
      await operator.command(name, rest.join(" "));
    },
    digest: () =>
      orDead(
        slack.waitFor(
          () => channel().find((message) => upgradeButton(message, target)),
          within(`a digest with ${target}`),
        ),
      ),
    async askFrom(digest) {
      const value = upgradeButton(digest, target);
      if (value === undefined) throw new Error(`The digest has no button for ${target}.`);
      await operator.click(digest, { actionId: upgradeAction, value });
      const form = await orDead(slack.waitFor(() => operator.modal(), within("the form")));
      await operator.submit(form);
    },
    card: () =>
      orDead(
        slack.waitFor(
          () => channel().find((message) => hasButton(message, approveAction)),
          within("the approval card"),
        ),
      ),
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
      orDead(
        slack.waitFor(
          () =>
            everything().find((message) => message.broadcast || (asks && hasButton(message, answerActions))),
          within(asks ? "a question in the thread" : "the last word of the thread"),
        ),
      ),
  };
}

/** The value of the button that begins with the upgrade of this, "<cluster>/<node group>". */
function upgradeButton({ blocks }: Message, target: string): string | undefined {
  const buttons = [...objectsWithin(blocks)].filter(({ action_id }) => action_id === upgradeAction);
  return buttons.map(({ value }) => textOf(value)).find((value) => value.endsWith(`/${target}`));
}

function hasButton(message: Message, action: string): boolean {
  return JSON.stringify(message.blocks).includes(`"${action}`);
}

async function whenDead(bot: BotProcess): Promise<never> {
  const how = await bot.ended;
  throw new Error(`The bot ended (${how}). Its last words:\n${bot.output().slice(-4_000)}`);
}
