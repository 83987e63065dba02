import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { freePort } from "../../playground/free-port.js";
import { brokenServer } from "../../playground/slack/faults.js";
import { openTcpWire, type Wire } from "../crash/tcp-wire.js";
import { soon } from "../soon.js";
import { type Mode, openStage, type Stage } from "./stage.js";

const processes: [string, string, Mode][] = [
  ["bot and worker in one, in Socket Mode", "all", "socket"],
  ["bot and worker in one, in HTTP mode", "all", "http"],
  ["bot in Socket Mode", "bot", "socket"],
  ["bot in HTTP mode", "bot", "http"],
  ["worker", "worker", "socket"],
];

describe.each(processes)("/readyz of a %s", (_, role, mode) => {
  /** A load balancer asks: the bot alone can tell people what is wrong. */
  const balanced = mode === "http";
  const wrong = (what: object) =>
    balanced ? [200, { ok: true, degraded: what }] : [503, { ok: false, ...what }];
  let stage: Stage;
  let wire: Wire;
  let port: number;
  beforeEach(async () => {
    stage = await openStage({ speed: 20, mode });
    wire = await openTcpWire(new URL(stage.redisUrl).host);
    port = await freePort();
    await stage.startBot({ ROLE: role, HEALTH_PORT: `${port}`, REDIS_URL: `redis://${wire.host}` });
  });
  afterEach(async () => {
    wire.mend();
    await stage.close();
    await wire.close();
  });

  const asked = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`);
    return [answer.status, await answer.json()];
  };
  const becomes = (expected: unknown) => soon(async () => expect(await asked("/readyz")).toEqual(expected));

  it("is well, and says when Redis is not there", async () => {
    expect(await asked("/readyz")).toEqual([200, { ok: true }]);
    wire.cut();
    await becomes(wrong({ redis: expect.any(String), runs: expect.any(String) }));
    expect(await asked("/healthz")).toEqual([200, { ok: true }]);
    wire.mend();
    await becomes([200, { ok: true }]);
  });

  it("says when Slack does not answer", async () => {
    const { slack } = stage.playground;
    const mend = slack.faults.add((call) => (call.method === "auth.test" ? brokenServer : undefined));
    expect(await asked("/readyz")).toEqual(wrong({ slack: expect.stringContaining("auth.test") }));
    expect(await asked("/healthz")).toEqual([200, { ok: true }]);
    mend();
    await becomes([200, { ok: true }]);
  });
});

describe("/readyz of a bot in HTTP mode", () => {
  it("says that somebody else listens on its port, until it is free", async () => {
    const stage = await openStage({ speed: 20, mode: "http" });
    const [port, healthPort] = [await freePort(), await freePort()];
    const first = await stage.startBot({ ROLE: "bot", PORT: `${port}` });
    const second = stage.startBot({ ROLE: "bot", PORT: `${port}`, HEALTH_PORT: `${healthPort}` });
    const asked = async () => (await fetch(`http://127.0.0.1:${healthPort}/readyz`)).json();
    await soon(async () => expect(await asked()).toEqual({ ok: false, listening: `not on port ${port}` }));
    await first.stop();
    await soon(async () => expect(await asked()).toEqual({ ok: true }));
    await second;
    expect((await stage.types("help")).text).toContain("/eks-upgrade");
    await stage.close();
  });
});
