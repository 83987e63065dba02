import type { Audit } from "../src/audit.js";
import type { Actor } from "../src/authority.js";
import { placesOver } from "../src/clusters.js";
import { isUnder, type Lock, type LockScope, locksOver, scopeName } from "../src/core/locks.js";
import type { Run } from "../src/core/run.js";
import type { Environment } from "../src/fleet.js";
import type { View } from "../src/slack/limits.js";
import { refusal } from "../src/slack/views/answers.js";
import { alreadyLocked, lockedAnswer, notLocked, unlockedAnswer } from "../src/slack/views/locks.js";
import { nearestName } from "./parse.js";
import { notAllowed } from "./refused.js";
import type { Found } from "./target.js";
import type { Tools } from "./tools.js";
import { recordRefusal } from "./undecided.js";

/** What a lock uses of the tools. */
interface Used extends Pick<Tools, "fleet" | "clusters" | "locks" | "clock"> {
  readonly authority: Pick<Tools["authority"], "may" | "visible">;
  readonly upgrades: Pick<Tools["upgrades"], "open">;
  readonly audit: Pick<Audit, "record">;
}

/** `lock <cluster|environment> <reason>` */
export async function lock(place: string, reason: string, actor: Actor, tools: Used): Promise<View> {
  const found = await findPlace("lock", place, actor, tools);
  if ("refused" in found) return found.refused;
  const scope = found.found;
  const how = { by: actor.user, reason };
  // Read before: should the store go away after the write, "nothing was changed" would be untrue.
  const runs = await runsUnder(scope, tools);
  const taken = await tools.locks.lock(scope, how);
  const now = tools.clock.now();
  if (taken !== "taken") {
    const against = { rule: "locked already", why: taken.reason };
    recordRefusal(tools.audit, actor, { what: "lock", on: scopeName(scope), ...scope, ...against });
    return alreadyLocked(taken, actor.user, now);
  }
  return lockedAnswer({ ...scope, ...how, at: now }, runs);
}

/** `unlock <cluster|environment>`: whoever may lock may take off anybody's lock, and is told whose it was. */
export async function unlock(place: string, actor: Actor, tools: Used): Promise<View> {
  const found = await findPlace("unlock", place, actor, tools);
  if ("refused" in found) return found.refused;
  const scope = found.found;
  const [open, locks] = await Promise.all([runsUnder(scope, tools), tools.locks.all()]);
  const taken = await tools.locks.unlock(scope, actor.user);
  const now = tools.clock.now();
  const left = locks.filter((each) => scopeName(each) !== scopeName(scope));
  const others = left.filter((each) => touches(each, scope));
  if (!taken) {
    recordRefusal(tools.audit, actor, { what: "unlock", on: scopeName(scope), ...scope, rule: "not locked" });
    return notLocked(scope, others, now);
  }
  const runs = open.filter(({ plan }) => locksOver(left, ...placesOver(tools.fleet, plan)).length === 0);
  return unlockedAnswer(taken, { by: actor.user, runs, others, now });
}

/** One that forbids something in the scope. */
function touches(one: Lock, scope: LockScope): boolean {
  if (one.environment !== scope.environment) return false;
  return one.cluster === undefined || scope.cluster === undefined || one.cluster === scope.cluster;
}

/** Those, too, whose cluster has come under it since they were planned. */
async function runsUnder(
  scope: LockScope,
  { upgrades, fleet }: Pick<Used, "upgrades" | "fleet">,
): Promise<Run[]> {
  const open = await upgrades.open();
  return open.filter(({ plan }) => placesOver(fleet, plan).some((place) => isUnder(scope, place)));
}

/** A place by the names that it may be called by. */
interface Place {
  readonly environment: Environment;
  readonly scope: LockScope;
  readonly names: readonly string[];
}

