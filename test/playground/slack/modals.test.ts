import type { App, ViewResponseAction, ViewSubmitAction } from "@slack/bolt";
import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import type { JsonObject } from "../../../playground/slack/json.js";
import { type SimulatedSlack, serveSlack } from "../../../playground/slack/server.js";
import { boltApp } from "./bolt-app.js";
import { clientOf, outcomeOf } from "./web-client.js";

const plain = (text: string) => ({ type: "plain_text" as const, text });
const option = (value: string) => ({ text: plain(value.toUpperCase()), value });

const form = (title = "Reject") => ({
  type: "modal" as const,
  callback_id: "form",
  private_metadata: "run-1",
  title: plain(title),
  submit: plain("Send"),
  blocks: [
    {
      type: "input" as const,
      block_id: "reason",
      label: plain("Reason"),
      element: { type: "plain_text_input" as const, action_id: "why" },
    },
    {
      type: "input" as const,
      block_id: "size",
      label: plain("Size"),
      element: {
        type: "static_select" as const,
        action_id: "pick",
        options: [option("small"), option("large")],
        initial_option: option("small"),
      },
    },
    {
      type: "input" as const,
      block_id: "cluster",
      optional: true,
      label: plain("Cluster"),
      element: { type: "external_select" as const, action_id: "find", min_query_length: 0 },
    },
  ],
});

describe("modals through Bolt", () => {
  let slack: SimulatedSlack;
  let app: App | undefined;
  beforeEach(async () => {
    slack = await serveSlack();
  });
  afterEach(async () => {
    await app?.stop();
    app = undefined;
    await slack.close();
  });

  const operator = () => slack.as(slack.users.operator);
  const opened = () => slack.waitFor(() => operator().modal());
  const opening = (bolt: App) =>
    bolt.command("/eks-upgrade", async ({ ack, body, client }) => {
      await ack();
      await client.views.open({ trigger_id: body.trigger_id, view: form() });
    });

  test("a submitted modal carries its values and metadata, and closes", async () => {
    const submitted: unknown[] = [];
    app = await boltApp(slack, (bolt) => {
      opening(bolt);
      bolt.view("form", async ({ ack, view }) => {
        submitted.push([view.private_metadata, view.state.values]);
        await ack();
      });
    });
    await operator().command("/eks-upgrade");
    await operator().submit(await opened(), { why: "not today", pick: "large" });
    expect(submitted).toMatchObject([
      [
        "run-1",
        {
          reason: { why: { type: "plain_text_input", value: "not today" } },
          size: { pick: { selected_option: { value: "large" } } },
          cluster: { find: { selected_option: null } },
        },
      ],
    ]);
    expect(operator().modal()).toBeUndefined();
  });

  it.each([
    ["too short", "no", "Too short or too long for the modal: Reason."],
    ["too long", "x".repeat(13), "Too short or too long for the modal: Reason."],
    ["not there", "", "The modal cannot be submitted without: Reason."],
  ])("a text that is %s is never sent", async (_sentence, why, says) => {
    const [reason, ...others] = form().blocks;
    const limited = { ...reason, element: { ...reason?.element, min_length: 3, max_length: 12 } };
    slack.workspace.views.open(slack.users.operator, {
      ...form(),
      blocks: [limited, ...others],
    } as JsonObject);
    await expect(operator().submit(await opened(), { why })).rejects.toThrow(says);
    await expect(operator().submit(await opened(), { why: "not today" })).resolves.toEqual({
      outcome: "dispatch_failed",
    });
  });

  it.each<[string, ViewResponseAction, string[], Record<string, string>]>([
    [
      "errors keep it open and show",
      { response_action: "errors", errors: { reason: "Too short" } },
      ["Reject"],
      { reason: "Too short" },
    ],
    ["an update replaces it", { response_action: "update", view: form("Sure?") }, ["Sure?"], {}],
    ["a push lays another on top", { response_action: "push", view: form("More") }, ["Reject", "More"], {}],
    [
      "an invalid view shows trouble",
      { response_action: "update", view: { ...form(), title: plain("x".repeat(25)) } },
      ["Reject"],
      { "": "We had some trouble connecting. Try again?" },
    ],
  ])("%s", async (_sentence, answer, titles, errors) => {
    app = await boltApp(slack, (bolt) => {
      opening(bolt);
      bolt.view<ViewSubmitAction>("form", ({ ack }) => ack(answer));
    });
    await operator().command("/eks-upgrade");
    await operator().submit(await opened(), { why: "no" });
    const stack = slack.workspace.views.stack(slack.users.operator);
    expect(stack.map((view) => view.definition.title)).toEqual(titles.map(plain));
    expect(operator().modal()?.errors).toEqual(errors);
  });

  test("clear closes the whole stack", async () => {
    app = await boltApp(slack, (bolt) => {
      opening(bolt);
      bolt.view<ViewSubmitAction>("form", ({ ack, view }) =>
        view.previous_view_id
          ? ack({ response_action: "clear" })
          : ack({ response_action: "push", view: form("More") }),
      );
    });
    await operator().command("/eks-upgrade");
    await operator().submit(await opened(), { why: "no" });
    const top = await slack.waitFor(() => slack.workspace.views.stack(slack.users.operator)[1]);
    await operator().submit(top, { why: "no" });
    expect(slack.workspace.views.stack(slack.users.operator)).toEqual([]);
  });

  test("waiting in vain shows the open modals and what is wrong with them", async () => {
    app = await boltApp(slack, (bolt) => {
      opening(bolt);
      bolt.view<ViewSubmitAction>("form", ({ ack }) =>
        ack({ response_action: "errors", errors: { reason: "Too short" } }),
      );
    });
    await operator().command("/eks-upgrade");
    await operator().submit(await opened(), { why: "no" });
    const waiting = slack.waitFor(() => undefined, { timeoutMs: 10 });
    await expect(waiting).rejects.toThrow(/Reject\nReason: \[plain_text_input\]\n[\s\S]*! Too short/);
  });

  test("a needed field must be filled, and a menu offers only its options", async () => {
    app = await boltApp(slack, opening);
    await operator().command("/eks-upgrade");
    const view = await opened();
    await expect(operator().submit(view)).rejects.toThrow("without: Reason");
    await expect(operator().submit(view, { why: "x", pick: "huge" })).rejects.toThrow('offers no "huge"');
  });

  test("the app fills a menu while a person types", async () => {
    app = await boltApp(slack, (bolt) => {
      opening(bolt);
      bolt.options("find", ({ ack, payload }) => ack({ options: [option(`${payload.value}-1`)] }));
    });
    await operator().command("/eks-upgrade");
    const [offered] = await operator().suggest(await opened(), "find", "prod");
    expect(offered).toEqual({ text: plain("PROD-1"), value: "prod-1" });
  });

  test("closing is told only to an app that asked", async () => {
    const closed: string[] = [];
    app = await boltApp(slack, (bolt) => {
      bolt.command("/eks-upgrade", async ({ ack, body, client }) => {
        await ack();
        const view = { ...form(), notify_on_close: body.text === "notify" };
        await client.views.open({ trigger_id: body.trigger_id, view });
      });
      bolt.view({ callback_id: "form", type: "view_closed" }, async ({ ack, body }) => {
        closed.push(body.user.id);
        await ack();
      });
    });
    await operator().command("/eks-upgrade");
    await operator().dismiss(await opened());
    expect(closed).toEqual([]);
    await operator().command("/eks-upgrade", "notify");
    await operator().dismiss(await opened());
    expect(closed).toEqual([slack.users.operator]);
    expect(operator().modal()).toBeUndefined();
  });
});

