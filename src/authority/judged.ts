import type { Refused } from "../authority.js";
import type { Doubt, Facts, Told, Wanted } from "../core/access/facts.js";
import { objectionOf, type Stage } from "../core/access/judge.js";
import type { Entering, Objection } from "../core/access/question.js";
import type { People } from "../slack/people.js";
import { isSlackTrouble } from "../slack/trouble.js";

/** Stage by stage: asks Slack for what a stage wants to know, and for no more once somebody is refused. */
export async function judged<Question extends Entering>(
  people: People,
  stages: readonly Stage<Question>[],
  question: Question,
  how: { readonly fresh: boolean },
): Promise<{ readonly refused: Refused } | { readonly facts: Facts }> {
  let facts = nothing;
  for (const stage of stages) {
    facts = joined(facts, await gathered(people, stage.asks(question), [...facts.people.keys()], how.fresh));
    const objection = objectionOf([stage], question, facts);
    if (objection) return { refused: refusedFor(objection) };
  }
  return { facts };
}

const nothing: Facts = { people: new Map(), channels: new Map(), groups: new Map() };

/** `users`: whose membership of the groups is of interest. */
export async function gathered(
  slack: People,
  wanted: Partial<Wanted>,
  users: readonly string[],
  fresh: boolean,
): Promise<Facts> {
  const [people, channels, groups] = await Promise.all([
    answers(wanted.people, (user) => slack.person(user, { fresh })),
    answers(wanted.channels, (channel) => slack.channel(channel)),
    answers(wanted.groups, (group) => slack.members(group, { fresh, users })),
  ]);
  return { people, channels, groups };
}

async function answers<Answer>(
  ids: readonly string[] = [],
  ask: (id: string) => Promise<Answer>,
): Promise<ReadonlyMap<string, Told<Answer>>> {
  const all = ids.map(async (id): Promise<[string, Told<Answer>]> => {
    try {
      return [id, { known: await ask(id) }];
    } catch (error) {
      if (!isSlackTrouble(error)) throw error;
      return [id, { doubt: error }];
    }
  });
  return new Map(await Promise.all(all));
}

function joined(one: Facts, other: Facts): Facts {
  return {
    people: new Map([...one.people, ...other.people]),
    channels: new Map([...one.channels, ...other.channels]),
    groups: new Map([...one.groups, ...other.groups]),
  };
}

function refusedFor({ doubt, ...objection }: Objection): Refused {
  return { allowed: false, ...objection, ...(isSlackTrouble(doubt) && { unsure: doubt }) };
}

/** What kept Slack from telling, if anything did. */
export function firstDoubt({ groups }: Facts): Doubt | undefined {
  for (const answer of groups.values()) if ("doubt" in answer) return answer.doubt;
  return undefined;
}
