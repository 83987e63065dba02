import {
  ApiException,
  AppsV1Api,
  AuthorizationV1Api,
  AutoscalingV2Api,
  CoreV1Api,
  KubeConfig,
  PolicyV1Api,
  StorageV1Api,
  VersionApi,
  Watch,
} from "@kubernetes/client-node";
import { onTestFinished } from "vitest";
import { type ServeOptions, serveKubernetes } from "../../../playground/kubernetes/server.js";
import type { Town } from "./town.js";

export const staticToken = "let-me-in";

/** The town's API server and its clients, made as a bot makes them: endpoint, authority and token. */
export async function openTown(town: Town, options: ServeOptions = { staticToken }, token = staticToken) {
  const server = await serveKubernetes(town.cluster, options);
  onTestFinished(() => server.close());
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    { name: "town", server: server.endpoint, caData: server.certificateAuthorityData, skipTLSVerify: false },
    { name: "bot", token },
  );
  return {
    server,
    core: config.makeApiClient(CoreV1Api),
    apps: config.makeApiClient(AppsV1Api),
    policy: config.makeApiClient(PolicyV1Api),
    authorization: config.makeApiClient(AuthorizationV1Api),
    autoscaling: config.makeApiClient(AutoscalingV2Api),
    storage: config.makeApiClient(StorageV1Api),
    version: config.makeApiClient(VersionApi),
    watch: new Watch(config),
  };
}

/** The Status of an API error. The client drops the body of a 401, and leaves only its code. */
export async function refusal(call: Promise<unknown>): Promise<Record<string, unknown>> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof ApiException)) throw error;
    return error.body === undefined ? { code: error.code } : JSON.parse(String(error.body));
  }
  throw new Error("The call was not refused.");
}
