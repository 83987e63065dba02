import { describe, expect, it, vi } from "vitest";
import { sha256 } from "../../src/audit.js";
import type { AuditLine } from "../../src/core/audit/entry.js";
import { readLine } from "../../src/core/audit/line.js";
import { verifyChain } from "../../src/core/audit/verify.js";
import { playOut, type StopPoint } from "./play.js";
import { type CrashStage, openCrashStage } from "./stage.js";
import { ownWorkers, type Story, workshop } from "./stories.js";

const rows: readonly [string, Story, StopPoint | undefined][] = [
  ["of a managed group", workshop, undefined],
  ["of a group that it rolls itself", ownWorkers, undefined],
  [
    "that another bot goes on with",
    ownWorkers,
    { stopAt: (write, nth) => (/^record NodeDraining/.test(write) && nth === 2 ? "after" : undefined) },
  ],
];

async function linesOf({ redis }: CrashStage): Promise<AuditLine[]> {
  const entries = await redis.xrange("{eks-upgrade}:audit", "-", "+");
  return entries.map(([, [, text = ""]]) => readLine(text) ?? expect.fail(text));
}

describe("the audit of a run", () => {
  it.each(rows)(
    "%s has all it told, each once and in order, and what was written for it",
    { timeout: 300_000 },
    async (_, story, point) => {
      const stage = await openCrashStage({ story });
      try {
        await playOut(stage, point);
        const [id = ""] = await stage.runs.recent(1);
        const events = await stage.runs.events(id);
        // Whoever came last may still be at it.
        await vi.waitFor(
          async () => expect(await stage.redis.smembers("{eks-upgrade}:unaudited")).toEqual([]),
          40_000,
        );
        const lines = await linesOf(stage);
        expect(verifyChain(lines, { sha256 })).toMatchObject({ first: 1, faults: [] });
        const ofRun = lines.filter(({ run }) => run === id);
        const told = ofRun.filter(({ what }) => /^[A-Z]/.test(what));
        expect(told.map(({ what, at }) => ({ what, at }))).toEqual(
          events.map(({ type, at }) => ({ what: type, at })),
        );
        expect(new Set(told.map(({ planHash }) => planHash)).size).toBe(1);
        expect(ofRun.filter(({ kind }) => kind === "write")).not.toEqual([]);
        expect(lines.filter(({ kind }) => kind === "configuration").length).toBe(point ? 2 : 1);
        expect(lines.filter(({ kind, what }) => kind === "request" && what === "approve")).toHaveLength(1);
      } finally {
        await stage.close();
      }
    },
  );
});