/** Finds the place and makes sure that this person may lock it. Who may not, does not learn which places there are. */
async function findPlace(
  verb: "lock" | "unlock",
  name: string,
  actor: Actor,
  tools: Used,
): Promise<Found<LockScope>> {
  const places = await placesOf(tools);
  const called = places.filter(({ names }) => names.includes(name));
  const [place, other] = called.length > 1 ? await visibleOf(called, actor, tools) : called;
  if (!place) return { refused: await unknownPlace(name, places, actor, tools) };
  if (other) return { refused: whichPlace(verb, name, [place, other]) };
  const { environment, scope } = place;
  const on = scopeName(scope);
  const { cluster } = scope;
  const about = { what: `${verb} ${on}`, ...(cluster !== undefined && { cluster }) };
  const ruling = await tools.authority.may("lock", environment, actor, about);
  if (ruling.allowed) return { found: scope };
  const [seen] = await visibleOf([place], actor, tools);
  if (!seen) return { refused: await unknownPlace(name, places, actor, tools) };
  return { refused: notAllowed(`You may not ${verb} ${on}.`, ruling) };
}

/** Environments, their clusters, and clusters that are locked, be they listed or not: their locks can be taken off. */
async function placesOf({ fleet, clusters, locks }: Used): Promise<Place[]> {
  const locked = await locks.all();
  const places = fleet.environments.map(async (environment) => {
    const listed = (await clusters.of(environment)).clusters.map(({ name }) => name);
    const others = locked.filter((each) => each.environment === environment.name);
    const names = new Set([...listed, ...others.flatMap(({ cluster }) => cluster ?? [])]);
    return [wholeOf(environment), ...[...names].map((name) => clusterOf(environment, name))];
  });
  return (await Promise.all(places)).flat();
}

function wholeOf(environment: Environment): Place {
  const { name } = environment;
  // With a slash, where a cluster has the same name.
  return { environment, scope: { environment: name }, names: [name, `${name}/`] };
}

function clusterOf(environment: Environment, cluster: string): Place {
  const scope = { environment: environment.name, cluster };
  return { environment, scope, names: [cluster, scopeName(scope)] };
}

async function visibleOf(
  places: readonly Place[],
  actor: Actor,
  { authority }: Pick<Used, "authority">,
): Promise<Place[]> {
  const visible = new Set((await authority.visible(actor)).map(({ name }) => name));
  return places.filter(({ environment }) => visible.has(environment.name));
}

/** An environment and a cluster of one name. */
function whichPlace(verb: string, name: string, places: readonly Place[]): View {
  const typed = places.map(
    ({ scope, names }) => `/eks-upgrade ${verb} ${names[1] ?? name} (${kindOf(scope)})`,
  );
  return refusal({
    what: `Which ${name}?`,
    why: `An environment and a cluster are both called that, or two clusters are.`,
    next: `Write ${typed.join(" or ")}.`,
  });
}

function kindOf({ environment, cluster }: LockScope): string {
  return cluster === undefined ? "the whole environment" : `the cluster in ${environment}`;
}

async function unknownPlace(
  name: string,
  places: readonly Place[],
  actor: Actor,
  { authority, clusters }: Pick<Used, "authority" | "clusters">,
): Promise<View> {
  const environments = await authority.visible(actor);
  const seen = new Set(environments.map((environment) => environment.name));
  const names = places.flatMap((place) => (seen.has(place.environment.name) ? place.names : []));
  const near = nearestName(name, names);
  const listed = await Promise.all(environments.map((environment) => clusters.of(environment)));
  const [unlisted] = listed.flatMap(({ problems }) => problems);
  return refusal({
    what: `I know no environment and no cluster "${name}".`,
    why: near === undefined ? seenWords([...seen]) : `Did you mean ${near}?`,
    next: unlisted
      ? `Not every cluster could be listed. ${unlisted.problem.what}. ${unlisted.problem.next}`
      : "/eks-upgrade list shows your clusters.",
  });
}

function seenWords(environments: readonly string[]): string {
  if (environments.length === 0) return "You may lock none";
  return `You see ${environments.length === 1 ? "the environment" : "the environments"} ${environments.join(", ")}`;
}
