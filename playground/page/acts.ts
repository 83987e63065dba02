import { z } from "zod";
import type { Delivery } from "../slack/delivery.js";
import type { Input } from "../slack/form.js";
import { field, type JsonObject, textOf } from "../slack/json.js";
import type { Screen } from "../slack/person.js";
import type { SimulatedSlack } from "../slack/server.js";
import type { View } from "../slack/types.js";
import { administer } from "./administration.js";
import type { Conductor } from "./conductor.js";
import { momentOf } from "./jumps.js";
import { type Act, breakageIds, type Inputs, jumpIds, type Outcome, type Place } from "./protocol.js";
import { publishNext, withdrawNewest } from "./releases-shown.js";

const place = z.union([
  z.strictObject({ message: z.strictObject({ channel: z.string(), ts: z.string() }) }),
  z.strictObject({ modal: z.string() }),
  z.strictObject({ home: z.string() }),
]);
const inputs = z.record(z.string(), z.union([z.string(), z.array(z.string())]));
const as = z.string();
const actionId = z.string();

const shape = z.discriminatedUnion("act", [
  z.strictObject({ act: z.literal("command"), as, channel: z.string(), text: z.string() }),
  z.strictObject({
    act: z.literal("click"),
    ...{ as, place, actionId },
    value: z.string().exactOptional(),
    inputs: inputs.exactOptional(),
  }),
  z.strictObject({ act: z.literal("suggest"), as, place, actionId, typed: z.string() }),
  z.strictObject({ act: z.literal("choose"), as, place, actionId, value: z.string() }),
  z.strictObject({ act: z.literal("submit"), as, modal: z.string(), inputs }),
  z.strictObject({ act: z.literal("dismiss"), as, modal: z.string() }),
  z.strictObject({ act: z.literal("home"), as }),
  z.strictObject({ act: z.literal("group"), user: z.string(), group: z.string(), isIn: z.boolean() }),
  z.strictObject({ act: z.literal("deactivate"), user: z.string(), on: z.boolean() }),
  z.strictObject({ act: z.enum(["archive", "share"]), channel: z.string(), on: z.boolean() }),
  z.strictObject({ act: z.literal("jump"), to: z.enum(jumpIds) }),
  z.strictObject({ act: z.enum(["release", "withdraw"]), version: z.string(), amiType: z.string() }),
  z.strictObject({ act: z.literal("time"), speed: z.number(), paused: z.boolean() }),
  z.strictObject({
    act: z.literal("break"),
    id: z.enum(breakageIds),
    on: z.boolean(),
  }),
]);

type WorldAct = Extract<Act, { readonly act: "time" | "jump" | "release" | "withdraw" | "break" }>;
type SlackAct = Extract<Act, { readonly as: string }>;
type AdministrationAct = Exclude<Act, WorldAct | SlackAct>;

/** Carries out what the page asks for. What goes wrong is a sentence for the person, never an exception. */
export type Perform = (name: string, body: unknown) => Promise<Outcome>;

export function actsOf(conductor: Conductor): Perform {
  const offered = new Offered();
  return async (name, body) => {
    const given = typeof body === "object" && body !== null ? body : {};
    const parsed = shape.safeParse({ ...given, act: name });
    if (!parsed.success) return no(`The page asked for "${name}" in a way that is not understood.`);
    try {
      return await perform(parsed.data, conductor, offered);
    } catch (error) {
      return no(error instanceof Error ? error.message : String(error));
    }
  };
}

const no = (why: string): Outcome => ({ ok: false, why });

async function perform(act: Act, conductor: Conductor, offered: Offered): Promise<Outcome> {
  if (isOfWorld(act)) {
    await inWorld(act, conductor);
    return { ok: true };
  }
  const { slack, breakages, world } = conductor.now();
  if (!slack) return no("Slack is not simulated here: use your own.");
  if (!isOfPerson(act)) {
    administer(act, slack, world);
    return { ok: true };
  }
  if (breakages.some(({ id, on }) => id === "stop Slack" && on))
    return no("Slack does not answer: it is stopped. Bring it back first.");
  return inSlack(act, slack, offered);
}

