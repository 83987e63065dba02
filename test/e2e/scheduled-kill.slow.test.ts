import { afterEach, describe, expect, it, vi } from "vitest";
import { type BotProcess, startBot } from "../../playground/bot-process.js";
import { freePort } from "../../playground/free-port.js";
import { eksWorkshop } from "../../playground/scenarios/eks-workshop.js";
import { expectation } from "../../playground/world/expectation.js";
import { hour, second } from "../../src/core/instant.js";
import { approve } from "./acting.js";
import { monday, officeHours, openRuledStage, opens, type RuledStage } from "./ruling.js";

/** World seconds per real second. */
const speed = 150;
/** Real milliseconds. */
const patience = 60_000;

let stage: RuledStage;
const processes: BotProcess[] = [];
afterEach(async () => {
  for (const each of processes.splice(0)) each.kill("SIGKILL");
  await stage.close();
});

/** Scheduled for the opening, and so many real seconds before it nobody is there. */
async function scheduled(secondsBefore: number): Promise<void> {
  stage = await openRuledStage({
    scenario: eksWorkshop,
    rules: { prod: { windows: officeHours } },
    bots: [{}],
    at: monday - 2 * hour,
  });
  const { slack } = stage.playground;
  await stage.told("start eks-workshop");
  const [offer] = slack.workspace.ephemerals(slack.users.operator).slice(-1);
  await stage.pressed("eks-upgrade:schedule", slack.users.operator, offer);
  await slack.as(slack.users.approver).click(await stage.card(), approve);
  await stage.untilRun(({ state }) => state === "scheduled");
  await stage.leave();
  await stage.clock.jump(opens - secondsBefore * speed * second);
  stage.clock.setSpeed(speed);
}

async function start(role: string): Promise<BotProcess> {
  const { playground, redisUrl, fleetFile, clock } = stage;
  const port = await freePort();
  const own = { ROLE: role, REDIS_URL: redisUrl, FLEET_FILE: fleetFile, CLOCK: clock.variable };
  const process = startBot({ ...playground.environment, ...own, HEALTH_PORT: `${port}` });
  processes.push(process);
  await vi.waitFor(
    async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
      expect(answer.status, await answer.text()).toBe(200);
    },
    { timeout: patience, interval: 50 },
  );
  return process;
}

const twoOfEach = () => Promise.all(["worker", "worker", "bot", "bot"].map(start));

async function kill(those: readonly BotProcess[]): Promise<void> {
  for (const each of those) each.kill("SIGKILL");
  await Promise.all(those.map(({ ended }) => ended));
}

async function beginsOnceAndEnds(): Promise<void> {
  await vi.waitFor(async () => expect((await stage.latest()).state).toBe("succeeded"), {
    timeout: patience,
    interval: 100,
  });
  const { world } = stage.playground;
  expect(expectation(world)).toMatchObject({ met: true });
  const types = (await stage.events()).map(({ type }) => type);
  for (const once of ["RunDue", "UpdateRequested", "UpdateStarted"])
    expect(
      types.filter((type) => type === once),
      types.join(" "),
    ).toHaveLength(1);
  expect(world.clusters.get("eks-workshop")?.updates).toHaveLength(1);
}

describe("what is scheduled begins once, with two bots and two workers", () => {
  it("all of which are killed with kill -9 before its hour, and those that follow when it has come and nothing is begun", async () => {
    await scheduled(40);
    await kill(await twoOfEach());
    expect(stage.clock.now()).toBeLessThan(opens);
    const next = await twoOfEach();
    expect((await stage.latest()).state).toBe("scheduled");
    await vi.waitFor(async () => expect((await stage.latest()).state).toBe("running"), {
      timeout: patience,
      interval: 1,
    });
    await kill(next);
    await twoOfEach();
    await beginsOnceAndEnds();
  });

  it("all of which are killed with kill -9 when EKS has begun, and its answer is lost", async () => {
    await scheduled(25);
    const { aws } = stage.playground;
    const first = await twoOfEach();
    const killed = new Promise<void>((resolve) => {
      aws.faults = ({ operation }, perform) => {
        if (operation !== "UpdateNodegroupVersion") return undefined;
        perform();
        aws.faults = () => undefined;
        void kill(first).then(resolve);
        return "no answer";
      };
    });
    await killed;
    await twoOfEach();
    await beginsOnceAndEnds();
  });
});
