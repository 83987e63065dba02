import type { Refused } from "../authority.js";
import { groupsNamed, maySee } from "../core/access/judge.js";
import { nobody, type Ordering, type Place } from "../core/access/question.js";
import type { People } from "../slack/people.js";
import { gathered } from "./judged.js";

/**
 * While Slack is asked about very many people: who is in none of the circles that fleet.yaml names may do nothing, whoever
 * they are, and is not asked about. What Slack still tells is for those who may do something.
 */
export async function isOutsider(
  people: People,
  environments: readonly Place[],
  question: Omit<Ordering, "right" | "place">,
): Promise<boolean> {
  if (!people.crowded()) return false;
  const { user } = question.caller;
  const facts = await gathered(people, { groups: groupsNamed(environments) }, [user], false);
  return environments.every((place) => maySee({ ...question, place }, facts) === false);
}

export const outsider: Refused = {
  ...{ allowed: false, rule: "role", ask: nobody },
  why: "fleet.yaml gives you no part in any environment",
};
