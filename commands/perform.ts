import type { Actor } from "../src/authority.js";
import type { View } from "../src/slack/limits.js";
import { retryRun } from "./attempts.js";
import { breakGlass } from "./break-glass.js";
import { check } from "./check.js";
import { cancel, pause, resume } from "./control.js";
import type { Order } from "./gate.js";
import { help } from "./help.js";
import { history } from "./history.js";
import { list } from "./list.js";
import { lock, unlock } from "./lock.js";
import type { Command } from "./parse.js";
import { plan } from "./plan.js";
import { repair } from "./repair.js";
import { start } from "./start.js";
import { status } from "./status.js";
import type { Tools } from "./tools.js";
import { watch } from "./watch.js";

/** What can be typed and is answered in words: the form is opened instead. */
type Spoken = Exclude<Command, { name: "form" }>;

/** What it does. */
export function perform(command: Spoken, actor: Actor, tools: Tools): View | Promise<View> {
  switch (command.name) {
    case "help":
      return help();
    case "list":
      return list(command.cluster, actor, tools);
    case "check":
      return check(command.cluster, actor, tools);
    case "plan":
      return plan(command, actor, tools);
    case "start":
      return start(command, actor, tools);
    case "watch":
      return watch(command, actor, tools);
    case "cancel":
      return cancel(command.run, actor, tools);
    case "pause":
      return pause(command.run, actor, tools);
    case "resume":
      return resume(command.run, actor, tools);
    case "retry":
      return retryRun(command.run, actor, tools);
    case "repair":
      return repair(command.cluster, actor, tools);
    case "status":
      return status(command.run, actor, tools);
    case "lock":
      return lock(command.place, command.reason, actor, tools);
    case "unlock":
      return unlock(command.place, actor, tools);
    case "history":
      return history(command, actor, tools);
    case "break-glass":
      return breakGlass(command.what, command.reason, actor, tools);
  }
}

/** What it is recorded as. */
export function orderOf(command: Command, actor: Actor): Order {
  return { actor, what: command.name, ...objectOf(command) };
}

function objectOf(command: Command): Partial<Order> {
  switch (command.name) {
    case "help":
    case "form":
      return {};
    case "plan":
    case "start":
    case "watch": {
      const { cluster, nodeGroup, wish } = command;
      const on = nodeGroup === undefined ? cluster : `${cluster}/${nodeGroup}`;
      return { on, cluster, ...(Object.keys(wish).length > 0 && { more: { ...wish } }) };
    }
    case "list":
    case "check":
    case "repair":
    case "history": {
      const { cluster } = command;
      return cluster === undefined ? {} : { on: cluster, cluster };
    }
    case "lock":
    case "unlock":
      return { on: command.place };
    case "break-glass":
      return { on: command.what };
    default:
      return command.run === undefined ? {} : { on: command.run, run: command.run };
  }
}
