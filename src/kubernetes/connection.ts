import type {
  AppsV1Api,
  AutoscalingV2Api,
  Configuration,
  CoreV1Api,
  PolicyV1Api,
  SecurityAuthentication,
  StorageV1Api,
} from "@kubernetes/client-node";
import { Agent } from "undici";
import { type Milliseconds, second } from "../core/instant.js";
import type { ClusterAccess } from "../core/seen.js";
import { networkCode, statusOf } from "./trouble.js";

export interface ClusterConnection {
  readonly access: ClusterAccess;
  /** A bearer token; with `renew` a new one, since the API server said no to the last. */
  readonly token: (options?: { renew?: boolean }) => Promise<string>;
  /** Real time for one request, 15 s where not given. */
  readonly requestTimeout?: Milliseconds;
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
export function sender({ access, token, requestTimeout = 15 * second }: ClusterConnection): Send {
  const dispatcher = new Agent({ connect: { ca: pemOf(access), timeout: 5 * second } });

  async function connect<Api>(
    group: ApiGroup<Api>,
    signal: AbortSignal | undefined,
    options: { renew?: boolean },
  ): Promise<Api> {
    const client = await import("@kubernetes/client-node");
    const bearer = await token(options);
    const deadline = AbortSignal.timeout(requestTimeout);
    const authentication: SecurityAuthentication = {
      getName: () => "EKS",
      applySecurityAuthentication(request) {
        request.setHeaderParam("Authorization", `Bearer ${bearer}`);
        request.setDispatcher(dispatcher);
        request.setSignal(signal ? AbortSignal.any([signal, deadline]) : deadline);
      },
    };
    const baseServer = new client.ServerConfiguration(access.endpoint, {});
    return group(
      client,
      client.createConfiguration({ baseServer, authMethods: { default: authentication } }),
    );
  }

  return async (group, signal, request) => {
    signal?.throwIfAborted();
    try {
      return await request(await connect(group, signal, {}));
    } catch (error) {
      const refused = statusOf(error) === 401;
      if (signal?.aborted || !(refused || isDropped(error))) throw error;
      return await request(await connect(group, signal, { renew: refused }));
    }
  };
}

function isDropped(error: unknown): boolean {
  return (
    statusOf(error) === undefined && ["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"].includes(networkCode(error))
  );
}

/** One certificate, or two while EKS replaces the cluster's authority: TLS takes them in one text. */
export function pemOf(access: ClusterAccess): string {
  return Buffer.from(access.certificateAuthority, "base64").toString("utf8");
}
