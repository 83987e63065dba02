import { hostname } from "node:os";
import type { Recorded } from "./audit.js";
import { connectRegions } from "./aws/region.js";
import type { AwsWrite } from "./aws/writes.js";
import { type Caller, callerOf, looking } from "./caller.js";
import { type Milliseconds, minute } from "./core/instant.js";
import { environmentUnknown, Trouble } from "./core/problems.js";
import type { ClusterSeen } from "./core/seen.js";
import type { Environment } from "./fleet.js";
import { connectKubernetes, type Kubernetes } from "./kubernetes/cluster.js";
import type { KubernetesWrite } from "./kubernetes/writes.js";
import type { Outside, Outsides } from "./phases/outside.js";
import { awsWriteEntry, type Behalf, kubernetesWriteEntry } from "./recorded-writes.js";

export interface OutsideOptions {
  /** Told of every call that changed something, or was to, when it is over. */
  readonly onWrite?: (entry: Recorded) => void;
  /** Real time. */
  readonly now?: () => number;
}

/** How an environment is reached. */
type Reached = Pick<Environment, "name" | "rolls"> & Account;
type Account = Pick<Environment, "roleArn" | "externalId">;

/** The real outside: AWS by the SDK's own settings and each environment's role, clusters by what DescribeCluster says of them. */
export function connectOutside(
  { environments }: { readonly environments: readonly Reached[] },
  options: OutsideOptions = {},
): Outsides {
  const byRole = new Map<string, Outside>();
  const byRun = runsApart(options.now ?? Date.now);
  const find = (name: string) => environments.find((each) => each.name === name);

  const connect = (name: string, purpose: "plan" | "scan"): Outside => {
    const environment = find(name);
    if (!environment) return unknown(name);
    // Environments of one account share its clients, and so the pace that AWS allows.
    const key = JSON.stringify([purpose, environment.roleArn, environment.externalId]);
    const settings = { caller: looking[purpose], scans: purpose === "scan" };
    const told = recording({ who: "bot" }, options);
    const outside = byRole.get(key) ?? connectAccount(environment, { ...settings, ...told });
    byRole.set(key, outside);
    return { ...outside, rolls: environment.rolls };
  };

  return {
    in: (name) => connect(name, "plan"),
    scanning: (name) => connect(name, "scan"),
    of(run) {
      const environment = find(run.plan.environment);
      if (!environment) return unknown(run.plan.environment);
      const { plan, breakGlass } = run;
      const behalf: Behalf = {
        ...{ who: run.requestedBy, run: run.id, environment: environment.name },
        ...{ cluster: plan.cluster, planHash: plan.hash, ...(breakGlass && { breakGlass: true }) },
      };
      // With broken glass and later, retried by the rules, without: then it is another one.
      const made = byRun(JSON.stringify(behalf), (opened) => {
        const told = recording(behalf, options);
        return connectAccount(environment, { caller: callerOf(run), opened, ...told });
      });
      return { ...made, rolls: environment.rolls };
    },
  };
}

/** A write is made whether or not it can be recorded: whoever records says so in the log. */
function recording(
  behalf: Behalf,
  { onWrite }: OutsideOptions,
): Pick<AccountOptions, "onAwsWrite" | "onKubernetesWrite"> {
  if (!onWrite) return {};
  const record = (entry: Recorded) => {
    try {
      onWrite(entry);
    } catch {
      // A run must not end over it in the middle of a roll.
    }
  };
  return {
    onAwsWrite: (write) => record(awsWriteEntry(write, behalf)),
    onKubernetesWrite: (write, cluster) => record(kubernetesWriteEntry(write, cluster, behalf)),
  };
}

/** Real time: longer than any look at a run lasts, and than most runs wait for the next. */
const idleAtMost: Milliseconds = 15 * minute;

interface Kept {
  readonly outside: Outside;
  readonly close: () => void;
  usedAt: number;
}

