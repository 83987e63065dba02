import type { Arguments } from "../arguments.js";
import { type JsonObject, textOf } from "../json.js";
import { checkedView } from "../kit/view.js";
import { viewJson } from "../payloads.js";
import { tier } from "../rates.js";
import { Refusal } from "../refusal.js";
import type { View } from "../types.js";
import type { Backstage, Method } from "./method.js";

/** Views need no scope: a trigger is the permission. */
const views = { token: "bot", scopes: [], rates: tier(4) } as const;

export const viewMethods: readonly Method[] = [
  { ...views, name: "views.open", answer: open },
  { ...views, name: "views.push", answer: push },
  { ...views, name: "views.update", answer: update },
  { ...views, name: "views.publish", answer: publish },
];

function open(args: Arguments, backstage: Backstage): JsonObject {
  const definition = newDefinition(args, backstage);
  const user = backstage.interactions.redeemTrigger(args.required("trigger_id"));
  return { view: viewJson(backstage.workspace.views.open(user, definition), backstage) };
}

function push(args: Arguments, backstage: Backstage): JsonObject {
  const definition = newDefinition(args, backstage);
  const user = backstage.interactions.redeemTrigger(args.required("trigger_id"));
  return { view: viewJson(backstage.workspace.views.push(user, definition), backstage) };
}

function update(args: Arguments, backstage: Backstage): JsonObject {
  const { views } = backstage.workspace;
  const definition = checkedView(args.json("view"), "modal");
  const externalId = args.text("external_id");
  const before = externalId ? views.findExternal(externalId) : views.find(args.required("view_id"));
  if (!before) throw new Refusal("not_found");
  return { view: viewJson(views.update(before, definition, args.text("hash")), backstage) };
}

function publish(args: Arguments, backstage: Backstage): JsonObject {
  const { workspace } = backstage;
  const user = args.required("user_id");
  if (!workspace.users.has(user)) throw new Refusal("user_not_found");
  const definition = checkedView(args.json("view"), "home");
  const view: View = workspace.views.publish(user, definition, args.text("hash"));
  return { view: viewJson(view, backstage) };
}

function newDefinition(args: Arguments, backstage: Backstage): JsonObject {
  const definition = checkedView(args.json("view"), "modal");
  const externalId = textOf(definition.external_id);
  if (externalId && backstage.workspace.views.findExternal(externalId)) {
    throw new Refusal("duplicate_external_id");
  }
  return definition;
}
