import { it } from "vitest";
import { expectRightEnd } from "./checks.js";
import { playOut } from "./play.js";
import { openCrashStage } from "./stage.js";

it("measure", { timeout: 90_000 }, async () => {
  const stage = await openCrashStage({ speed: Number(process.env.SPEED ?? 600) });
  const t = Date.now();
  const point = (_: string, n: number) => (n === Number(process.env.POINT) ? ("after" as const) : undefined);
  try {
    const played = await playOut(stage, point);
    console.log(played.stopped, Date.now() - t, played.writes.length, JSON.stringify(played.writes, null, 0));
    await expectRightEnd(stage);
  } finally {
    await stage.close();
  }
  console.log("closed", Date.now() - t);
});
