import { describe, expect, it } from "vitest";
import type { AuditKind, AuditLine } from "../../src/core/audit/entry.js";
import { gatherer } from "../../src/core/audit/gather.js";
import { minute } from "../../src/core/instant.js";
import type { Lock } from "../../src/core/locks.js";
import type { Step } from "../../src/core/plan.js";
import type { View } from "../../src/slack/limits.js";
import { messagesOf } from "../../src/slack/messages.js";
import { helpAnswer, problemAnswer, problemsAnswer, refusal } from "../../src/slack/views/answers.js";
import { breakGlassModal } from "../../src/slack/views/break-glass.js";
import { openAlreadyWords, refusedClickWords, refusedGlass } from "../../src/slack/views/decisions.js";
import { digestView } from "../../src/slack/views/digest.js";
import { listAnswer } from "../../src/slack/views/fleet.js";
import { clusterOptions, formView, nodeGroupOptions } from "../../src/slack/views/form.js";
import { answeredView } from "../../src/slack/views/form-answer.js";
import { historyAnswer } from "../../src/slack/views/history.js";
import { homeView } from "../../src/slack/views/home.js";
import { closedAnswer } from "../../src/slack/views/hours.js";
import { leftoversAnswer } from "../../src/slack/views/leftovers.js";
import {
  alreadyLocked,
  lockedAnswer,
  lockNotice,
  notLocked,
  unlockedAnswer,
  withLocks,
} from "../../src/slack/views/locks.js";
import { planView } from "../../src/slack/views/plan.js";
import { rejectModal } from "../../src/slack/views/reject.js";
import { checkAnswer } from "../../src/slack/views/scan.js";
import {
  alreadyAskedAnswer,
  askedAnswer,
  openRunsAnswer,
  statusAnswer,
} from "../../src/slack/views/status.js";
import { withUnshown } from "../../src/slack/views/unshown.js";
import { start } from "../builders.js";
import {
  aFound,
  aGroup,
  aRecord,
  aRow,
  aScan,
  aSnooze,
  someContent,
} from "../src/slack/views/digest-facts.js";
import { expectHarmless, expectHarmlessBlocks, type hostile, isWhole } from "./hostile.js";
import { eventsOf, nameOf, planOf, problemOf, runOf, variantsOf } from "./hostile-run.js";

const now = start + 30 * minute;
const kinds: readonly Step["kind"][] = ["managed node group", "self-managed node group"];

/** What is said in other words where the driver is our own. */
const ofOurs: ReadonlySet<string> = new Set(["under way", "paused", "stopping", "failed"]);

const told: ReadonlySet<string> = new Set(["under way", "failed"]);

