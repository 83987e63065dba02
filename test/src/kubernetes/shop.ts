import { onTestFinished } from "vitest";
import type { ServeOptions } from "../../../playground/kubernetes/server.js";
import { serveKubernetes } from "../../../playground/kubernetes/server.js";
import type { Workload } from "../../../playground/kubernetes/types.js";
import { connectKubernetes } from "../../../src/kubernetes/cluster.js";
import { firstPod, foundShop, nameOf } from "../../playground/kubernetes/town.js";

const staticToken = "let-me-in";

/** A shop of three Ready pods on a simulated cluster, and the adapter on its API. Time stands still. */
export async function openShop(workload: Partial<Workload> = {}, options: ServeOptions = {}) {
  const town = await foundShop(workload);
  const server = await serveKubernetes(town.cluster, { staticToken, ...options });
  onTestFinished(async () => {
    await server.close();
    town.cluster.stop();
    town.clock.stop();
  });
  const kubernetes = connectKubernetes({
    access: { endpoint: server.endpoint, certificateAuthority: server.certificateAuthorityData },
    token: async () => staticToken,
  });
  return { town, server, kubernetes, pod: nameOf(firstPod(town)) };
}
