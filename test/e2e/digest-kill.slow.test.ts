import { afterEach, expect, it, vi } from "vitest";
import { type BotProcess, startBot } from "../../playground/bot-process.js";
import { freePort } from "../../playground/free-port.js";
import { openPlayground, type Playground } from "../../playground/playground.js";
import { startClock } from "../../playground/world/clock.js";
import { startRedis, type TestRedis } from "../redis.js";
import { smallFleet, untilArranged } from "./digesting.js";

/** Real milliseconds for any one thing to happen: a killed worker's work is taken over after half a minute. */
const patience = 90_000;

/** When the digest is due. */
const nine = Date.UTC(2026, 9, 22, 9);

let playground: Playground;
let redis: TestRedis;
const processes: BotProcess[] = [];
afterEach(async () => {
  for (const each of processes.splice(0)) each.kill("SIGKILL");
  await playground.close();
  await redis.close();
});

it("of two workers beside two bots, one is killed with kill -9 in the middle of its scan: there is one digest", async () => {
  redis = await startRedis();
  // Half a real minute until the digest: time for everybody to start.
  const clock = startClock({ speed: 60, worldOrigin: nine - 30 * 60_000 });
  playground = await openPlayground({ scenario: smallFleet, speed: 60, clock });
  const { aws, slack } = playground;
  const start = async (role: string): Promise<BotProcess> => {
    const port = await freePort();
    const more = { REDIS_URL: redis.url, ROLE: role, HEALTH_PORT: `${port}` };
    const process = startBot({ ...playground.environment, ...more });
    processes.push(process);
    await vi.waitFor(
      async () => {
        const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
        expect(answer.status, await answer.text()).toBe(200);
      },
      { timeout: patience, interval: 100 },
    );
    return process;
  };
  const [first, second, ...bots] = await Promise.all(["worker", "worker", "bot", "bot"].map(start));
  if (!first || !second) throw new Error("nobody was started");
  await untilArranged({ redisUrl: redis.url }, smallFleet);
  expect(clock.now()).toBeLessThan(nine);

  // The other one stands still, so that it is known who scans.
  second.kill("SIGSTOP");
  const killed = new Promise<void>((resolve) => {
    aws.faults = ({ operation }) => {
      if (operation !== "DescribeNodegroup") return undefined;
      first.kill("SIGKILL");
      aws.faults = () => undefined;
      resolve();
      return "no answer";
    };
  });
  await killed;
  expect(await first.ended).toBe("SIGKILL");
  expect(slack.workspace.everything(slack.channel)).toEqual([]);
  second.kill("SIGCONT");

  const channels = [slack.channel, slack.testChannel];
  for (const channel of channels) {
    await slack.waitFor(() => slack.workspace.everything(channel).length > 0, {
      timeoutMs: patience,
      what: "the digest that the other worker makes",
    });
  }
  expect(await Promise.all([second, ...bots].map((each) => each.stop()))).toEqual([0, 0, 0]);
  for (const channel of channels) {
    const [digest, ...more] = slack.workspace.everything(channel);
    expect(digest?.text).toMatch(/\d node groups? of (prod|test) (is|are) behind/);
    expect(more).toEqual([]);
  }
});
