import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { MessageShown, Snapshot } from "../../../playground/page/protocol.js";
import { openStage, type Stage } from "../../e2e/stage.js";
import { type Visit, visit } from "./visit.js";

const operator = "U0OPERATOR";
const approver = "U0APPROVER";
const channel = "C0PROD";

let stage: Stage;
let page: Visit;

beforeEach(async () => {
  stage = await openStage();
  await stage.startBot();
  page = await visit(stage.playground, { slack: true });
});
afterEach(async () => {
  await page.close();
  await stage.close();
});

/** Real milliseconds for a world that takes 20 minutes of its own. */
const patience = 60_000;

const messages = (snapshot: Snapshot): readonly MessageShown[] =>
  snapshot.channels.find(({ id }) => id === channel)?.messages ?? [];
const offers = (actionId: string) => (message: MessageShown) =>
  JSON.stringify(message.blocks).includes(actionId);
const whispers = (snapshot: Snapshot) => messages(snapshot).filter((message) => message.onlyVisibleToYou);
const types = (text: string, as = operator) => page.act({ act: "command", as, channel, text });

describe("what a person does on the page", () => {
  it("starts an upgrade with a command, approves it with a button, and watches it to its end", {
    timeout: 2 * patience,
  }, async () => {
    expect(await types("/eks-upgrade start eks-workshop/default")).toEqual({ ok: true });
    const asked = await page.sees("approver", (snapshot) =>
      messages(snapshot).some(offers("eks-upgrade:approve")),
    );
    const [card] = messages(asked).filter(offers("eks-upgrade:approve"));
    const place = { message: { channel, ts: card?.ts ?? "" } };
    expect(await page.act({ act: "click", as: approver, place, actionId: "eks-upgrade:approve" })).toEqual({
      ok: true,
    });

    const group = (snapshot: Snapshot) => snapshot.clusters[0]?.nodeGroups[0];
    const midway = await page.sees(
      "operator",
      (snapshot) => group(snapshot)?.nodes.some(({ state }) => state === "draining"),
      patience,
    );
    expect(group(midway)?.update?.phases.map(({ state }) => state)).toEqual([
      "done",
      "done",
      "running",
      "pending",
    ]);

    const ended = await page.sees(
      "bystander",
      (snapshot) => messages(snapshot).some(({ threadTs }) => threadTs),
      patience,
    );
    expect(group(ended)?.release).toBe("1.34.9-20260714");
    expect(group(ended)?.update?.status).toBe("Successful");
    const live = messages(ended).find(({ replies }) => replies.length > 0);
    expect(live?.replies.at(-1)?.text).toContain("eks-workshop/default");
    expect(ended.history[0]?.what).toBe("eks-workshop/default: update to 1.34.9-20260714 succeeded");
    // World time, so that it fits what the texts say.
    expect(Math.abs((live?.at ?? 0) - ended.time.now)).toBeLessThan(3 * 3600_000);
  });

  it("shows an ephemeral answer to its person alone", async () => {
    await types("/eks-upgrade help");
    const [help] = whispers(await page.sees("operator", (snapshot) => whispers(snapshot).length > 0));
    expect(help).toMatchObject({ author: { name: "EKS Upgrade", isBot: true }, onlyVisibleToYou: true });
    for (const other of ["approver", "bystander"]) expect(messages(await page.looks(other))).toEqual([]);
  });

  it("fills in a form: menus that the bot fills, and text", async () => {
    await types("/eks-upgrade");
    const { modal } = await page.sees("operator", (snapshot) => snapshot.modal);
    expect((await page.looks("approver")).modal).toBeUndefined();
    const id = modal?.id ?? "";
    const fields = (modal?.blocks ?? []).filter((block) => block.type === "input");
    const actions = Object.fromEntries(
      fields.map(({ element, label }) => [
        (label as { text: string }).text,
        (element as { action_id: string }).action_id,
      ]),
    );
    expect(Object.keys(actions)).toEqual(["Cluster", "Node group", "Why"]);
    const place = { modal: id };
    const menu = (name: string) =>
      page.act({ act: "suggest", as: operator, place, actionId: actions[name] ?? "", typed: "" });

    expect(await page.act({ act: "submit", as: operator, modal: id, inputs: {} })).toEqual({
      ok: false,
      why: "The modal cannot be submitted without: Cluster.",
    });
    const clusters = await menu("Cluster");
    const [cluster] = (clusters.ok && clusters.options) || [];
    expect(cluster?.text).toContain("eks-workshop");
    const value = cluster?.value ?? "";
    await page.act({ act: "choose", as: operator, place, actionId: actions.Cluster ?? "", value });
    await page.sees("operator", (snapshot) => JSON.stringify(snapshot.modal).includes("Choose a node group"));
    const groups = await menu("Node group");
    const [group] = (groups.ok && groups.options) || [];

    const inputs = {
      [actions.Cluster ?? ""]: value,
      [actions["Node group"] ?? ""]: group?.value ?? "",
      [actions.Why ?? ""]: "CVE of the week",
    };
    expect(await page.act({ act: "submit", as: operator, modal: id, inputs })).toEqual({ ok: true });
    const asked = await page.sees("approver", (snapshot) =>
      messages(snapshot).some(offers("eks-upgrade:approve")),
    );
    expect(JSON.stringify(messages(asked))).toContain("CVE of the week");
  });

  it("closes a form without sending it", async () => {
    await types("/eks-upgrade");
    const { modal } = await page.sees("operator", (snapshot) => snapshot.modal);
    expect(await page.act({ act: "dismiss", as: operator, modal: modal?.id ?? "" })).toEqual({ ok: true });
    await page.sees("operator", (snapshot) => !snapshot.modal);
  });

  it("presses no button of somebody else's", async () => {
    await types("/eks-upgrade help");
    const [help] = whispers(await page.sees("operator", (snapshot) => whispers(snapshot).length > 0));
    const place = { message: { channel, ts: help?.ts ?? "" } };
    expect(await page.act({ act: "click", as: approver, place, actionId: "any" })).toEqual({
      ok: false,
      why: "U0APPROVER sees no such message.",
    });
  });
});
