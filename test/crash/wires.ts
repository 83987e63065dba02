import { createCertificates } from "../../playground/kubernetes/certificates.js";
import type { Playground } from "../../playground/playground.js";
import { type Fate, type HttpRequest, openHttpWire } from "./http-wire.js";
import { openRedisWire } from "./redis-wire.js";
import { bellWrites, recordWrite, slotName } from "./redis-writes.js";
import { openTcpWire, type Wire } from "./tcp-wire.js";

export type Side = "before" | "after";

/**
 * Says of each write, by its name and number (from 1), whether the bot is stopped there: before the write is made, or
 * when it was made and is not yet answered.
 */
export type StopAt = (write: string, number: number) => Side | undefined;

/** All that connects one bot with the world. Cut, it is a zombie: it may think what it likes, and reaches nothing. */
export interface Wires {
  /** What differs in this bot's environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Its writes so far, by name. */
  readonly writes: readonly string[];
  /** Resolves when the bot is stopped. */
  readonly stopped: Promise<void>;
  readonly isStopped: boolean;
  readonly redis: Wire;
  readonly aws: Wire;
  readonly kubernetes: Wire;
  readonly slack: Wire;
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

export interface WiresOptions {
  readonly playground: Playground;
  readonly redisUrl: string;
  readonly stopAt?: StopAt | undefined;
  /**
   * Which writes are named and numbered. `records`: those that matter, to the record, to Slack's messages, to AWS and to
   * Kubernetes; `bells`: all others to Redis, which may be lost.
   */
  readonly of?: "records" | "bells" | undefined;
  /** How it is stopped; by default everything is cut. */
  readonly stop?: (wires: Wires) => void;
}

export async function openWires(options: WiresOptions): Promise<Wires> {
  const { playground, redisUrl, of = "records" } = options;
  const writes: string[] = [];
  let resolve = () => {};
  const stopped = new Promise<void>((done) => {
    resolve = done;
  });
  let isStopped = false;
  const fate = (write: string | undefined): Fate => {
    if (write === undefined) return "pass";
    writes.push(write);
    const side = isStopped ? undefined : options.stopAt?.(write, writes.length);
    return side ? `stop ${side}` : "pass";
  };
  const stop = () => {
    isStopped = true;
    if (options.stop) options.stop(wires);
    else wires.cut();
    resolve();
  };

  const { slack, aws, world } = playground;
  const access = [...world.clusters.values()][0]?.access;
  const cluster = access?.endpoint ?? "";
  const { authority, ...certificate } = createCertificates();
  const [socket, kubernetes, redis] = await Promise.all([
    openTcpWire(new URL(slack.url).host),
    openHttpWire({
      target: cluster,
      fate: (request) => (of === "records" ? fate(kubernetesWrite(request)) : "pass"),
      stop,
      certificate,
    }),
    openRedisWire({
      target: new URL(redisUrl).host,
      nameOf: of === "records" ? recordWrite : bellWrites(),
      fate,
      stop,
    }),
  ]);
  const awsWire = await openHttpWire({
    target: aws.url,
    fate: (request) => (of === "records" ? fate(awsWrite(request)) : "pass"),
    stop,
    rewrite: (answer) =>
      answer
        .replaceAll(new URL(cluster).host, kubernetes.host)
        .replaceAll(access?.certificateAuthorityData ?? "", Buffer.from(authority).toString("base64")),
  });
  const slackWire = await openHttpWire({
    target: slack.url,
    fate: (request) => (of === "records" ? fate(slackWrite(request)) : "pass"),
    stop,
    rewrite: (answer, { path }) =>
      path.endsWith("/apps.connections.open")
        ? answer.replaceAll(new URL(slack.url).host, socket.host)
        : answer,
  });
  const all = [socket, kubernetes, redis, awsWire, slackWire];
  const wires: Wires = {
    environment: {
      REDIS_URL: `redis://${redis.host}`,
      AWS_ENDPOINT_URL: `http://${awsWire.host}`,
      SLACK_API_URL: `http://${slackWire.host}/api/`,
    },
    writes,
    stopped,
    get isStopped() {
      return isStopped;
    },
    ...{ redis, aws: awsWire, kubernetes, slack: slackWire },
    cut() {
      for (const wire of all) wire.cut();
    },
    mend() {
      for (const wire of all) wire.mend();
    },
    close: async () => void (await Promise.all(all.map((wire) => wire.close()))),
  };
  return wires;
}

/** "UpdateAutoScalingGroup DesiredCapacity MaxSize": with the names of what is set. */
function awsWrite({ method, path, body }: HttpRequest): string | undefined {
  if (method !== "POST") return undefined;
  if (path.endsWith("/update-version")) return "UpdateNodegroupVersion";
  const { Action: action = "", DryRun: dry, ...input } = Object.fromEntries(new URLSearchParams(body));
  const write = /^(Create|Delete|Update|Suspend|Resume|Terminate)/.test(action) && dry !== "true";
  if (!write) return undefined;
  const sizes = ["DesiredCapacity", "MaxSize"].filter((name) => name in input);
  const decrement = input.ShouldDecrementDesiredCapacity === "true" ? ["with decrement"] : [];
  return [action, ...sizes, ...decrement].join(" ");
}

/** "POST pods/eviction", "PATCH nodes" */
function kubernetesWrite({ method, path }: HttpRequest): string | undefined {
  if (!["POST", "PATCH", "PUT", "DELETE"].includes(method) || /dryRun=All/.test(path)) return undefined;
  const [, resource, , subresource] =
    /^\/apis?\/[^?]*?(?:namespaces\/[^/]+\/)?([a-z]+)\/([^/?]+)(?:\/([a-z]+))?(?:\?|$)/.exec(path) ?? [];
  return `${method} ${[resource, subresource].filter(Boolean).join("/")}`;
}

function slackWrite({ path, body }: HttpRequest): string | undefined {
  const method = /\/api\/(chat\.(?:postMessage|update))$/.exec(path)?.[1];
  if (method === undefined) return undefined;
  const { slot = "" } =
    (JSON.parse(new URLSearchParams(body).get("metadata") ?? "{}") as Metadata).event_payload ?? {};
  return `${method} ${slotName(slot)}`.trimEnd();
}

interface Metadata {
  readonly event_payload?: { readonly slot?: string };
}
