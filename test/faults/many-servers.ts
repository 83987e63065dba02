import { expect, vi } from "vitest";
import { freePort } from "../../playground/free-port.js";
import { keyPrefix } from "../../src/redis/connection.js";
import { openProcess, type RedisProcess } from "./redis-process.js";

/** Several real servers that hold our keys together. */
export interface ManyServers {
  readonly url: string;
  /** Has our keys at the beginning. */
  readonly master: RedisProcess;
  /** Resolves when another has taken the master's place. */
  failedOver(): Promise<void>;
  close(): Promise<void>;
}

export const password = "p@ss/w:rd";
const encoded = encodeURIComponent(password);
export const sentinelPassword = "s&ntinel";
/** Real milliseconds until a server that is silent is taken for dead. */
const silence = 1_500;
const within = { timeout: 30_000, interval: 100 };

/** A master with a replica, and three Sentinels that watch over them. Redis and Sentinels want different passwords. */
export async function openSentinels(): Promise<ManyServers> {
  const lines = [`requirepass ${password}`, `masterauth ${password}`];
  const master = await openProcess({ lines, password });
  const replica = await openProcess({ lines: [...lines, `replicaof 127.0.0.1 ${master.port}`], password });
  await linked(replica);
  const watch = [
    `requirepass ${sentinelPassword}`,
    `sentinel sentinel-pass ${sentinelPassword}`,
    `sentinel monitor upgrades 127.0.0.1 ${master.port} 2`,
    `sentinel auth-pass upgrades ${password}`,
    `sentinel down-after-milliseconds upgrades ${silence}`,
    "sentinel failover-timeout upgrades 5000",
  ];
  const sentinels = await Promise.all(
    [1, 2, 3].map(() => openProcess({ lines: watch, sentinel: true, password: sentinelPassword })),
  );
  await vi.waitFor(async () => {
    for (const { admin } of sentinels) {
      const [, , ...state] = (await admin.call("SENTINEL", "MASTER", "upgrades")) as string[];
      expect(state[state.indexOf("num-other-sentinels") + 1]).toBe("2");
      expect(state[state.indexOf("num-slaves") + 1]).toBe("1");
    }
  }, within);
  const hosts = sentinels.map(({ port }) => `127.0.0.1:${port}`).join(",");
  return {
    url: `redis-sentinel://:${encoded}@${hosts}/upgrades?sentinelPassword=${encodeURIComponent(sentinelPassword)}`,
    master,
    failedOver: () => promoted(replica),
    close: () => closeAll([...sentinels, replica, master]),
  };
}

const slots = 16_384;

/** Three masters, and a replica of the one that has our keys. */
export async function openCluster(): Promise<ManyServers> {
  const node = async () => {
    const lines = [
      ...["cluster-enabled yes", `cluster-node-timeout ${silence}`, `cluster-port ${await freePort()}`],
      ...[`requirepass ${password}`, `masterauth ${password}`],
    ];
    return openProcess({ lines, password });
  };
  const nodes = await Promise.all([node(), node(), node(), node()]);
  const [replica, ...masters] = nodes;
  await meet(nodes);
  const third = Math.ceil(slots / 3);
  const ours = Math.floor((await replica.admin.cluster("KEYSLOT", keyPrefix)) / third);
  const master = masters[ours];
  if (!master) throw new Error("Nobody has our keys.");
  for (const [index, { admin }] of masters.entries()) {
    const last = Math.min(slots, (index + 1) * third) - 1;
    await admin.call("CLUSTER", "ADDSLOTSRANGE", index * third, last);
  }
  const id = String(await master.admin.cluster("MYID"));
  await vi.waitFor(async () => void (await replica.admin.call("CLUSTER", "REPLICATE", id)), within);
  await linked(replica);
  await vi.waitFor(async () => {
    for (const { admin } of nodes) {
      const state = await admin.cluster("INFO");
      expect(state).toContain("cluster_state:ok");
      expect(state).toContain("cluster_size:3");
      expect(String(await admin.cluster("NODES"))).toContain(`slave ${id}`);
    }
  }, within);
  // Any two nodes tell of the others.
  const hosts = [masters[0], masters[1]].map((each) => `127.0.0.1:${each?.port}`).join(",");
  return {
    url: `redis-cluster://:${encoded}@${hosts}`,
    master,
    failedOver: () => promoted(replica),
    close: () => closeAll(nodes),
  };
}

async function meet(nodes: readonly RedisProcess[]): Promise<void> {
  const [first, ...others] = nodes;
  for (const [index, { admin, port }] of others.entries()) {
    await admin.call("CLUSTER", "SET-CONFIG-EPOCH", index + 2);
    const bus = String(((await admin.config("GET", "cluster-port")) as string[])[1]);
    await first?.admin.call("CLUSTER", "MEET", "127.0.0.1", port, bus);
  }
  await vi.waitFor(async () => {
    for (const { admin } of nodes) {
      expect(await admin.cluster("INFO")).toContain(`cluster_known_nodes:${nodes.length}`);
    }
  }, within);
}

async function linked({ admin }: RedisProcess): Promise<void> {
  await vi.waitFor(
    async () => expect(await admin.info("replication")).toContain("master_link_status:up"),
    within,
  );
}

async function promoted({ admin }: RedisProcess): Promise<void> {
  await vi.waitFor(async () => expect(await admin.info("replication")).toContain("role:master"), within);
}

async function closeAll(processes: readonly RedisProcess[]): Promise<void> {
  for (const each of processes) each.thaw();
  await Promise.all(processes.map((each) => each.close()));
}
