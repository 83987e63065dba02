import type { CoreV1Api, SecurityAuthentication } from "@kubernetes/client-node";
import { Agent } from "undici";
import { type Milliseconds, second } from "../core/instant.js";
import type { ClusterAccess, NodeSeen, PodSeen } from "../core/seen.js";
import { type KubernetesCall, statusOf, troubleOf } from "./trouble.js";
import { nodeSeen, podSeen } from "./values.js";

/**
 * The API of one cluster. Throws `Trouble`: "denied" where the bot's IAM principal is unknown to the cluster or its
 * group may not do this, "busy" where the API server throttles or is broken. Aborting the signal throws its reason.
 */
export interface Kubernetes {
  /** Nodes labelled eks.amazonaws.com/nodegroup=<nodeGroup>. */
  nodes(nodeGroup: string, signal?: AbortSignal): Promise<NodeSeen[]>;
  /** Pods on the given nodes. */
  pods(nodes: readonly string[], signal?: AbortSignal): Promise<PodSeen[]>;
}

export interface ClusterConnection {
  readonly access: ClusterAccess;
  /** A bearer token; with `renew` a new one, since the API server said no to the last. */
  readonly token: (options?: { renew?: boolean }) => Promise<string>;
  /** Real time for one request, 15 s where not given. */
  readonly requestTimeout?: Milliseconds;
}

/** Few: a request per node costs the API server less than a list of every pod. Many: the reverse. */
const fewNodes = 10;

export function connectKubernetes(connection: ClusterConnection): Kubernetes {
  const list = lister(connection);

  function podsOn(node: string, signal: AbortSignal | undefined): Promise<PodSeen[]> {
    const call = { permission: "list pods", doing: `list the pods on node ${node}` };
    const fieldSelector = `spec.nodeName=${node}`;
    return list(
      call,
      signal,
      (api, page) => api.listPodForAllNamespaces({ fieldSelector, ...page }),
      podSeen,
    );
  }

  async function podsAnywhere(
    nodes: ReadonlySet<string>,
    signal: AbortSignal | undefined,
  ): Promise<PodSeen[]> {
    const call = { permission: "list pods", doing: `list the pods on ${nodes.size} nodes` };
    const pods = await list(call, signal, (api, page) => api.listPodForAllNamespaces(page), podSeen);
    return pods.filter((pod) => nodes.has(pod.node));
  }

  return {
    nodes(nodeGroup, signal) {
      const call = { permission: "list nodes", doing: `list the nodes of node group ${nodeGroup}` };
      const labelSelector = `eks.amazonaws.com/nodegroup=${nodeGroup}`;
      return list(call, signal, (api, page) => api.listNode({ labelSelector, ...page }), nodeSeen);
    },

    async pods(nodes, signal) {
      const names = new Set(nodes);
      if (names.size > fewNodes) return podsAnywhere(names, signal);
      const pods = await Promise.all([...names].map((name) => podsOn(name, signal)));
      return pods.flat();
    },
  };
}

interface Page {
  readonly limit: number;
  readonly _continue?: string;
}

interface ListAnswer<Item> {
  readonly items: Item[];
  readonly metadata?: { readonly _continue?: string };
}

/** Items of a page; kubectl asks for as many. */
const pageSize = 500;

/** A list is begun anew where the server has dropped the snapshot its pages come from: so often in all. */
const attempts = 3;

function lister(connection: ClusterConnection) {
  const send = sender(connection);

  async function readAll<Item>(
    signal: AbortSignal | undefined,
    read: (api: CoreV1Api, page: Page) => Promise<ListAnswer<Item>>,
  ): Promise<Item[]> {
    const items: Item[] = [];
    let next: string | undefined;
    do {
      const page = { limit: pageSize, ...(next ? { _continue: next } : {}) };
      const answer = await send(signal, (api) => read(api, page));
      items.push(...answer.items);
      next = answer.metadata?._continue;
    } while (next);
    return items;
  }

  return async <Item, Seen>(
    call: KubernetesCall,
    signal: AbortSignal | undefined,
    read: (api: CoreV1Api, page: Page) => Promise<ListAnswer<Item>>,
    seen: (item: Item) => Seen,
  ): Promise<Seen[]> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return (await readAll(signal, read)).map(seen);
      } catch (error) {
        signal?.throwIfAborted();
        if (statusOf(error) !== 410 || attempt === attempts) throw troubleOf(error, call);
      }
    }
  };
}

/** Sends a request with a token and a deadline. A token that is refused is renewed once: it may only have been too old. */
function sender({ access, token, requestTimeout = 15 * second }: ClusterConnection) {
  const dispatcher = new Agent({ connect: { ca: pemOf(access), timeout: 5 * second } });

  async function connect(signal: AbortSignal | undefined, options: { renew?: boolean }): Promise<CoreV1Api> {
    const { CoreV1Api, createConfiguration, ServerConfiguration } = await import("@kubernetes/client-node");
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
    const baseServer = new ServerConfiguration(access.endpoint, {});
    return new CoreV1Api(createConfiguration({ baseServer, authMethods: { default: authentication } }));
  }

  return async <T>(signal: AbortSignal | undefined, request: (api: CoreV1Api) => Promise<T>): Promise<T> => {
    signal?.throwIfAborted();
    try {
      return await request(await connect(signal, {}));
    } catch (error) {
      if (statusOf(error) !== 401) throw error;
      return await request(await connect(signal, { renew: true }));
    }
  };
}

/** One certificate, or two while EKS replaces the cluster's authority: TLS takes them in one text. */
function pemOf(access: ClusterAccess): string {
  return Buffer.from(access.certificateAuthority, "base64").toString("utf8");
}
