import { afterEach } from "vitest";
import { type AwsServer, type Fault, serveAws, skins } from "../../playground/aws/server.js";
import type { Answer } from "../../playground/aws/skin.js";
import { type KubernetesServer, serveKubernetes } from "../../playground/kubernetes/server.js";
import { eksWorkshop } from "../../playground/scenarios/eks-workshop.js";
import type { Scenario } from "../../playground/scenarios/types.js";
import { startClock, type WorldClock } from "../../playground/world/clock.js";
import { findCluster } from "../../playground/world/lookup.js";
import { type Cluster, Refusal, type World } from "../../playground/world/state.js";
import { createWorld } from "../../playground/world/world.js";
import type { Clock } from "../../src/clock.js";
import { approve, requestRun } from "../../src/core/decide.js";
import type { Control } from "../../src/core/decide-control.js";
import type { RunEvent } from "../../src/core/events.js";
import { hour, minute } from "../../src/core/instant.js";
import type { Step } from "../../src/core/plan.js";
import { assemblePlan } from "../../src/core/planner.js";
import type { Run } from "../../src/core/run.js";
import { connectAccount } from "../../src/outside.js";
import { lookForPlan } from "../../src/phases/look.js";
import type { Outside } from "../../src/phases/outside.js";
import { type Tick, type TickOptions, tick } from "../../src/phases/tick.js";
import { messagesOf } from "../../src/slack/messages.js";
import { keys, pointSdkAt } from "../src/aws/sdk.js";

/**
 * An approved run of the workshop, carried from look to look by the bot's own ticks over the real clients, while the
 * world's time is stepped: what takes an hour out there takes a moment here.
 */
export interface Carried {
  readonly world: World;
  readonly cluster: Cluster;
  readonly clock: WorldClock;
  readonly aws: AwsServer;
  readonly api: KubernetesServer;
  readonly run: Run;
  readonly events: readonly RunEvent[];
  /** Everything that people could read of it so far, one message a line. */
  readonly said: ReadonlySet<string>;
  /** Looks, with the waits between them, until this holds. Looks at once; gives up after five hours of world time. */
  until(condition: () => boolean): Promise<void>;
  untilOver(): Promise<void>;
  /** From now on the failing calls are those that `isMeant` picks, for so many minutes of world time. */
  refuseFor(minutes: number, isMeant: (call: Call) => boolean, code: string, message?: string): void;
  /** What a person does to the run between two looks. Throws where it is refused. */
  person(does: (run: Run, at: number) => Control<string>): void;
  calls(operation: string): World["calls"];
  /** Words of the thread's replies about trouble, and how often each was begun. */
  problems(): string[];
}

export type Call = Parameters<Fault>[0];

/** A tick of this record, by a process that sees the world through this. */
type TickOf = (run: Run, through: Outside, signal: AbortSignal, more?: TickOptions) => Promise<Tick>;

/** One look at the run. Undefined: what it came to was lost before it was saved. */
export type LookAt = (run: Run, tickOf: TickOf) => Promise<Tick | undefined>;

const rules = {
  required: 1,
  requesterMayApprove: false,
  expiresAfter: 24 * hour,
  approverGroups: ["S0APPROVERS"],
  approverUsers: [],
};

/** Nothing moves while the world's time stands still: a turn of evictions need not wait for it. */
const briefly = { quietFor: 20 };

const stepped = (clock: WorldClock): Clock => ({
  now: () => clock.now(),
  realDelayUntil: (at) => (at > clock.now() ? Number.POSITIVE_INFINITY : 0),
});

const opened: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

