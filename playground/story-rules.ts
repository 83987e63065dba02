import type { Playground } from "./playground.js";
import { field, objectsWithin, textOf } from "./slack/json.js";
import { renderMrkdwn } from "./slack/render-text.js";
import type { Message } from "./slack/types.js";
import { approveAction, hasButton, type Story } from "./story.js";
import { localTimes, nextLocalTime } from "./world/time.js";

/** A story while it is played, and who listens. */
export interface Telling {
  readonly playground: Playground;
  readonly story: Story;
  readonly say: (line: string) => void;
  /** World seconds per real second, once nothing has to be done by a certain time. */
  readonly speed: number;
}

const minute = 60_000;
const scheduleAction = "eks-upgrade:schedule";
const testTarget = "shop-test/default";
const cluster = "shop-prod";
const timeZone = "Europe/Berlin";
/** As long as the release has to run in test, and a little more. */
const soaking = 31 * minute;
/** World seconds per real second at most, before the window opens: the first upgrade, and people, have to be done by then. */
const fastestAtFirst = 120;
const fastestTalk = 30;

/** At which the story has to begin, where `speed` is wanted. */
export const firstSpeed = (speed: number) => Math.min(speed, fastestAtFirst);

/**
 * The scenario `rules` until prod's upgrade is under way: what the bot says at each step is held against what the rules
 * say. @throws with what was seen instead
 */
export async function untilRulesLetIt(telling: Telling): Promise<void> {
  await testGoesAtOnce(telling);
  await prodWaitsForTest(telling);
  const card = await prodIsScheduled(telling);
  await twoApprove(telling, card);
  await beginsByItself(telling);
}

async function testGoesAtOnce(telling: Telling): Promise<void> {
  const { playground, story, say } = telling;
  const { slack } = playground;
  say(`${timeIn(playground)}. Operator types in #test-upgrades: /eks-upgrade start ${testTarget}`);
  await answerTo(telling, "operator", `start ${testTarget}`, slack.testChannel);
  await story.waitFor("the end of test's upgrade", () =>
    slack.workspace.everything(slack.testChannel).find(({ broadcast }) => broadcast),
  );
  const asked = slack.workspace.everything(slack.testChannel).find(isCard);
  must(!asked, "test asked for approval, though it needs none.", asked);
  say("test needs no approval and has no window: it was upgraded at once.");
}

async function prodWaitsForTest(telling: Telling): Promise<void> {
  const { playground, say } = telling;
  const command = commandOf(playground);
  say(`${timeIn(playground)}. Operator types in #prod-upgrades: /eks-upgrade ${command}`);
  const refused = await answerTo(telling, "operator", command);
  must(
    /\btest\b/.test(said(refused)) && /30 min/.test(said(refused)),
    "prod did not wait for test.",
    refused,
  );
  must(!hasButton(refused, scheduleAction), "prod offered to schedule what test has not run.", refused);
  must(
    !playground.slack.workspace.messages(playground.slack.channel).some(isCard),
    "prod asked for approval.",
  );
}

async function prodIsScheduled(telling: Telling): Promise<Message> {
  const { playground, story, say } = telling;
  const { slack, world } = playground;
  say("Half an hour goes by, while test runs the release. The bot is started again, as after a deployment.");
  await story.moveTime(world.clock.now() + soaking, Math.min(world.clock.speed, fastestTalk));
  const command = commandOf(playground);
  say(`${timeIn(playground)}. Operator asks again: /eks-upgrade ${command}`);
  const closed = await answerTo(telling, "operator", command);
  const label = labelOf(closed, scheduleAction);
  must(/10:00/.test(label ?? ""), "There is no button that schedules it for 10:00.", closed);
  say(`The window is closed. Operator presses "${label}".`);
  await slack.as(slack.users.operator).click(closed, scheduleAction);
  return story.card();
}

