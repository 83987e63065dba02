import { sayUtc } from "../zones.js";
import { objectionTo, unsure } from "./at-the-door.js";
import { type Doubt, type Facts, told } from "./facts.js";
import { isNobody, nobodyLeft, type Objection, type Ordering, others, type Place } from "./question.js";
import type { Deputy, Members, Right } from "./rights.js";

/** By what right somebody does it: their own, or the one of whom they stand for. */
export type Standing = { readonly deputyOf?: string; readonly groups?: readonly string[] };

/** Whether they are one of those who may, and do not decide on what they asked for themselves. */
export function standing(question: Ordering, facts: Facts): Standing | Objection {
  const { caller, right, place } = question;
  const own = isOne(place.may[right], caller.user, facts);
  if (own === true) return inOwnRight(question, facts);
  const asDeputy = right === "approve" ? bestDeputyship(question, facts) : undefined;
  if (asDeputy && !("rule" in asDeputy)) return asDeputy;
  if (own !== false) return unsure(`who ${whoMay(place, right)} are`, own);
  return asDeputy ?? (right === "approve" ? notInTheirTime(question) : undefined) ?? notOne(place, right);
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
  return everDeputy({ caller, place }).filter(({ from, until }) => from <= at && at < until);
}

function everDeputy({ caller, place }: Pick<Ordering, "caller" | "place">): Deputy[] {
  return place.deputies.filter(({ of, deputy }) => deputy === caller.user && of !== caller.user);
}

function inOwnRight(question: Ordering, facts: Facts): Standing | Objection {
  const { caller, right, place } = question;
  if (right !== "approve") return {};
  if (isRequester(caller.user, question)) return requester(question);
  return withGroups(caller.user, place, facts, {});
}

/**
 * Of those whom they may stand for the one for whom their yes is worth most, the first of several. Where there is none, why
 * not; undefined: they are nobody's deputy.
 */
function bestDeputyship(question: Ordering, facts: Facts): Standing | Objection | undefined {
  const tried = deputyshipsOf(question).map(({ of }) => inPlaceOf(of, question, facts));
  const of = (rule: Objection["rule"]) => tried.find((each) => "rule" in each && each.rule === rule);
  const worth = worthOf(question);
  const [best] = tried
    .flatMap((each) => ("rule" in each ? [] : [each]))
    .toSorted((one, other) => worth(other) - worth(one));
  return best ?? of("unsure") ?? of("requester") ?? tried[0];
}

/** How many of the groups it brings that are still missing; less than none where it would not count. */
function worthOf({ approvals = [] }: Ordering): (by: Standing) => number {
  const spoken = approvals.flatMap(({ by, deputyOf }) => [by, deputyOf]);
  const stoodFor = approvals.flatMap(({ groups = [] }) => groups);
  return ({ deputyOf, groups = [] }) =>
    spoken.includes(deputyOf) ? -1 : groups.filter((group) => !stoodFor.includes(group)).length;
}

/** Only whoever has the right themselves can be stood for: deputies of deputies are none. */
function inPlaceOf(principal: string, question: Ordering, facts: Facts): Standing | Objection {
  const { caller, place, team } = question;
  const person = told(facts.people, principal);
  if ("doubt" in person) return unsure("whom you stand for", person.doubt);
  const theirs = isOne(place.may.approve, principal, facts);
  if (theirs === false || objectionTo(person, team)) return notOne(place, "approve");
  if (theirs !== true) return unsure(`who ${whoMay(place, "approve")} are`, theirs);
  if (isRequester(caller.user, question) || isRequester(principal, question)) return requester(question);
  return withGroups(principal, place, facts, { deputyOf: principal });
}

function isRequester(user: string, { place, requestedBy }: Ordering): boolean {
  return user === requestedBy && !place.approvals.requesterMayApprove;
}

/** Of the groups that each have to be among those who approve. */
function withGroups(
  user: string,
  { approvals, name }: Place,
  facts: Facts,
  by: Standing,
): Standing | Objection {
  const groups: string[] = [];
  for (const group of approvals.oneFromEach) {
    const member = isOne({ groups: [group], users: [] }, user, facts);
    if (member === true) groups.push(group);
    else if (member !== false) return unsure(`for which groups of ${name} you stand`, member);
  }
  return { ...by, groups };
}

/** They asked for it, or stand for whoever did: neither of the two is worth asking. */
function requester({ caller, place, requestedBy = caller.user }: Ordering): Objection {
  const who =
    caller.user === requestedBy ? "You asked for it yourself" : "You stand for the one who asked for it";
  const ask = others(place.may.approve, [caller.user, requestedBy]);
  const more = isNobody(ask) ? `. ${nobodyLeft}` : "";
  return { rule: "requester", why: `${who}, and ${place.name} wants somebody else to say yes${more}`, ask };
}

/** A deputy whose time is yet to come, or else is over. */
function notInTheirTime(question: Ordering): Objection | undefined {
  const { place, at } = question;
  const all = everDeputy(question);
  if (all.length === 0 || isNobody(place.may.approve)) return undefined;
  const coming = all.filter(({ from }) => at < from).map(({ from }) => from);
  const when =
    coming.length > 0
      ? `begins ${sayUtc(Math.min(...coming))}`
      : `ended ${sayUtc(Math.max(...all.map(({ until }) => until)))}`;
  const not = notOne(place, "approve");
  return { ...not, why: `${not.why}, and deputies in their time: that ${when}` };
}

function notOne(place: Place, right: Right): Objection {
  const ask = place.may[right];
  const why = isNobody(ask)
    ? `fleet.yaml names nobody who may ${deed(place, right)} in ${place.name}. Whoever keeps fleet.yaml can change that`
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