/** Opens a world, and has its one node group's upgrade planned and approved. */
export async function approved(
  scenario: Scenario = eksWorkshop,
  target: Pick<Step, "kind" | "nodeGroup"> = { kind: "managed node group", nodeGroup: "default" },
  lookAt?: LookAt,
): Promise<Carried> {
  const clock = startClock({ speed: 0, worldOrigin: Date.parse("2026-10-22T08:00:00Z") });
  const world = createWorld({ scenario, clock });
  const cluster = findCluster(world, "eks-workshop");
  const aws = await serveAws(world);
  const api = await serveKubernetes(cluster.kubernetes, { region: scenario.region, credentials: keys });
  world.setKubernetesAccess(cluster.name, api);
  opened.push(() => world.stop(), aws.close, api.close);
  pointSdkAt(aws.url);
  await clock.advance(minute);
  const outside = connectAccount();
  const stopped = new AbortController();
  opened.push(() => stopped.abort());

  const where = { environment: "prod", cluster: cluster.name, region: scenario.region, wish: {} };
  const look = await lookForPlan(outside, where, target, {}, clock.now());
  const plan = assemblePlan(where, [look], () => "c0ffee");
  const asked = requestRun(
    plan,
    { id: "calm-heron-42", by: "U0OPERATOR", channel: "C0PROD", at: clock.now() },
    rules,
  );
  const decision = approve(asked.run, { by: "U0APPROVER" }, plan.hash, rules, clock.now());
  if (!decision.ok) throw new Error(`Not approved: ${decision.refusal}`);

  let run = decision.run;
  const events: RunEvent[] = [];
  const said = new Set<string>();
  const note = (facts: readonly RunEvent[]) => {
    events.push(...facts);
    for (const { text, blocks } of messagesOf(run, events, clock.now(), { plan: true }))
      said.add(`${text} ${JSON.stringify(blocks)}`);
  };
  note([...asked.facts, ...decision.facts].map((fact) => ({ ...fact, at: clock.now() })));

  const tickOf: TickOf = (record, through, signal, more = {}) =>
    tick(record, through, stepped(clock), signal, { turn: briefly, ...more });

  async function lookOnce(): Promise<void> {
    const ticked = await (lookAt?.(run, tickOf) ?? tickOf(run, outside, stopped.signal));
    if (!ticked) return;
    // As it would come back from the store.
    run = JSON.parse(JSON.stringify(ticked.run));
    note(ticked.facts.map((fact) => ({ ...fact, at: clock.now() })));
    if (ticked.next === "wait" && run.wait) await clock.advance(Math.max(0, run.wait.until - clock.now()));
  }

  const carried: Carried = {
    world,
    cluster,
    clock,
    aws,
    api,
    events,
    said,
    get run() {
      return run;
    },
    async until(condition) {
      const deadline = clock.now() + 5 * hour;
      while (!condition()) {
        if (run.state !== "running") throw new Error(`It ended before that: ${JSON.stringify(run.failure)}`);
        if (clock.now() > deadline) throw new Error(`Not within five hours: ${JSON.stringify(run.trouble)}`);
        await lookOnce();
      }
    },
    untilOver: () => carried.until(() => run.state !== "running"),
    refuseFor(minutes, isMeant, code, message) {
      const end = clock.now() + minutes * minute;
      aws.faults = (call) => (clock.now() < end && isMeant(call) ? refusal(call, code, message) : undefined);
    },
    person(does) {
      const done = does(run, clock.now());
      if (!done.ok) throw new Error(`Refused: ${done.refusal}`);
      run = done.run;
      note(done.facts.map((fact) => ({ ...fact, at: clock.now() })));
    },
    calls: (operation) => world.calls.filter((call) => call.operation === operation),
    problems: () =>
      messagesOf(run, events, clock.now(), { plan: false }).flatMap(({ slot, text }) =>
        slot.startsWith("problem/") ? text : [],
      ),
  };
  return carried;
}

/** An error as the call's own service words it on the wire. */
export function refusal({ service }: Pick<Call, "service">, code: string, message = "no"): Answer {
  const skin = skins.find((each) => each.service === service);
  if (!skin) throw new Error(`There is no service ${service}.`);
  return skin.refuse(new Refusal(code, message), "00000000-0000-4000-8000-000000000000");
}

/** What IAM says: more than may be shown to everybody. */
export function notAllowed(action: string): string {
  return (
    `User: arn:aws:sts::111122223333:assumed-role/eks-upgrade-bot/i-0123456789abcdef0 is not authorized to perform: ` +
    `${action} on resource: arn:aws:eks:us-west-2:111122223333:nodegroup/eks-workshop/default/abc`
  );
}

/** What must be in no message and no log: account ids, ARNs, keys, tokens. */
export const secrets = /arn:aws|(?<!\d)\d{12}(?!\d)|k8s-aws-v1|AKI[A]|wJalr|X-Amz-Signature/;