describe("views through the Web API", () => {
  let slack: SimulatedSlack;
  let now: number;
  beforeEach(async () => {
    now = 1_790_000_000_000;
    slack = await serveSlack({ now: () => now });
  });
  afterEach(() => slack.close());

  /** The trigger that comes with a command. */
  const trigger = async () => {
    let issued = "";
    const bolt = await boltApp(slack, (app) =>
      app.command("/eks-upgrade", async ({ ack, body }) => {
        issued = body.trigger_id;
        await ack();
      }),
    );
    await slack.as(slack.users.operator).command("/eks-upgrade");
    await bolt.stop();
    return issued;
  };

  test("a trigger works once", async () => {
    const web = clientOf(slack);
    const trigger_id = await trigger();
    await web.views.open({ trigger_id, view: form() });
    expect(await outcomeOf(web.views.open({ trigger_id, view: form() }))).toBe("exchanged_trigger_id");
  });

  test("a trigger dies after three seconds", async () => {
    const trigger_id = await trigger();
    now += 3_001;
    expect(await outcomeOf(clientOf(slack).views.open({ trigger_id, view: form() }))).toBe(
      "expired_trigger_id",
    );
  });

  test("an invented trigger is refused", async () => {
    const opening = clientOf(slack).views.open({ trigger_id: "1.2.3", view: form() });
    expect(await outcomeOf(opening)).toBe("invalid_trigger_id");
  });

  test("a modal is updated by id, and refused with an old hash or an unknown id", async () => {
    const web = clientOf(slack);
    const { view } = await web.views.open({ trigger_id: await trigger(), view: form() });
    const place = { view_id: view?.id ?? "", hash: view?.hash ?? "" };
    await web.views.update({ ...place, view: form("Next") });
    expect(slack.as(slack.users.operator).modal()?.definition.title).toEqual(plain("Next"));
    expect(await outcomeOf(web.views.update({ ...place, view: form("Late") }))).toBe("hash_conflict");
    expect(await outcomeOf(web.views.update({ view_id: "V1", view: form() }))).toBe("not_found");
  });

  test("a fourth modal does not fit on the stack, nor a second of the same external id", async () => {
    const web = clientOf(slack);
    await web.views.open({ trigger_id: await trigger(), view: { ...form(), external_id: "one" } });
    const again = web.views.push({ trigger_id: await trigger(), view: { ...form(), external_id: "one" } });
    expect(await outcomeOf(again)).toBe("duplicate_external_id");
    for (const expected of ["ok", "ok", "push_limit_reached"]) {
      const push = web.views.push({ trigger_id: await trigger(), view: form() });
      expect(await outcomeOf(push)).toBe(expected);
    }
  });
});
