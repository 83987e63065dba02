import type {
  AppsV1Api,
  AutoscalingV2Api,
  Configuration,
  CoreV1Api,
  Middleware,
  PolicyV1Api,
  SecurityAuthentication,
  StorageV1Api,
} from "@kubernetes/client-node";
import { Agent } from "undici";
import { type Milliseconds, second } from "../core/instant.js";
import type { ClusterAccess } from "../core/seen.js";
import { networkCode, statusOf } from "./trouble.js";
import { type OnKubernetesWrite, type Trace, traceWrite } from "./writes.js";

export interface ClusterConnection {
  readonly access: ClusterAccess;
  /** A bearer token; with `renew` a new one, since the API server said no to the last. */
  readonly token: (options?: { renew?: boolean }) => Promise<string>;
  /** Real time for one request, 15 s where not given. */
  readonly requestTimeout?: Milliseconds;
  /** Sent with every request, and kept by the API server's audit log: "run/calm-heron-42". */
  readonly userAgent?: readonly string[];
  /** Called when a request that changes something is over. */
  readonly onWrite?: OnKubernetesWrite;
  /** Called with how to close what was opened; what is under way then ends first. */
  readonly opened?: (close: () => void) => void;
}

type Client = typeof import("@kubernetes/client-node");

/** A group of the API's resources: the client has a class for each. */
export type ApiGroup<Api> = (client: Client, configuration: Configuration) => Api;

export const coreGroup: ApiGroup<CoreV1Api> = (client, configuration) => new client.CoreV1Api(configuration);

export const policyGroup: ApiGroup<PolicyV1Api> = (client, configuration) =>
  new client.PolicyV1Api(configuration);

export const appsGroup: ApiGroup<AppsV1Api> = (client, configuration) => new client.AppsV1Api(configuration);

export const autoscalingGroup: ApiGroup<AutoscalingV2Api> = (client, configuration) =>
  new client.AutoscalingV2Api(configuration);

export const storageGroup: ApiGroup<StorageV1Api> = (client, configuration) =>
  new client.StorageV1Api(configuration);

/** Sends one request; throws what the client throws. */
export type Send = <Api, Answer>(
  group: ApiGroup<Api>,
  signal: AbortSignal | undefined,
  request: (api: Api) => Promise<Answer>,
) => Promise<Answer>;

/**
 * Sends requests with a token and a deadline. Once more where a token is refused (it may only have been too old), and
 * where a connection is dropped (a load balancer ends idle ones). The first may have been carried out by then, so all that
 * changes something is harmless to repeat: an eviction or a deletion of the pod of one uid, a PATCH of the version read.
 */
export function sender(connection: ClusterConnection): Send {
  const { access, token, requestTimeout = 15 * second, onWrite } = connection;
  const dispatcher = dispatcherOf(connection);
  const headers = headersOf(connection);

  async function connect<Api>(
    group: ApiGroup<Api>,
    { signal, renew, trace }: { signal: AbortSignal | undefined; renew: boolean; trace: Trace | undefined },
  ): Promise<Api> {
    const client = await import("@kubernetes/client-node");
    const bearer = await token(renew ? { renew } : {});
    const deadline = AbortSignal.timeout(requestTimeout);
    const authentication: SecurityAuthentication = {
      getName: () => "EKS",
      applySecurityAuthentication(request) {
        request.setHeaderParam("Authorization", `Bearer ${bearer}`);
        for (const [name, value] of headers) request.setHeaderParam(name, value);
        request.setDispatcher(dispatcher);
        request.setSignal(signal ? AbortSignal.any([signal, deadline]) : deadline);
      },
    };
    const baseServer = new client.ServerConfiguration(access.endpoint, {});
    return group(
      client,
      client.createConfiguration({
        baseServer,
        authMethods: { default: authentication },
        ...(trace && { promiseMiddleware: [tracing(trace)] }),
      }),
    );
  }

  async function attempt<Api, Answer>(
    group: ApiGroup<Api>,
    signal: AbortSignal | undefined,
    request: (api: Api) => Promise<Answer>,
    trace: Trace | undefined,
  ): Promise<Answer> {
    try {
      return await request(await connect(group, { signal, renew: false, trace }));
    } catch (error) {
      const refused = statusOf(error) === 401;
      if (signal?.aborted || !(refused || isDropped(error))) throw error;
      return await request(await connect(group, { signal, renew: refused, trace }));
    }
  }

  return async (group, signal, request) => {
    signal?.throwIfAborted();
    const trace = onWrite && traceWrite(onWrite);
    const answer = await attempt(group, signal, request, trace).catch((error: unknown) => {
      trace?.over(error);
      throw error;
    });
    trace?.over();
    return answer;
  };
}

function tracing(trace: Trace): Middleware {
  return {
    async pre(request) {
      trace.sent(request);
      return request;
    },
    async post(response) {
      trace.answered(response);
      return response;
    },
  };
}

/**
 * A run looks every 15 s, and a new connection costs more than what is asked over it. The API server keeps an idle one for
 * 90 s (kube-apiserver's IdleTimeout).
 */
const keptFor = 30 * second;

/** Connections of their own to a cluster, trusted by its authority alone. */
export function dispatcherOf({ access, opened }: Pick<ClusterConnection, "access" | "opened">): Agent {
  const dispatcher = new Agent({
    keepAliveTimeout: keptFor,
    connect: { ca: pemOf(access), timeout: 5 * second },
  });
  opened?.(() => void dispatcher.close());
  return dispatcher;
}

export function headersOf({
  userAgent,
}: Pick<ClusterConnection, "userAgent">): [name: string, value: string][] {
  return userAgent ? [["user-agent", userAgent.join(" ")]] : [];
}

function isDropped(error: unknown): boolean {
  return (
    statusOf(error) === undefined && ["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"].includes(networkCode(error))
  );
}

/** One certificate, or two while EKS replaces the cluster's authority: TLS takes them in one text. */
function pemOf(access: ClusterAccess): string {
  return Buffer.from(access.certificateAuthority, "base64").toString("utf8");
}
