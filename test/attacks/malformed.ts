import type { Json, JsonObject } from "../../playground/slack/json.js";

/** Orders as Slack would tell them, and what is wrong with them: every part left out, and every part something else. */

const where = {
  team: { id: "T0PLAYGROUND", domain: "playground" },
  channel: { id: "C0PROD", name: "prod-upgrades" },
  container: { type: "message", message_ts: "1.000001", channel_id: "C0PROD", is_ephemeral: false },
};

/** What every order has, of this person; `response`: where answers go. */
export function wellFormed(user: string, response: string): Readonly<Record<string, JsonObject>> {
  const who = { user: { id: user, username: user, name: user, team_id: "T0PLAYGROUND" } };
  const common = { api_app_id: "A0EKSUPGRADE", token: "deprecated", trigger_id: "1.2.3", ...who, ...where };
  const text = { type: "plain_text", text: "Press" };
  const button = (action_id: string, value: string) => ({
    ...common,
    type: "block_actions",
    response_url: response,
    actions: [{ type: "button", action_id, block_id: "b", value, text, action_ts: "1.000001" }],
  });
  const view = (callback_id: string, values: JsonObject) => ({
    ...common,
    type: "view_submission",
    view: {
      ...{ id: "V1", type: "modal", callback_id, private_metadata: "calm-heron-42|c0ffee", hash: "1.1" },
      ...{ team_id: "T0PLAYGROUND", state: { values }, blocks: [], title: text },
    },
  });
  const why = { reason: { "eks-upgrade:why": { type: "plain_text_input", value: "because" } } };
  const chosen = { type: "external_select", selected_option: { text, value: "no-such-cluster" } };
  return {
    approve: button("eks-upgrade:approve", "calm-heron-42|c0ffee"),
    reject: button("eks-upgrade:reject", "calm-heron-42|c0ffee"),
    schedule: button("eks-upgrade:schedule", '["us-west-2/eks-workshop/none",{}]'),
    snooze: button("eks-upgrade:snooze-7", "7 us-west-2/eks-workshop/none"),
    cancel: button("eks-upgrade:cancel", "calm-heron-42"),
    answer: button("eks-upgrade:answer-wait", "calm-heron-42|b0"),
    why: view("eks-upgrade:reject-why", why),
    form: view("eks-upgrade:form", { cluster: { "eks-upgrade:cluster": chosen } }),
    menu: {
      ...common,
      type: "block_suggestion",
      action_id: "eks-upgrade:cluster",
      block_id: "cluster",
      value: "e",
    },
    groups: {
      ...common,
      type: "block_suggestion",
      action_id: "eks-upgrade:node-group",
      block_id: "node-group/eks-workshop",
      value: "",
    },
    choice: {
      ...common,
      type: "block_actions",
      view: {
        id: "V1",
        type: "modal",
        hash: "1.1",
        callback_id: "eks-upgrade:form",
        state: { values: {} },
        blocks: [],
      },
      actions: [{ ...chosen, action_id: "eks-upgrade:cluster", block_id: "cluster", action_ts: "1.000001" }],
    },
    closed: {
      ...common,
      type: "view_closed",
      view: { id: "V1", callback_id: "eks-upgrade:form" },
      is_cleared: false,
    },
    shortcut: { ...common, type: "shortcut", callback_id: "eks-upgrade:form" },
    legacy: {
      ...common,
      type: "interactive_message",
      callback_id: "x",
      actions: [{ name: "x", type: "button", value: "x" }],
    },
    step: { ...common, type: "workflow_step_edit", callback_id: "x", workflow_step: {} },
  };
}

export function wellFormedCommand(user: string, response: string): JsonObject {
  return {
    ...{ command: "/eks-upgrade", text: "plan eks-workshop/none", user_id: user, user_name: user },
    ...{
      team_id: "T0PLAYGROUND",
      team_domain: "playground",
      channel_id: "C0PROD",
      channel_name: "prod-upgrades",
    },
    ...{ api_app_id: "A0EKSUPGRADE", trigger_id: "1.2.3", response_url: response, token: "deprecated" },
  };
}

export function wellFormedEvent(user: string): JsonObject {
  const event = { type: "app_home_opened", user, channel: "D0OPERATOR", tab: "home", event_ts: "1.000001" };
  return {
    ...{ type: "event_callback", team_id: "T0PLAYGROUND", api_app_id: "A0EKSUPGRADE", token: "deprecated" },
    ...{
      event_id: "Ev1",
      event_time: 1,
      event,
      authorizations: [{ team_id: "T0PLAYGROUND", user_id: "U0BOT", is_bot: true }],
    },
  };
}

const deep = (levels: number): Json => {
  let value: Json = "bottom";
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
};

/** In the place of anything. */
export const oddValues: readonly (readonly [what: string, value: Json | undefined])[] = [
  ["left out", undefined],
  ["null", null],
  ["a number", 7],
  ["a list", [null, "x", {}]],
  ["an object", { id: ["x"], type: 1 }],
  ["a deep one", deep(2_000)],
  ["2,500 characters", "<!channel>".repeat(250)],
  ["lone halves, and nothing", "\ud800 \udfff \u0000 \u202e"],
  ["a name of JavaScript's own", "__proto__"],
];

/** Every place in a payload, down to where lists begin: "user", "user.id", "actions.0.value". */
export function placesIn(payload: JsonObject, depth = 3): string[] {
  const within = (value: Json | undefined, left: number): string[] => {
    if (typeof value !== "object" || value === null || left === 0) return [];
    return Object.entries(value).flatMap(([key, each]) => [
      key,
      ...within(each as Json, left - 1).map((rest) => `${key}.${rest}`),
    ]);
  };
  return within(payload, depth);
}

/** The payload with something else in one place. */
export function withOdd(payload: JsonObject, place: string, odd: Json | undefined): JsonObject {
  const copy = structuredClone(payload) as Record<string, unknown>;
  const path = place.split(".");
  const last = path.pop() ?? "";
  let at: Record<string, unknown> = copy;
  for (const key of path) at = at[key] as Record<string, unknown>;
  if (odd === undefined) delete at[last];
  else at[last] = odd;
  return copy as JsonObject;
}
