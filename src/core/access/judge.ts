import { activeMember, closedChannel, isDirect, ownWorkspace } from "./at-the-door.js";
import type { Facts, Wanted } from "./facts.js";
import { channelsOf, fitHome, oneOfItsChannels } from "./place.js";
import type { Entering, Objection, Ordering, Place } from "./question.js";
import { type Right, rights } from "./rights.js";
import { deputyshipsOf, isOne, type Standing, standing } from "./role.js";

type Rule<Question> = (question: Question, facts: Facts) => Objection | undefined;

/** Some of the rules, and what has to be asked of Slack before they can be judged. */
export interface Stage<Question> {
  readonly asks: (question: Question) => Partial<Wanted>;
  readonly rules: readonly Rule<Question>[];
}

/** Whatever somebody wants: before anything else is looked up. */
export const atTheDoor: readonly Stage<Entering>[] = [
  { asks: () => ({}), rules: [ownWorkspace] },
  {
    asks: ({ caller: { user, channel } }) => ({
      people: [user],
      ...(channel !== undefined && !isDirect(channel) && { channels: [channel] }),
    }),
    rules: [activeMember, closedChannel],
  },
];

/**
 * Everything that somebody wants to do in an environment, rule by rule. Whoever breaks several is told of the first, and
 * Slack is asked for no more than what it takes to get there.
 */
export const toOrder: readonly Stage<Ordering>[] = [
  { asks: () => ({}), rules: [ownWorkspace] },
  {
    asks: (question) => ({ people: peopleOf(question), channels: channelsOf(question) }),
    rules: [activeMember, closedChannel, fitHome, oneOfItsChannels],
  },
  { asks: groupsOf, rules: [roleAndRequester] },
];

/** Of what was done before: whoever did it still may. Where they did it counts no more. */
export const toStand: readonly Stage<Ordering>[] = [
  { asks: (question) => ({ people: peopleOf(question) }), rules: [activeMember] },
  { asks: groupsOf, rules: [roleAndRequester] },
];

/** The same, where something is about to begin because of it: that is told in the environment's own channel. */
export const toBegin: readonly Stage<Ordering>[] = [
  ...toStand,
  { asks: ({ place }) => ({ channels: [place.channel] }), rules: [fitHome] },
];

/** The first objection. */
export function objectionOf<Question>(
  stages: readonly Stage<Question>[],
  question: Question,
  facts: Facts,
): Objection | undefined {
  for (const rule of stages.flatMap(({ rules }) => rules)) {
    const objection = rule(question, facts);
    if (objection) return objection;
  }
  return undefined;
}

function roleAndRequester(question: Ordering, facts: Facts): Objection | undefined {
  const by = standing(question, facts);
  return "rule" in by ? by : undefined;
}

/** By what right it is done, where nothing objects. */
export function standingOf(question: Ordering, facts: Facts): Standing {
  const by = standing(question, facts);
  return "rule" in by ? {} : by;
}

function peopleOf(question: Ordering): string[] {
  const stoodFor = question.right === "approve" ? deputyshipsOf(question).map(({ of }) => of) : [];
  return [...new Set([question.caller.user, ...stoodFor])];
}

function groupsOf({ right, place }: Ordering): Partial<Wanted> {
  const { groups } = place.may[right];
  return {
    groups: right === "approve" ? [...new Set([...groups, ...place.approvals.oneFromEach])] : groups,
  };
}

/** Every user group that gives any right in these environments. */
export function groupsNamed(places: readonly Place[]): string[] {
  return [...new Set(places.flatMap(({ may }) => rights.flatMap((right) => may[right].groups)))];
}

/** Whether somebody has any right in an environment: then they may see it. Undefined: Slack does not tell. */
export function maySee(question: Omit<Ordering, "right">, facts: Facts): boolean | undefined {
  const { caller, place } = question;
  const having = (right: Right) => isOne(place.may[right], caller.user, facts);
  const standsIn = deputyshipsOf(question).map(({ of }) => isOne(place.may.approve, of, facts));
  const all = [...rights.map(having), ...standsIn];
  if (all.includes(true)) return true;
  return all.every((each) => each === false) ? false : undefined;
}
