import { App, type Receiver } from "@slack/bolt";
import pino from "pino";
import { describe, expect, it, vi } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { register } from "../commands/index.js";
import { subcommands } from "../commands/parse.js";
import type { Tools } from "../commands/tools.js";
import { realClock } from "../src/clock.js";
import { neededScopes } from "../src/slack/scopes.js";
import { read } from "./sources.js";

/** The fields we use, with Slack's limits (Slack reference: app manifest). A field that is not here is a mistake. */
const manifest = z
  .strictObject({
    _metadata: z.strictObject({
      major_version: z.union([z.literal(1), z.literal(2)]),
      minor_version: z.int(),
    }),
    display_information: z.strictObject({
      name: z.string().min(1).max(35),
      description: z.string().min(1).max(140),
      background_color: z.string().regex(/^#([0-9a-fA-F]{3}){1,2}$/),
    }),
    features: z.strictObject({
      app_home: z.strictObject({ home_tab_enabled: z.literal(true), messages_tab_enabled: z.boolean() }),
      bot_user: z.strictObject({
        display_name: z.string().regex(/^[a-z0-9_.-]{1,80}$/),
        always_online: z.boolean(),
      }),
      slash_commands: z
        .array(
          z.strictObject({
            command: z.string().regex(/^\/[a-z0-9_-]{1,31}$/),
            description: z.string().min(1).max(2000),
            usage_hint: z.string().max(1000),
            should_escape: z.boolean(),
          }),
        )
        .max(50),
    }),
    oauth_config: z.strictObject({ scopes: z.strictObject({ bot: z.array(z.string()) }) }),
    settings: z.strictObject({
      event_subscriptions: z.strictObject({ bot_events: z.array(z.string()).min(1).max(100) }),
      interactivity: z.strictObject({ is_enabled: z.boolean() }),
      org_deploy_enabled: z.boolean(),
      socket_mode_enabled: z.literal(true),
      token_rotation_enabled: z.literal(false),
    }),
  })
  .parse(parse(read("manifest.yml")));

/** Bot scopes of each Web API method: which one depends on the kind of channel; none where the manifest leaves them out. */
const scopesOf: Readonly<Record<string, readonly string[]>> = {
  "apps.connections.open": [],
  "auth.test": [],
  "chat.getPermalink": [],
  "chat.postEphemeral": ["chat:write"],
  "chat.postMessage": ["chat:write"],
  "chat.update": ["chat:write"],
  "conversations.history": [],
  "conversations.info": ["channels:read", "groups:read"],
  "conversations.replies": [],
  "usergroups.list": ["usergroups:read"],
  "usergroups.users.list": ["usergroups:read"],
  "users.info": ["users:read"],
  "views.publish": [],
};

/** Nothing is called here: only what would listen is of interest. */
const never = () => Promise.reject(new Error("nobody is there"));
const tools: Tools = {
  fleet: { environments: [], audit: { keep: 1 } },
  clusters: { of: never },
  digests: {
    ...{ arrange: never, fire: never, make: never, find: never, check: never, last: never },
    ...{ snooze: never, wake: never, snoozes: never, unshown: never },
  },
  upgrades: {
    ...{ plan: never, request: never, decide: never, due: never, breakGlass: never, goOn: never },
    ...{ cancel: never, pause: never, resume: never, answer: never, confirmForce: never },
    ...{ leftovers: never, repair: never, retry: never, watch: never, find: never },
    ...{ open: never, recent: never, leftAlone: never, nodeGroups: never },
  },
  authority: { may: never, could: never, admits: never, visible: never, still: never },
  audit: { record: () => {}, follow: () => {}, settled: never },
  trail: { recent: never },
  locks: { lock: never, unlock: never, all: never },
  orderRate: { take: never },
  clock: realClock,
  log: pino({ enabled: false }),
  linkTo: never,
};

const receiver: Receiver = { init: () => {}, start: async () => {}, stop: async () => {} };

/** A real Bolt app that hears nothing, with everything registered. */
function registered() {
  const app = new App({ token: "xoxb-none", receiver, convoStore: false, deferInitialization: true });
  const events = vi.spyOn(app, "event");
  const heard = {
    events,
    commands: vi.spyOn(app, "command"),
    actions: vi.spyOn(app, "action"),
    others: (["message", "shortcut", "view", "options", "function"] as const).map((kind) =>
      vi.spyOn(app, kind),
    ),
  };
  register(app, tools, () => {});
  return heard;
}

describe("the manifest offers what the bot listens to", () => {
  const { commands, actions, events, others } = registered();

  it("slash commands", () => {
    const listened = commands.mock.calls.map(([command]) => command);
    expect(manifest.features.slash_commands.map(({ command }) => command)).toEqual(listened);
  });

  it("events", () => {
    const listened = events.mock.calls.map(([event]) => String(event));
    expect(manifest.settings.event_subscriptions.bot_events.toSorted()).toEqual(listened.toSorted());
  });

  it("buttons", () => {
    expect(actions.mock.calls.length).toBeGreaterThan(0);
    expect(manifest.settings.interactivity.is_enabled).toBe(true);
  });

  it("forms and their menus, which need interactivity and nothing else", () => {
    const listened = others.flatMap((listener) => listener.mock.calls.map(([what]) => String(what)));
    expect(listened.filter((what) => !what.startsWith("eks-upgrade:"))).toEqual([]);
    expect(manifest.settings.interactivity.is_enabled).toBe(true);
  });

  it("subcommands that exist", () => {
    const hints = manifest.features.slash_commands.flatMap(({ usage_hint: hint }) =>
      hint.replace(/^\[|\]$/g, "").split(" | "),
    );
    const hinted = hints.map((hint) => hint.split(" ")[0]);
    expect(hinted.toSorted()).toEqual(subcommands.map(({ name }) => name as string).toSorted());
  });
});

describe("the manifest asks for the scopes that are used", () => {
  const called = ["src/slack/client.ts", "src/slack/inspection.ts"].flatMap((file) =>
    [...read(file).matchAll(/\b(?:web|app)\.([a-z]+(?:\.[a-zA-Z]+)+)\(/g)].map(([, method = ""]) => method),
  );

  it("by every method that the clients call", () => {
    expect(called.length).toBeGreaterThan(8);
    expect(called.filter((method) => !(method in scopesOf))).toEqual([]);
  });

  it("and for no others", () => {
    const needed = called.flatMap((method) => scopesOf[method] ?? []);
    expect(manifest.oauth_config.scopes.bot.toSorted()).toEqual(
      [...new Set(["commands", ...needed])].toSorted(),
    );
  });

  it("and doctor knows what each is for", () => {
    const known = neededScopes.map(({ name }) => name);
    expect(known.toSorted()).toEqual(manifest.oauth_config.scopes.bot.toSorted());
  });
});
