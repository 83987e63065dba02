import { type JsonObject, objectsWithin, textOf } from "../playground/slack/json.js";
import type { Message, View } from "../playground/slack/types.js";
import { approveAction } from "../playground/story.js";
import type { Run } from "../src/core/run.js";
import type { Runs } from "../src/redis/runs.js";
import { pauseAction } from "../src/slack/views/control.js";
import { type BusySlack, shownIn } from "./ack-slack.js";
import { until } from "./until.js";

/** What people do before anything is measured, all of it over the wire: requests, approvals, forms. */

/** As many at a time. */
const atOnce = 10;

/** Asked for by one operator after another. Resolves when each has its card. */
export async function ask({ slack, operators }: BusySlack, targets: readonly string[]): Promise<void> {
  const before = cards(slack).length;
  for (const [index, some] of inParts(targets).entries()) {
    const asked = some.map((target, each) => {
      const user = operators[(index * atOnce + each) % operators.length] ?? "";
      return slack.as(user).command("/eks-upgrade", `start ${target}`);
    });
    await Promise.all(asked);
  }
  await until(
    `the cards of ${targets.length} requests`,
    () => cards(slack).length >= before + targets.length,
  );
}

/** Approves what was asked for of these. Resolves when every one of them is being carried out. */
export async function approve(
  { slack, approvers }: BusySlack,
  targets: readonly string[],
  runs: Runs,
): Promise<void> {
  const wanted = new Set(targets);
  const ids = new Set((await open(runs)).filter((run) => wanted.has(targetOf(run))).map(({ id }) => id));
  const theirs = cards(slack).filter((card) =>
    [...ids].some((id) => valueOn(card, approveAction).startsWith(`${id}|`)),
  );
  for (const [index, some] of inParts(theirs).entries()) {
    await Promise.all(
      some.map((card, each) => slack.as(approvers[each % approvers.length] ?? "").click(card, approveAction)),
    );
    const soFar = Math.min(theirs.length, (index + 1) * atOnce);
    await until(`${soFar} approved runs`, async () => (await underWay(runs)) >= soFar);
  }
  await until(`${targets.length} runs under way`, async () => (await underWay(runs)) === targets.length);
}

/** How many runs are being carried out, and have begun to. */
export async function underWay(runs: Runs): Promise<number> {
  const begun = ({ steps }: Run) =>
    steps.some(({ phases }) => Object.values(phases).some((one) => one.state === "active"));
  return (await open(runs)).filter((run) => run.state === "running" && begun(run)).length;
}

export async function open(runs: Runs): Promise<Run[]> {
  const stored = await Promise.all((await runs.open()).map((id) => runs.load(id)));
  return stored.flatMap((each) => (each ? [each.run] : []));
}

/** Opens the form on the screens of so many people. */
export async function openForms({ slack, operators }: BusySlack, count: number): Promise<View[]> {
  const people = operators.slice(0, count).map((user) => slack.as(user));
  await Promise.all(people.map((person) => person.command("/eks-upgrade", "")));
  await until(`${count} forms`, () => people.every((person) => person.modal() !== undefined));
  return people.flatMap((person) => person.modal() ?? []);
}

/** Messages with a button to pause a request that nobody has approved: it is refused. */
export function withButtons({ slack }: BusySlack, ids: readonly string[]): Message[] {
  return ids.map((id) => {
    const button = {
      type: "button",
      action_id: pauseAction,
      text: { type: "plain_text", text: "Pause" },
      value: id,
    };
    const blocks: JsonObject[] = [{ type: "actions", elements: [button] }];
    return slack.workspace.post(slack.channel, slack.users.bot, { text: "Pause", blocks });
  });
}

function cards(slack: BusySlack["slack"]): Message[] {
  return shownIn(slack).filter((message) => valueOn(message, approveAction) !== "");
}

/** What the message's button carries; empty where it has none. */
function valueOn({ blocks }: Message, action: string): string {
  return textOf([...objectsWithin(blocks)].find(({ action_id }) => action_id === action)?.value);
}

const targetOf = ({ plan: { cluster, steps } }: Run) => `${cluster}/${steps[0]?.nodeGroup}`;

function inParts<T>(all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / atOnce) }, (_, part) =>
    all.slice(part * atOnce, (part + 1) * atOnce),
  );
}
