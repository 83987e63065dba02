import { breakGlassModal } from "../../src/slack/views/break-glass.js";
import { clusterAction, formView, nodeGroupAction } from "../../src/slack/views/form.js";
import { rejectModal } from "../../src/slack/views/reject.js";
import type { Wanted } from "./entries.js";
import { becomes, isAsked } from "./outcomes.js";
import { about, clickOn, find, type RuleRow, roleOf, through } from "./rule-rows.js";
import type { Scene } from "./scene.js";
import { decisionRows } from "./table-decisions.js";
import { option, sent, typed } from "./tries.js";

/** Rules about what is wanted: when, under which locks, after what, and why. */

const asking = ["/eks-upgrade start", "form sent", "button again", "button retry-force"];
const glass = [
  "/eks-upgrade break-glass <run>",
  "/eks-upgrade break-glass <target>",
  "modal of broken glass sent",
];
const sale = { rule: "freeze", says: /Not started.*anniversary sale.*eks-upgrade:schedule/s };
const held = { rule: "lock", says: /is locked: a migration/ };
const unsoaked = { rule: "order", says: /marble/ };
const state =
  (like: object) =>
  (scene: Scene, { run }: Wanted) =>
    becomes(scene, run?.id ?? "", like);
const asked =
  (like: object) =>
  (scene: Scene, { group = "" }: Wanted, user: string) =>
    isAsked(scene, group, user, like);

const hours: readonly RuleRow[] = [
  ...through(asking, { rule: "window", room: "frozen", refused: sale }),
  ...through(
    ["button schedule"],
    { rule: "window", room: "frozen" },
    asked({ startAt: Date.UTC(2026, 6, 25) }),
  ),
  ...through(["button approve"], { rule: "window", room: "frozen" }, state({ state: "scheduled" })),
  ...through(glass, { rule: "window", room: "frozen" }),
];

const locks: readonly RuleRow[] = [
  ...through([...asking, "button schedule", "button approve", ...glass], {
    rule: "lock",
    room: "locked",
    refused: held,
  }),
];

const order: readonly RuleRow[] = [
  ...through([...asking, "button schedule", "button approve"], {
    rule: "order",
    room: "ordered",
    refused: unsoaked,
  }),
  ...through(glass, { rule: "order", room: "ordered" }),
];

const unexplained = { rule: "reason", says: /people there want to know why/ };
const reasons: readonly RuleRow[] = [
  {
    ...{
      rule: "reason",
      tries: "/eks-upgrade start",
      way: "command",
      room: "strict",
      by: "operator",
      refused: unexplained,
    },
    async prepare(scene) {
      const group = scene.borrow("strict");
      return { act: typed(`start abbey/${group}`), group, done: async () => {} };
    },
  },
  {
    ...{
      rule: "reason",
      tries: "form sent",
      way: "form",
      room: "strict",
      by: "operator",
      refused: unexplained,
    },
    async prepare(scene) {
      const group = scene.borrow("strict");
      const inputs = { [clusterAction]: option("abbey"), [nodeGroupAction]: option(group) };
      return { act: sent(formView({ cluster: "abbey" }), inputs), group, done: async () => {} };
    },
  },
  ...through(["button again", "button retry-force"], {
    rule: "reason",
    room: "strict",
    refused: unexplained,
  }),
  ...through(["/eks-upgrade start", "form sent", "button schedule"], { rule: "reason", room: "strict" }),
  ...(["modal of a rejection sent", "modal of broken glass sent"] as const).map(
    (tries): RuleRow => ({
      ...{ rule: "reason", tries, way: "form", room: "plain", by: roleOf(find(tries)) },
      // The modal itself says so, before anything is asked for.
      refused: { says: /Say why, in a few words/ },
      async prepare(scene) {
        const run = await scene.sow("waiting", "plain");
        const modal = tries === "modal of a rejection sent" ? rejectModal(run) : breakGlassModal(run);
        return {
          act: sent({ ...modal, private_metadata: clickOn(run) }, { "eks-upgrade:why": " . " }),
          ...about(run),
        };
      },
    }),
  ),
];

/** Each rule with every way in that it makes sense for. */
export const ruleRows: readonly RuleRow[] = [...hours, ...locks, ...order, ...reasons, ...decisionRows];
