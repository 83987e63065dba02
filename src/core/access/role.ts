import { objectionTo, unsure } from "./at-the-door.js";
import { type Doubt, type Facts, told } from "./facts.js";
import type { Objection, Ordering, Place } from "./question.js";
import type { Deputy, Members, Right } from "./rights.js";

/** By what right somebody does it: their own, or the one of whom they stand for. */
export type Standing = { readonly deputyOf?: string; readonly groups?: readonly string[] };

/** Whether they are one of those who may, and do not decide on what they asked for themselves. */
export function standing(question: Ordering, facts: Facts): Standing | Objection {
  const { caller, right, place } = question;
  const own = isOne(place.may[right], caller.user, facts);
  if (own === true) return inOwnRight(question, facts);
  const asDeputy = right === "approve" ? firstDeputyship(question, facts) : undefined;
  if (asDeputy && !("rule" in asDeputy)) return asDeputy;
  if (own !== false) return { ...unsure(`who ${whoMay(place, right)} are`, own), ask: place.may[right] };
  return asDeputy ?? notOne(place, right);
}

/** Whether this person is one of them; a doubt where Slack does not tell of all their groups. */
export function isOne(circle: Members, user: string, { groups }: Facts): boolean | Doubt {
  if (circle.users.includes(user)) return true;
  const answers = circle.groups.map((group) => told(groups, group));
  if (answers.some((answer) => "known" in answer && answer.known.includes(user))) return true;
  for (const answer of answers) if ("doubt" in answer) return answer.doubt;
  return false;
}

/** The times of somebody's deputyships that are now. */
export function deputyshipsOf({ caller, place, at }: Pick<Ordering, "caller" | "place" | "at">): Deputy[] {
  return place.deputies.filter(
    ({ of, deputy, from, until }) => deputy === caller.user && of !== caller.user && from <= at && at < until,
  );
}

function inOwnRight(question: Ordering, facts: Facts): Standing | Objection {
  const { caller, right, place } = question;
  if (right !== "approve") return {};
  if (isRequester(caller.user, question)) return requester(place, "You asked for it yourself");
  return withGroups(caller.user, place, facts, {});
}

/** The first of whom they may stand for. Where there is none, why not; undefined: they are nobody's deputy. */
function firstDeputyship(question: Ordering, facts: Facts): Standing | Objection | undefined {
  const tried = deputyshipsOf(question).map(({ of }) => inPlaceOf(of, question, facts));
  const of = (rule: Objection["rule"]) => tried.find((each) => "rule" in each && each.rule === rule);
  return tried.find((each) => !("rule" in each)) ?? of("unsure") ?? of("requester") ?? tried[0];
}

/** Only whoever has the right themselves can be stood for: deputies of deputies are none. */
function inPlaceOf(principal: string, question: Ordering, facts: Facts): Standing | Objection {
  const { caller, place, team } = question;
  const person = told(facts.people, principal);
  if ("doubt" in person) return { ...unsure("whom you stand for", person.doubt), ask: place.may.approve };
  const theirs = isOne(place.may.approve, principal, facts);
  if (theirs === false || objectionTo(person, team)) return notOne(place, "approve");
  if (theirs !== true) {
    return { ...unsure(`who ${whoMay(place, "approve")} are`, theirs), ask: place.may.approve };
  }
  if (isRequester(caller.user, question)) return requester(place, "You asked for it yourself");
  if (isRequester(principal, question)) {
    return requester(place, "You stand for the one who asked for it");
  }
  return withGroups(principal, place, facts, { deputyOf: principal });
}

function isRequester(user: string, { place, requestedBy }: Ordering): boolean {
  return user === requestedBy && !place.approvals.requesterMayApprove;
}

/** Of the groups that each have to be among those who approve. */
function withGroups(
  user: string,
  { approvals, name, may }: Place,
  facts: Facts,
  by: Standing,
): Standing | Objection {
  const groups: string[] = [];
  for (const group of approvals.oneFromEach) {
    const member = isOne({ groups: [group], users: [] }, user, facts);
    if (member === true) groups.push(group);
    else if (member !== false)
      return { ...unsure(`for which groups of ${name} you stand`, member), ask: may.approve };
  }
  return { ...by, groups };
}

function requester(place: Place, why: string): Objection {
  return {
    rule: "requester",
    why: `${why}, and ${place.name} wants somebody else to say yes`,
    ask: place.may.approve,
  };
}

function notOne(place: Place, right: Right): Objection {
  const ask = place.may[right];
  const why =
    ask.groups.length + ask.users.length === 0
      ? `fleet.yaml names nobody who may ${deed(place, right)} in ${place.name}`
      : `Only ${whoMay(place, right)} may ${deed(place, right)}`;
  return { rule: "role", why, ask };
}

/** "the approvers of prod" */
function whoMay({ name, operators, approvers, may }: Place, right: Right): string {
  const roles = [
    ["operators", operators],
    ["approvers", approvers],
  ] as const;
  const first = right === "approve" ? roles.toReversed() : roles;
  const role = first.find(([, members]) => same(members, may[right]))?.[0];
  return role ? `the ${role} of ${name}` : `those whom fleet.yaml names for it in ${name}`;
}

const deeds: Readonly<Record<Right, string>> = {
  plan: "plan upgrades",
  start: "start upgrades",
  approve: "approve or reject upgrades",
  force: "have upgrades forced",
  cancel: "pause or cancel upgrades",
  snooze: "snooze what is behind",
  lock: "lock and unlock",
  "break glass": "start upgrades without approval",
};

function deed({ may }: Place, right: Right): string {
  const both = (right === "plan" || right === "start") && same(may.plan, may.start);
  return both ? "plan and start upgrades" : deeds[right];
}

function same(one: Members, other: Members): boolean {
  const key = ({ groups, users }: Members) => JSON.stringify([groups.toSorted(), users.toSorted()]);
  return key(one) === key(other);
}