/** Tests for each of these texts. */
export function showsAsWords(samples: typeof hostile): void {
  describe.each(samples)("what %s", (_, h) => {
    it.each(kinds)("shows as words in all that a run of a %s says", (kind) => {
      const whole = eventsOf(h);
      for (const [what, over] of variantsOf(h)) {
        if (kind === "self-managed node group" && !ofOurs.has(what)) continue;
        const run = runOf(h, kind, over);
        // The thread says of every run the same.
        const events = told.has(what) ? whole : whole.slice(0, 6);
        for (const plan of what === "under way" ? [true, false] : [true]) {
          const messages = messagesOf(run, events, now, { plan });
          expect(messages.length).toBeGreaterThan(0);
          for (const message of messages) expectHarmless(message, `${what}, ${message.slot}`);
        }
      }
    });

    it("shows as words in answers about runs", () => {
      for (const [what, over] of variantsOf(h)) {
        const run = runOf(h, "managed node group", over);
        const shown = { run, link: "https://playground.slack.com/archives/C0PROD/p1" };
        const views: Record<string, View> = {
          status: statusAnswer(shown, now),
          open: openRunsAnswer([shown, shown], now),
          asked: askedAnswer(shown),
          "already asked": alreadyAskedAnswer(shown, now),
          unshown: withUnshown(askedAnswer(shown), h, { code: h, next: h }),
          refused: refusal(refusedClickWords("plan changed", run)),
          decided: refusal(refusedClickWords("already decided", run)),
          glass: refusedGlass("plan changed", run),
          claimed: refusal(refusedClickWords("claimed", run)),
          "open already": { text: openAlreadyWords(run), blocks: refusal({ what: "x", why: "y" }).blocks },
        };
        for (const [name, view] of Object.entries(views)) expectHarmless(view, `${what}, ${name}`);
        expectHarmlessBlocks(rejectModal(run).blocks, "modal", what);
        expectHarmlessBlocks(breakGlassModal(run).blocks, "modal", what);
        expectHarmlessBlocks(answeredView(statusAnswer(shown, now)).blocks, "modal", what);
      }
    });

    it("shows as words in answers about plans, locks, hours and rules", () => {
      const lock: Lock = { environment: nameOf(h), cluster: nameOf(h), by: h, at: start, reason: h };
      const run = runOf(h, "managed node group");
      const hours = { open: false, cause: "freeze", reason: h, opensAt: now + 60 * minute } as const;
      const views: Record<string, View> = {
        plan: planView(planOf(h), now, 1),
        blocked: planView({ ...planOf(h), blockers: [problemOf(h), problemOf(h)] }, now, 1),
        closed: closedAnswer(hours, planOf(h), now, h),
        problem: problemAnswer(problemOf(h)),
        problems: problemsAnswer(h, [problemOf(h), problemOf(h)]),
        refusal: refusal({ what: h, why: h, next: h, ask: { groups: [h], users: [h] }, places: [h] }),
        help: helpAnswer([{ usage: h, what: h }], { problem: h, nearest: h }),
        locked: lockedAnswer(lock, [run]),
        notice: lockNotice({ lock }, now),
        already: alreadyLocked(lock, h, now),
        unlocked: unlockedAnswer(lock, { by: "U0OPERATOR", runs: [run], others: [lock], now }),
        "unlocked notice": lockNotice({ lock, off: { by: h, at: start } }, now),
        "not locked": notLocked({ environment: h, cluster: h }, [lock], now),
        "with locks": withLocks(problemAnswer(problemOf(h)), [lock, lock], now),
        leftovers: leftoversAnswer(
          h,
          {
            runs: [run],
            nodes: [{ name: h, run: h, marks: [] }],
            groups: [{ name: h, run: h, before: h }],
            problem: problemOf(h),
          },
          h,
        ),
      };
      for (const [name, view] of Object.entries(views)) expectHarmless(view, name);
    });

    it("shows as words in lists, digests, Home, menus and the history", () => {
      const n = nameOf(h) || "x";
      const scan = aScan({
        ...{ environment: n, name: n, region: n },
        found: aFound({
          version: n,
          status: h,
          groups: [aGroup({ name: n, amiType: n, status: h, version: n })],
        }),
      });
      const failed = aScan({ environment: n, name: `${n}2`, region: n, problem: problemOf(h) });
      const row = aRow({
        environment: n,
        cluster: n,
        region: n,
        group: { kind: "self-managed node group", name: n },
        from: n,
        to: n,
      });
      const content = someContent({
        rows: [row],
        problems: [{ name: n, environment: n, problem: problemOf(h) }],
      });
      const record = aRecord(content);
      const digest = { number: 7, madeAt: start, content, news: [row.key] };
      const facts = { record, digest, shown: [row], snoozed: [{ row, snooze: aSnooze(row, { by: h }) }] };
      expectHarmless(listAnswer([scan, failed], now), "list");
      expectHarmless(checkAnswer([scan, failed], content, now), "check");
      expectHarmless(digestView({ ...facts, calls: { groups: [h], users: [h] } }).view, "digest");
      const run = runOf(h, "managed node group");
      const home = homeView(
        {
          environments: [{ name: n, clusters: [scan, failed], rows: [row], mayOperate: true }],
          locks: [{ environment: n, by: h, at: start, reason: h }],
          running: [{ run }],
          waiting: [{ run, why: "approval" }],
        },
        now,
      );
      expectHarmlessBlocks(home.blocks, "home", "Home");
      expectHarmlessBlocks(formView({ cluster: n.slice(0, 100), nodeGroup: n }).blocks, "modal", "form");
      const options = [
        ...clusterOptions([n, "other"]),
        ...nodeGroupOptions([{ kind: "self-managed node group", nodeGroup: n }]),
      ];
      for (const { text, value = "" } of options) {
        expect([isWhole(text.text), text.text.length <= 75, value.length <= 150]).toEqual([true, true, true]);
      }
      const gathered = gatherer();
      for (const line of historyOf(h)) gathered.take(line);
      const history = {
        items: gathered.all(),
        more: true,
        cluster: h,
        user: h,
        looked: 9,
        lookedBackTo: start,
      };
      expectHarmless(historyAnswer(history), "history");
    });
  });
}

const auditKinds: readonly AuditKind[] = [
  "request",
  "decision",
  "refusal",
  "order",
  "write",
  "undo",
  "event",
  "configuration",
];
const whats = [
  ...[
    "RunRequested",
    "RunApproved",
    "RunRejected",
    "GlassBroken",
    "RunCancelled",
    "StopTooLate",
    "Answered",
    "ForceConfirmed",
    "NodeSkipped",
  ],
  ...[
    "PodsDeleted",
    "NotPutBack",
    "RunFailed",
    "RunHeld",
    "PlanChanged",
    "lock",
    "unlock",
    "snooze",
    "wake",
    "eks:UpdateNodegroupVersion",
  ],
];

function historyOf(h: string): AuditLine[] {
  return [...whats, h].flatMap((what, index) =>
    auditKinds.map(
      (kind, at): AuditLine => ({
        ...{
          at: start,
          kind,
          who: at % 2 === 0 ? h : "bot",
          what,
          outcome: "failed",
          on: h,
          environment: h,
          cluster: h,
        },
        ...{
          region: h,
          run: `${h}${index}${at}`,
          planHash: h,
          rule: h,
          why: h,
          entry: h,
          seq: index * 10 + at,
          prev: "",
          hash: "",
        },
        more: {
          reason: h,
          choice: h,
          about: h,
          deputyOf: h,
          pods: h,
          why: h,
          environments: h,
          days: 7,
          startAt: start,
        },
      }),
    ),
  );
}
