import { describe, expect, it } from "vitest";
import { day, hour, type Instant } from "../../../../src/core/instant.js";
import { lockProblem } from "../../../../src/core/locks.js";
import type { Arrival, Promotion } from "../../../../src/core/promotion.js";
import { type View, violations } from "../../../../src/slack/limits.js";
import { approvalCard } from "../../../../src/slack/views/approval-card.js";
import { planView } from "../../../../src/slack/views/plan.js";
import { promotionLines } from "../../../../src/slack/views/promotion.js";
import { aPlan, aRun, start } from "../../../builders.js";

const arrival = (title: string, at: Instant = start): Arrival => ({ run: "warm-fox-7", title, at });
const promotion = (over: Partial<Promotion> = {}): Promotion => ({
  ...{ environment: "test", soak: day, release: "1.34.9-20260714" },
  seen: [arrival("test-blog/workers"), arrival("test-shop/workers", start + hour)],
  ready: start + day,
  ...over,
});
const words = (view: View) => JSON.stringify(view.blocks);

describe("what was seen where a release goes first", () => {
  it.each<[string, Promotion, Instant, RegExp | undefined]>([
    [
      "is told with its node groups once it is enough",
      promotion(),
      start + 3 * day,
      /\*test\* has run `1\.34\.9-20260714` for 3 days, at least 24 h as asked: `test-blog\/workers` and `test-shop\/workers`\. No upgrade to it has failed there since\.$/,
    ],
    [
      "names a few, and each once",
      promotion({ seen: ["a", "a", "b", "c", "d"].map((name) => arrival(name)), more: 4 }),
      start + day,
      /: `a`, `b`, `c` and 5 more\./,
    ],
    [
      "is when it will be enough",
      promotion(),
      start + day - 1,
      /test will have run it long enough <!date\^1784628000\^/,
    ],
    ["is told by the blocker alone where nobody knows when", promotion({ seen: [] }), start, undefined],
  ])("%s", (name, seen, now, says) => {
    const { ready: _, ...never } = seen;
    const [line] = promotionLines(name.endsWith("knows when") ? never : seen, now);
    if (says) expect(line).toMatch(says);
    else expect(line).toBeUndefined();
  });

  it("is on the plan, and on the card as it was when it was asked for", () => {
    const plan = aPlan({ promotion: promotion() });
    const shown = planView(plan, start + 3 * day, 1);
    expect(words(shown)).toContain("for 3 days");
    const card = approvalCard(aRun({ plan, requestedAt: start + 2 * day }));
    expect(words(card)).toContain("for 2 days");
    expect([...violations(shown), ...violations(card)]).toEqual([]);
  });
});

it("a lock in the way of a plan names its owner by mention, and its reason is but words", () => {
  const locked = lockProblem({ environment: "prod", by: "U0ANA", at: start, reason: "<!channel> sale" });
  const view = planView(aPlan({ blockers: [locked] }), start, 1);
  expect(words(view)).toContain(
    "• prod is locked: &lt;!channel&gt; sale (<@U0ANA>, since <!date^1784541600^{date_short_pretty} {time}|2026-07-20 10:00 UTC>). Ask them, or take it off: /eks-upgrade unlock prod",
  );
  expect(view.text).toContain("It cannot start yet: see what stands in the way.");
  expect(violations(view)).toEqual([]);
});
