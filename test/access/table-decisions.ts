import { expect } from "vitest";
import { hour } from "../../src/core/instant.js";
import type { Run } from "../../src/core/run.js";
import { breakGlassModal } from "../../src/slack/views/break-glass.js";
import { rejectModal } from "../../src/slack/views/reject.js";
import { start } from "../builders.js";
import { approver, guard } from "./cast.js";
import type { Wanted } from "./entries.js";
import { becomes } from "./outcomes.js";
import type { RoomName } from "./rooms.js";
import { about, clickOn, type RuleRow, through } from "./rule-rows.js";
import { pressed, sent, typed, visited } from "./tries.js";

/** Rules about deciding: how many, who not, about which plan, and until when. */

/** Of a request that has these approvals already. */
function approving(
  by: RuleRow["by"],
  approvals: Run["approvals"],
  outcome: { readonly refused?: RuleRow["refused"]; readonly becomes?: object },
): RuleRow {
  return {
    ...{ rule: "quorum", tries: "button approve", way: "button", room: "strict", by },
    ...(outcome.refused && { refused: outcome.refused }),
    async prepare(scene) {
      const more = { approvalsRequired: 2, oneFromEach: ["S0SECURITY"], approvals };
      const run = await scene.sow("waiting", "strict", { more });
      return {
        ...{ ...about(run), act: pressed("eks-upgrade:approve", clickOn(run)) },
        done: () => becomes(scene, run.id, outcome.becomes ?? {}),
      };
    },
  };
}

const first = { by: approver, at: start - hour };
const waiting = { state: "awaiting approval" };
const quorum: readonly RuleRow[] = [
  approving({ id: approver }, [], { becomes: { ...waiting, approvals: [{ by: approver }] } }),
  approving({ id: approver }, [first], {
    refused: { rule: "approved by you already", says: /You have approved this already/ },
  }),
  approving("deputy", [first], {
    refused: { rule: "one voice", says: /have one voice/ },
  }),
  approving("both", [first], { becomes: { ...waiting, approvals: [{ by: approver }, {}] } }),
  approving({ id: guard }, [first], {
    becomes: { state: "running", approvals: [{ by: approver }, { by: guard, groups: ["S0SECURITY"] }] },
  }),
  approving("deputy", [], { becomes: { ...waiting, approvals: [{ deputyOf: approver }] } }),
];

const yourself = {
  rule: "requester",
  says: /You asked for it yourself|You stand for the one who asked for it/,
};
const byThemselves = ["button approve", "button go-on"];
const requesters: readonly RuleRow[] = (["requester", "deputy of the requester"] as const).flatMap((by) => [
  ...through(byThemselves, { rule: "requester", room: "plain", by, refused: yourself }),
  ...through(["button on the page of a link"], { rule: "requester", room: "linked", by, refused: yourself }),
  ...through(["button confirm-force"], {
    ...{ rule: "requester", room: "plain", by },
    refused: by === "requester" ? { ...yourself, rule: "same person" } : yourself,
  }),
  ...through(["modal of a rejection sent"], { rule: "requester", room: "plain", by }),
]);

/** The same, of what somebody read before it became something else. */
function former(
  name: string,
  wanted: (run: Run) => Wanted["act"],
  row: Pick<RuleRow, "way" | "by" | "refused"> & { room?: RoomName },
): RuleRow {
  const { room = "plain" } = row;
  return {
    ...{ rule: "plan changed", tries: name, ...row, room },
    async prepare(scene) {
      const run = await scene.sow("waiting", room);
      return { ...about(run), act: wanted(run), done: () => becomes(scene, run.id, { state: "rejected" }) };
    },
  };
}

const other = "0".repeat(32);
const glassSent = (run: Run, value = clickOn(run)) =>
  sent({ ...breakGlassModal(run), private_metadata: value }, { "eks-upgrade:why": "it is exploited" });
const rejectionSent = (run: Run, value = clickOn(run)) =>
  sent({ ...rejectModal(run), private_metadata: value }, { "eks-upgrade:why": "no" });