/** An outside for each run and what is known of it, shared by all that looks at it, and let go when nothing has for a while. */
function runsApart(now: () => number) {
  const kept = new Map<string, Kept>();

  function letGo(): void {
    for (const [key, { usedAt, close }] of kept) {
      if (now() - usedAt <= idleAtMost) continue;
      kept.delete(key);
      close();
    }
  }

  function make(connect: (opened: Opened) => Outside): Kept {
    const closers: (() => void)[] = [];
    const outside = connect((close) => void closers.push(close));
    const closeAll = () => {
      for (const close of closers) close();
    };
    return { outside, close: closeAll, usedAt: now() };
  }

  return (key: string, connect: (opened: Opened) => Outside): Outside => {
    letGo();
    const found = kept.get(key) ?? make(connect);
    found.usedAt = now();
    kept.set(key, found);
    return found.outside;
  };
}

/** Called with how to close what was opened. */
type Opened = (close: () => void) => void;

export interface AccountOptions {
  /** Without it nobody is named, but for the bot in an assumed role's session. */
  readonly caller?: Caller;
  readonly scans?: boolean;
  readonly onAwsWrite?: (write: AwsWrite) => void;
  readonly onKubernetesWrite?: (write: KubernetesWrite, cluster: ClusterSeen) => void;
  readonly opened?: Opened;
}

/** One account: by its role, or where there is none by the SDK's own credentials. */
export function connectAccount({ roleArn, externalId }: Account = {}, options: AccountOptions = {}): Outside {
  const { caller, scans, onAwsWrite, opened } = options;
  const role = roleArn !== undefined && {
    arn: roleArn,
    sessionName: (caller ?? looking.plan).sessionName,
    ...(externalId !== undefined && { externalId }),
  };
  const region = connectRegions({
    ...(role && { role }),
    ...(scans && { retryMode: "adaptive", maxAttempts: scanAttempts }),
    ...(caller && { userAgent: caller.userAgent }),
    ...(onAwsWrite && { onWrite: onAwsWrite }),
    ...(opened && { opened }),
  });
  return { region, self: hostname(), kubernetes: kubernetesBy(region, options) };
}

/** A scan has time: it would rather wait than name a cluster that could not be looked at. */
const scanAttempts = 8;

function kubernetesBy(
  region: Outside["region"],
  { caller, onKubernetesWrite, opened }: AccountOptions,
): Outside["kubernetes"] {
  // One connection per endpoint and authority: a new authority (rotation) makes a new one.
  const clusters = new Map<string, { key: string; kubernetes: Kubernetes }>();
  return (cluster: ClusterSeen) => {
    const { access } = cluster;
    if (!access) {
      throw new Trouble("busy", `reach the API of cluster ${cluster.name}`, "ClusterHasNoEndpoint", "");
    }
    const name = `${cluster.region}/${cluster.name}`;
    const key = `${access.endpoint} ${access.certificateAuthority}`;
    const known = clusters.get(name);
    if (known?.key === key) return known.kubernetes;
    const token = (options?: { renew?: boolean }) =>
      region(cluster.region).clusterToken(cluster.name, options);
    const kubernetes = connectKubernetes({
      ...{ access, token },
      ...(caller && { userAgent: caller.userAgent }),
      ...(onKubernetesWrite && {
        onWrite: (write: KubernetesWrite) => onKubernetesWrite(write, cluster),
      }),
      ...(opened && { opened }),
    });
    clusters.set(name, { key, kubernetes });
    return kubernetes;
  };
}

/** Of a run whose environment is no longer in the fleet: nobody knows by which role its clusters are reached. */
function unknown(environment: string): Outside {
  const refuse = (): never => {
    throw new Trouble(
      "denied",
      `reach environment ${environment}`,
      environmentUnknown,
      "Fleet.yaml does not name it any more: put it back until its upgrades are over, and start the bot again.",
    );
  };
  return { region: refuse, kubernetes: refuse };
}
