import type { Clock } from "./clock.js";
import {
  type ApprovalRules,
  approve,
  askAgain,
  type Decision,
  expire,
  type Refusal,
  reject,
  requestRun,
} from "./core/decide.js";
import type { RunEvent } from "./core/events.js";
import type { Plan, Wish } from "./core/plan.js";
import { assemblePlan, planChanges } from "./core/planner.js";
import type { Run } from "./core/run.js";
import type { ClusterSeen, NodeGroupSeen, ReleaseSeen } from "./core/seen.js";
import type { Environment } from "./fleet.js";
import { lookForPlan } from "./phases/look.js";
import type { Outside } from "./phases/outside.js";
import type { Runs, StoredRun } from "./redis/runs.js";

/** A node group of the fleet, and the environment that rules over it. */
export interface Target {
  readonly environment: Environment;
  readonly cluster: string;
  readonly region: string;
  readonly nodeGroup: string;
}

export interface UpgradesOptions {
  readonly runs: Runs;
  readonly outside: Outside;
  readonly clock: Clock;
  /** SHA-256 of a text, in hexadecimal. */
  readonly digest: (text: string) => string;
  readonly newRunId: () => string;
  /** The record changed: show it, and if it runs, go on with it. */
  readonly changed: (run: Run) => Promise<void>;
}

export type Requested = { readonly run: Run } | { readonly open: Run } | { readonly blocked: Plan };

/** What came of a click: decided, or asked again because the world had changed, or a reason why not. */
export type Decided =
  | { readonly outcome: "decided" | "asked again"; readonly run: Run }
  | { readonly outcome: "refused"; readonly refusal: Refusal | "claimed"; readonly run: Run }
  | { readonly outcome: "unknown run" };

export interface NodeGroupOverview {
  readonly nodeGroup: NodeGroupSeen;
  /** Absent where AWS lists none (custom AMIs). */
  readonly latest?: ReleaseSeen;
}

/** What people can ask of the bot. Authorisation happens before, in commands/; every write happens in here. */
export interface Upgrades {
  plan(target: Target, wish: Wish): Promise<Plan>;
  request(target: Target, wish: Wish, by: string): Promise<Requested>;
  decide(
    id: string,
    decision: "approve" | "reject",
    by: string,
    hash: string,
    rules: ApprovalRules,
  ): Promise<Decided>;
  /** Ends a request that nobody decided in time; leaves anything else alone. */
  expire(id: string): Promise<void>;
  find(id: string): Promise<{ run: Run; events: RunEvent[] } | undefined>;
  open(): Promise<Run[]>;
  recent(count: number): Promise<Run[]>;
  overview(cluster: {
    name: string;
    region: string;
  }): Promise<{ cluster: ClusterSeen; nodeGroups: NodeGroupOverview[] }>;
  nodeGroups(cluster: { name: string; region: string }): Promise<string[]>;
}

export function rulesOf(environment: Environment): ApprovalRules {
  const { approvals, approvers } = environment;
  return { ...approvals, approverGroups: approvers.groups, approverUsers: approvers.users };
}

export function openUpgrades(options: UpgradesOptions): Upgrades {
  const { runs, outside, clock } = options;
  const planFor = (target: Target, wish: Wish) => makePlan(options, target, wish);
  return {
    plan: planFor,
    request: (target, wish, by) => request(options, target, wish, by),
    decide: (id, decision, by, hash, rules) => decide(options, id, decision, by, hash, rules),
    async expire(id) {
      const at = clock.now();
      const stored = await runs.load(id);
      if (!stored || at < stored.run.expiresAt) return;
      await save(options, stored, expire(stored.run, at));
    },
    async find(id) {
      const stored = await runs.load(id);
      return stored && { run: stored.run, events: await runs.events(id) };
    },
    open: async () => loadAll(runs, await runs.open()),
    recent: async (count) => loadAll(runs, await runs.recent(count)),
    overview: (cluster) => overview(outside, cluster),
    nodeGroups: (cluster) => outside.region(cluster.region).eks.nodeGroupNames(cluster.name),
  };
}

async function makePlan(
  { outside, clock, digest }: UpgradesOptions,
  target: Target,
  wish: Wish,
): Promise<Plan> {
  const { environment, cluster, region, nodeGroup } = target;
  const part = await lookForPlan(outside, { region, cluster }, nodeGroup, wish, clock.now());
  return assemblePlan({ environment: environment.name, cluster, region, wish }, [part], digest);
}

