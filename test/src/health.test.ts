import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Server } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type Checks, type Health, lately, serveHealth } from "../../src/health.js";

describe("the health of a process", () => {
  let health: Health;
  afterEach(() => health.close());

  async function asked(
    path: string,
    needed: Checks,
    told?: Checks,
  ): Promise<[status: number, body: unknown]> {
    health = await serveHealth(0, needed, told);
    const answer = await fetch(`http://127.0.0.1:${health.port}${path}`);
    return [answer.status, await answer.json()];
  }

  const well = async () => undefined;
  const away = async () => "not connected";
  const failing = () => Promise.reject(new Error("Stream isn't writeable"));
  const hanging = () => new Promise<undefined>(() => {});

  it.each<[string, string, Checks, number, object]>([
    ["ready when all is there", "/readyz", { redis: well, slack: well }, 200, { ok: true }],
    [
      "not ready with what is not there",
      "/readyz",
      { redis: well, slack: away },
      503,
      { ok: false, slack: "not connected" },
    ],
    [
      "not ready when a look fails",
      "/readyz",
      { redis: failing },
      503,
      { ok: false, redis: "Stream isn't writeable" },
    ],
    ["not ready when a look hangs", "/readyz", { redis: hanging }, 503, { ok: false, redis: "no answer" }],
    ["alive even then", "/healthz", { redis: hanging }, 200, { ok: true }],
    ["nothing else is there", "/metrics", {}, 404, { error: "there is /healthz and /readyz" }],
  ])("%s", async (_, path, checks, status, body) => {
    expect(await asked(path, checks)).toEqual([status, body]);
  });

  it.each<[string, Checks, Checks, number, object]>([
    ["ready with all that is told", { listening: well }, { redis: well }, 200, { ok: true }],
    [
      "ready with what is told away, failing and hanging",
      { listening: well },
      { slack: away, redis: failing, runs: hanging },
      200,
      {
        ok: true,
        degraded: { slack: "not connected", redis: "Stream isn't writeable", runs: "no answer" },
      },
    ],
    [
      "not ready where something is needed as well",
      { listening: away },
      { redis: failing },
      503,
      { ok: false, listening: "not connected", degraded: { redis: "Stream isn't writeable" } },
    ],
  ])("%s", async (_, needed, told, status, body) => {
    const began = performance.now();
    expect(await asked("/readyz", needed, told)).toEqual([status, body]);
    // No later than Kubernetes' probe gives up.
    expect(performance.now() - began).toBeLessThan(1_000);
  });

  it("outlives connections that cannot be taken", async () => {
    let server: Server | undefined;
    const look = (message: unknown) => {
      ({ server } = message as { server: Server });
    };
    subscribe("http.server.request.start", look);
    await asked("/healthz", {});
    unsubscribe("http.server.request.start", look);
    for (const _ of [1, 2]) server?.emit("error", new Error("accept EMFILE"));
    expect((await fetch(`http://127.0.0.1:${health.port}/healthz`)).status).toBe(200);
  });

  it("is not served where another one listens", async () => {
    health = await serveHealth(0, {});
    await expect(serveHealth(health.port, {})).rejects.toThrow("EADDRINUSE");
  });
});

describe("a look that costs somebody something", () => {
  const looks = (...answers: (string | undefined)[]) => {
    let looked = 0;
    const look = async () => answers[looked++];
    return { look, looked: () => looked };
  };

  it("is not made again while it went well lately", async () => {
    const { look, looked } = looks(undefined, "away");
    const check = lately(look, 60_000);
    expect([await check(), await check(), looked()]).toEqual([undefined, undefined, 1]);
  });

  it("is made again when that is long ago", async () => {
    const { look } = looks(undefined, "away");
    const check = lately(look, 0);
    expect([await check(), await check()]).toEqual([undefined, "away"]);
  });

  it("is made again after it did not go well", async () => {
    const { look } = looks("away", undefined);
    const check = lately(look, 60_000);
    expect([await check(), await check()]).toEqual(["away", undefined]);
  });
});
