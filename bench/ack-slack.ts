import { type SimulatedSlack, serveSlack } from "../playground/slack/server.js";
import type { Message } from "../playground/slack/types.js";

/** The simulated Slack with as many people as it takes to stay within what the bot lets each of them do. */
export interface BusySlack {
  readonly slack: SimulatedSlack;
  readonly operators: readonly string[];
  readonly approvers: readonly string[];
  /** An operator who does not stop. */
  readonly hasty: string;
}

/**
 * Each gives 28 orders a minute of the 30 that the bot takes, and the bot asks Slack about each once a minute, which Slack
 * allows for 100.
 */
const operatorCount = 90;
const approverCount = 10;

export async function openBusySlack(): Promise<BusySlack> {
  const slack = await serveSlack();
  const { workspace, groups, channel, testChannel } = slack;
  const numbered = (word: string, count: number) =>
    Array.from({ length: count }, (_, index) => `U0${word}${String(index).padStart(2, "0")}`);
  const operators = numbered("OPERATOR", operatorCount);
  const approvers = numbered("APPROVER", approverCount);
  const hasty = "U0HASTY";
  const people = [...operators, ...approvers, hasty];
  for (const id of people) {
    workspace.users.set(id, { id, name: id.toLowerCase(), realName: id, isBot: false, deleted: false });
  }
  workspace.setMembers(groups.operators, [...operators, hasty]);
  workspace.setMembers(groups.approvers, approvers);
  for (const id of [channel, testChannel]) {
    const { members = [] } = workspace.channels.get(id) ?? {};
    workspace.changeChannel(id, { members: [...members, ...people] });
  }
  return { slack, operators, approvers, hasty };
}

/** What the channels of both environments show. */
export function shownIn({ workspace, channel, testChannel }: SimulatedSlack): Message[] {
  return [channel, testChannel].flatMap((id) => [...workspace.messages(id)]);
}
