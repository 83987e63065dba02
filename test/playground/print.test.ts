import { expect, it, onTestFinished, vi } from "vitest";
import { openPlayground } from "../../playground/playground.js";
import { printChannel } from "../../playground/print.js";
import { eksWorkshop } from "../../playground/scenarios/eks-workshop.js";
import { startClock } from "../../playground/world/clock.js";

it("stamps what it prints with the world's time, as the texts themselves tell it", async () => {
  const clock = startClock({ speed: 0, worldOrigin: Date.UTC(2026, 0, 2, 12, 34, 56) });
  const playground = await openPlayground({ scenario: eksWorkshop, speed: 60, clock });
  onTestFinished(() => playground.close());
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  onTestFinished(() => log.mockRestore());
  const { slack, world } = playground;
  const printed = () => log.mock.calls.join("\n");
  const { finally: printWhole, stop } = printChannel(playground);
  onTestFinished(stop);
  const started = world.clock.now() / 1_000;
  const message = slack.workspace.post(slack.channel, slack.users.operator, {
    text: `Started <!date^${started}^{time}|then>.`,
  });
  expect(printed()).toContain(" · 12:34:56\n");
  expect(printed()).toContain("Started 12:34.");
  await clock.advance(600_000);
  log.mockClear();
  printWhole(message);
  expect(printed()).toContain(" · 12:34:56\n");
});