async function twoApprove(telling: Telling, card: Message): Promise<void> {
  const { playground, story, say } = telling;
  const { slack } = playground;
  const approves = (who: Role) => slack.as(slack.users[who]).click(card, approveAction);
  say("Bystander presses Approve.");
  const before = slack.workspace.ephemerals(slack.users.bystander).length;
  await approves("bystander");
  const refused = await story.waitFor(
    "a refusal",
    () => slack.workspace.ephemerals(slack.users.bystander)[before],
  );
  must(said(refused).includes(slack.groups.approvers), "The refusal does not say whom to ask.", refused);
  must(!cardNow(telling, card).text.includes("1 of 2"), "The bystander's click counted.", refused);

  say("Approver presses Approve.");
  await approves("approver");
  await story.waitFor("1 of 2 approvals", () => cardNow(telling, card).text.includes("1 of 2 approvals"));
  say(`The card says: ${spoken(lineOf(cardNow(telling, card), "1 of 2 approvals"), playground)}`);
  say("Second approver, who is of security, presses Approve.");
  await approves("secondApprover");
  await story.waitFor("an approved card", () => !isCard(cardNow(telling, card)));
  const { length } = updatesOf(playground);
  must(length === 0, `It began ${length} times before its window opened.`);
}

async function beginsByItself({ playground, story, say, speed }: Telling): Promise<void> {
  const { world } = playground;
  say(`${timeIn(playground)}. It is approved, and waits. Time goes on to 10:00.`);
  const opensAt = nextLocalTime(world.clock.now(), (local) => local.time === "10:00", timeZone);
  await story.moveTime(opensAt, speed);
}

/** When all is over: it ran within its window, and `history` tells who did what. */
export async function historyShowsIt(telling: Telling): Promise<void> {
  const begun = updatesOf(telling.playground).map(({ createdAt }) => localTimes(timeZone)(createdAt));
  must(
    begun.length === 1 && begun.every(({ day, time }) => day === "mon" && time >= "10:00" && time < "16:00"),
    `It did not begin once, within its window, but ${begun.map(({ day, time }) => `${day} ${time}`).join(", ") || "never"}.`,
  );
  const { slack } = telling.playground;
  const command = `history ${cluster}`;
  telling.say(`Operator types: /eks-upgrade ${command}`);
  const history = await answerTo(telling, "operator", command);
  for (const who of ["operator", "approver", "secondApprover", "bystander"] as const)
    must(said(history).includes(slack.users[who]), `The history does not name the ${who}.`, history);
}

type Role = keyof Playground["slack"]["users"];

/** What the person alone sees of what they typed. */
async function answerTo(
  { playground: { slack }, story }: Telling,
  who: Role,
  text: string,
  channel = slack.channel,
): Promise<Message> {
  const user = slack.users[who];
  const before = slack.workspace.ephemerals(user).length;
  await slack.as(user).command("/eks-upgrade", text, channel);
  return story.waitFor(`an answer to ${text}`, () => slack.workspace.ephemerals(user)[before]);
}

/** @throws with what was expected, and what was seen */
function must(holds: boolean, otherwise: string, seen?: Message): void {
  if (!holds) throw new Error(`${otherwise}${seen ? ` Seen:\n${said(seen)}` : ""}`);
}

const isCard = (message: Message) => hasButton(message, approveAction);

function cardNow({ playground }: Telling, card: Message): Message {
  return playground.slack.workspace.find(card.channel, card.ts) ?? card;
}

/** Everything a message says and offers. */
const said = ({ text, blocks }: Message) => `${text}\n${JSON.stringify(blocks)}`;

function labelOf({ blocks }: Message, action: string): string {
  const button = [...objectsWithin(blocks)].find(({ action_id }) => action_id === action);
  return textOf(field(button?.text, "text"));
}

const lineOf = ({ text }: Message, words: string) =>
  text.split("\n").find((line) => line.includes(words)) ?? "";

const spoken = (mrkdwn: string, { slack, world }: Playground) =>
  renderMrkdwn(mrkdwn, { names: slack.workspace, now: world.clock.now() });

const commandOf = ({ world }: Playground) => world.scenario.command.replace(/^\S+ /, "");

const updatesOf = ({ world }: Playground) => world.clusters.get(cluster)?.updates ?? [];

/** "Mon 08:31 in Berlin" */
function timeIn({ world }: Playground): string {
  const { day, time } = localTimes(timeZone)(world.clock.now());
  return `${day.slice(0, 1).toUpperCase()}${day.slice(1)} ${time} in Berlin`;
}