async function request(options: UpgradesOptions, target: Target, wish: Wish, by: string): Promise<Requested> {
  const { runs, clock, newRunId, changed } = options;
  const plan = await makePlan(options, target, wish);
  if (plan.blockers.length > 0 || plan.steps.length === 0) return { blocked: plan };
  for (;;) {
    const at = clock.now();
    const { channel } = target.environment;
    const { run, facts } = requestRun(plan, { id: newRunId(), by, channel, at }, rulesOf(target.environment));
    const created = await runs.create(run, facts, at);
    if (created === "taken") continue;
    if (created !== "created") return alreadyOpen(runs, created.open);
    await changed(run);
    return { run };
  }
}

async function alreadyOpen(runs: Runs, id: string): Promise<Requested> {
  const stored = await runs.load(id);
  if (!stored) throw new Error(`Run ${id} holds a target but has no record.`);
  return { open: stored.run };
}

async function decide(
  options: UpgradesOptions,
  id: string,
  decision: "approve" | "reject",
  by: string,
  hash: string,
  rules: ApprovalRules,
): Promise<Decided> {
  const stored = await options.runs.load(id);
  if (!stored) return { outcome: "unknown run" };
  const { run } = stored;
  const at = options.clock.now();
  if (decision === "reject") return decided(options, stored, reject(run, by, at));

  const answer = approve(run, by, hash, rules, at);
  if (!answer.ok) return decided(options, stored, answer);
  const again = await changedPlan(options, run);
  if (!again) return decided(options, stored, answer);
  const changes = [...planChanges(run.plan, again), ...again.blockers.map((blocker) => blocker.what)];
  const asked = askAgain(run, again, changes);
  const saved = await save(options, stored, { ok: true, ...asked });
  return saved === "saved" ? { outcome: "asked again", run: asked.run } : afterConflict(options, id);
}

/** The plan as the world is now, if an approver would say yes to something else than what was shown. */
async function changedPlan(
  { outside, clock, digest }: UpgradesOptions,
  { plan }: Run,
): Promise<Plan | undefined> {
  const parts = await Promise.all(
    plan.steps.map((step) => lookForPlan(outside, plan, step.nodeGroup, plan.wish, clock.now())),
  );
  const now = assemblePlan(plan, parts, digest);
  if (now.hash === plan.hash && now.blockers.length === 0) return undefined;
  // Without a target there is nothing else to approve: the old plan stands, with what forbids it now.
  return now.steps.length === plan.steps.length ? now : { ...plan, blockers: now.blockers };
}

async function decided(options: UpgradesOptions, stored: StoredRun, decision: Decision): Promise<Decided> {
  if (!decision.ok) return { outcome: "refused", refusal: decision.refusal, run: stored.run };
  const saved = await save(options, stored, decision);
  if (saved === "claimed") return { outcome: "refused", refusal: "claimed", run: stored.run };
  if (saved === "conflict") return afterConflict(options, stored.run.id);
  return { outcome: "decided", run: decision.run };
}

/** Somebody else's click came first: the answer is what they decided. */
async function afterConflict({ runs }: UpgradesOptions, id: string): Promise<Decided> {
  const stored = await runs.load(id);
  return stored
    ? { outcome: "refused", refusal: "already decided", run: stored.run }
    : { outcome: "unknown run" };
}

async function save(
  { runs, clock, changed }: UpgradesOptions,
  stored: StoredRun,
  decision: Decision,
): Promise<"saved" | "conflict" | "claimed"> {
  if (!decision.ok) return "conflict";
  const { run, facts } = decision;
  const saved = await runs.save({ run, facts, revision: stored.revision, at: clock.now() });
  if (saved.outcome === "claimed") return "claimed";
  if (saved.outcome !== "saved") return "conflict";
  await changed(run);
  return "saved";
}

async function loadAll(runs: Runs, ids: readonly string[]): Promise<Run[]> {
  const stored = await Promise.all(ids.map((id) => runs.load(id)));
  return stored.flatMap((each) => (each ? [each.run] : []));
}

async function overview(outside: Outside, { name, region }: { name: string; region: string }) {
  const { eks, releases } = outside.region(region);
  const [cluster, names] = await Promise.all([eks.cluster(name), eks.nodeGroupNames(name)]);
  const nodeGroups = await Promise.all(
    names.map(async (each) => {
      const nodeGroup = await eks.nodeGroup(name, each);
      const latest = await releases.latest(nodeGroup.amiType, nodeGroup.version);
      return { nodeGroup, ...(latest && { latest }) };
    }),
  );
  return { cluster, nodeGroups };
}