/** Only in Slack does one act as somebody. */
const isOfPerson = (act: SlackAct | AdministrationAct): act is SlackAct => "as" in act;

const worldActs: readonly Act["act"][] = ["time", "jump", "release", "withdraw", "break"];
const isOfWorld = (act: Act): act is WorldAct => worldActs.includes(act.act);

async function inWorld(act: WorldAct, conductor: Conductor): Promise<void> {
  switch (act.act) {
    case "time":
      return conductor.setTime(act);
    case "jump":
      return conductor.moveTime((now) => momentOf(act.to, now, conductor.now().time));
    case "break":
      return conductor.setBroken(act.id, act.on);
    case "release":
      return publishNext(conductor.now().world, act);
    case "withdraw":
      return withdrawNewest(conductor.now().world, act);
  }
}

async function inSlack(act: SlackAct, slack: SimulatedSlack, offered: Offered): Promise<Outcome> {
  const person = slack.as(act.as);
  switch (act.act) {
    case "command": {
      const [command = "", ...words] = act.text.trim().split(/(?=\s)/);
      if (command !== "/eks-upgrade") return no("Only commands are understood here: /eks-upgrade help.");
      return outcomeOf(await person.command(command, words.join("").trim(), act.channel));
    }
    case "click": {
      const filled = offered.resolve(act.as, act.inputs ?? {});
      const { actionId, value } = act;
      const which = value === undefined ? actionId : { actionId, value };
      return outcomeOf(await person.click(screenAt(slack, act.place), which, filled));
    }
    case "suggest": {
      const options = await person.suggest(screenAt(slack, act.place), act.actionId, act.typed);
      offered.remember(act.as, act.actionId, options);
      return { ok: true, options: options.map(optionShown) };
    }
    case "choose": {
      const value = offered.find(act.as, act.actionId, act.value);
      return outcomeOf(await person.choose(screenAt(slack, act.place), act.actionId, value));
    }
    case "submit":
      return outcomeOf(await person.submit(viewOf(slack, act.modal), offered.resolve(act.as, act.inputs)));
    case "home":
      return outcomeOf(await person.openHome());
    case "dismiss":
      await person.dismiss(viewOf(slack, act.modal));
      return { ok: true };
  }
}

function screenAt(slack: SimulatedSlack, at: Place): Screen {
  if (!("message" in at)) return viewOf(slack, "modal" in at ? at.modal : at.home);
  const message = slack.workspace.find(at.message.channel, at.message.ts);
  if (!message) throw new Error("That message is gone.");
  return message;
}

function viewOf(slack: SimulatedSlack, id: string): View {
  const view = slack.workspace.views.find(id);
  if (!view) throw new Error("That window is closed already.");
  return view;
}

function outcomeOf({ outcome }: Delivery): Outcome {
  if (outcome === "acked") return { ok: true };
  return no(
    outcome === "dispatch_failed"
      ? "Slack has no connection to the bot (dispatch_failed)."
      : "The bot did not answer within three seconds (operation_timeout).",
  );
}

function optionShown(option: JsonObject) {
  return { text: textOf(field(option.text, "text")), value: textOf(option.value) };
}

/** What menus that the bot fills have offered: a person picks one of these, and Slack sends it back whole. */
class Offered {
  readonly #options = new Map<string, JsonObject>();

  remember(person: string, actionId: string, options: readonly JsonObject[]): void {
    for (const option of options) this.#options.set(keyOf(person, actionId, textOf(option.value)), option);
  }

  find(person: string, actionId: string, value: string): Input {
    return this.#options.get(keyOf(person, actionId, value)) ?? value;
  }

  resolve(person: string, given: Inputs): Record<string, Input> {
    return Object.fromEntries(
      Object.entries(given).map(([actionId, value]) => [
        actionId,
        typeof value === "string" ? this.find(person, actionId, value) : value,
      ]),
    );
  }
}

const keyOf = (...parts: readonly string[]) => JSON.stringify(parts);