const changed = { rule: "plan changed", says: /plan changed since you read it/i };
const breaker = "who may break the glass" as const;
const changes: readonly RuleRow[] = [
  former("button approve", (run) => pressed("eks-upgrade:approve", `${run.id}|${other}`), {
    ...{ way: "button", by: "both", refused: changed },
  }),
  former("modal of broken glass sent", (run) => glassSent(run, `${run.id}|${other}`), {
    ...{ way: "form", by: breaker, refused: changed },
  }),
  former("button on the page of a link", (run) => visited("POST", run.id, other), {
    ...{ way: "link", by: "both", room: "linked", refused: { ...changed, says: /The plan has changed/ } },
  }),
  {
    ...{
      rule: "plan changed",
      tries: "button approve, where the node group changed meanwhile",
      way: "button",
    },
    ...{ room: "plain", by: "both" },
    async prepare(scene) {
      const group = scene.borrow("plain");
      const { steps, ...plan } = scene.planFor("plain", group);
      const read = steps.map((step) => ({
        ...step,
        updateConfig: { maxUnavailable: 2, strategy: "DEFAULT" as const },
      }));
      const run = await scene.sow("waiting", "plain", {
        group,
        more: { plan: { ...plan, steps: read, hash: other } },
      });
      const changes = [expect.stringContaining("nodes at once was 2, is 1")];
      return {
        ...{ ...about(run), act: pressed("eks-upgrade:approve", clickOn(run)) },
        // Nothing is begun: it is asked anew, and the card says what has changed.
        done: () => becomes(scene, run.id, { ...waiting, approvals: [], planChanges: changes }),
      };
    },
  },
  // No is no, whichever plan was on the screen.
  former("modal of a rejection sent", (run) => rejectionSent(run, `${run.id}|${other}`), {
    ...{ way: "form", by: "both" },
  }),
];

/** Of a request that is over. */
function over(
  rule: "expired" | "decided",
  tries: string,
  act: (run: Run) => Wanted["act"],
  row: Pick<RuleRow, "way" | "by" | "refused"> & { room?: RoomName },
): RuleRow {
  const { room = "plain" } = row;
  return {
    ...{ rule, tries, ...row, room },
    async prepare(scene) {
      const run = await scene.sow(rule === "expired" ? "expired" : "rejected", room);
      return { ...about(run), act: act(run) };
    },
  };
}

const approveIt = (run: Run) => pressed("eks-upgrade:approve", clickOn(run));
const breakIt = (run: Run) => typed(`break-glass ${run.id} it is exploited`);

/** Of a request whose plan deletes pods: the glass is no way around the right to have that. */
function forced(tries: string, act: (run: Run) => Wanted["act"], way: RuleRow["way"]): RuleRow {
  return {
    ...{ rule: "force", tries, way, room: "plain", by: breaker },
    refused: { rule: "role", says: /Only those .* may have upgrades forced/ },
    async prepare(scene) {
      const group = scene.borrow("plain");
      const plan = { ...scene.planFor("plain", group), wish: { force: true } };
      const run = await scene.sow("waiting", "plain", { group, more: { plan } });
      return { ...about(run), act: act(run) };
    },
  };
}

const force: readonly RuleRow[] = [
  forced("/eks-upgrade break-glass <run>", breakIt, "command"),
  forced("button break-glass", (run) => pressed("eks-upgrade:break-glass", clickOn(run)), "button"),
  forced("modal of broken glass sent", (run) => glassSent(run), "form"),
];

const gone = { rule: "over", says: /Not started/ };
const ends: readonly RuleRow[] = [
  over("expired", "button approve", approveIt, {
    ...{ way: "button", by: "both", refused: { rule: "expired", says: /This request has expired/ } },
  }),
  over("expired", "modal of a rejection sent", (run) => rejectionSent(run), {
    ...{ way: "form", by: "both", refused: { rule: "expired", says: /This request has expired/ } },
  }),
  over("expired", "button on the page of a link", (run) => visited("POST", run.id, run.plan.hash), {
    ...{
      way: "link",
      by: "both",
      room: "linked",
      refused: { rule: "expired", says: /This request has expired/ },
    },
  }),
  over("expired", "/eks-upgrade break-glass <run>", breakIt, { way: "command", by: breaker, refused: gone }),
  over("expired", "modal of broken glass sent", (run) => glassSent(run), {
    way: "form",
    by: breaker,
    refused: gone,
  }),
  over("decided", "button approve", approveIt, {
    ...{
      way: "button",
      by: "both",
      refused: { rule: "already decided", says: /This is decided already/ },
    },
  }),
  over("decided", "modal of a rejection sent", (run) => rejectionSent(run), {
    ...{ way: "form", by: "both", refused: { rule: "already decided", says: /This is decided already/ } },
  }),
  over("decided", "/eks-upgrade break-glass <run>", breakIt, { way: "command", by: breaker, refused: gone }),
  over("decided", "button on the page of a link", (run) => visited("POST", run.id, run.plan.hash), {
    ...{ way: "link", by: "both", room: "linked" },
    refused: { rule: "already decided", says: /decided already/ },
  }),
];

export const decisionRows: readonly RuleRow[] = [...quorum, ...requesters, ...force, ...changes, ...ends];
