import { App } from "@slack/bolt";
import { describe, expect, it } from "vitest";
import { register } from "../../commands/index.js";
import { subcommands } from "../../commands/parse.js";
import { someSlack, someTools } from "../commands/some-tools.js";
import { anEnvironment } from "../digest-stage.js";
import { entries } from "./table.js";

/** What the bot listens to, as Bolt is told of it. What is under no name of ours is acknowledged, and nothing else. */
function listenedTo(): string[] {
  const app = new App({
    ...{ token: "xoxb-nobody", deferInitialization: true, convoStore: false },
    receiver: { init() {}, async start() {}, async stop() {} },
  });
  const noted: string[] = [];
  const noting = new Proxy(app, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      return (...args: readonly unknown[]) => {
        noted.push(`${String(name)} ${nameOf(args[0])}`);
        return Reflect.apply(value, target, [...args]) as unknown;
      };
    },
  });
  const { tools } = someTools({ slack: someSlack({}), environments: [anEnvironment()] });
  register(noting, tools, () => {});
  return noted;
}

/** Of a constraint: what it is called, or the action that it names. */
function nameOf(constraint: unknown): string {
  if (typeof constraint === "string") return constraint;
  if (constraint instanceof RegExp) return "anything else";
  const named = typeof constraint === "object" && constraint !== null && "action_id" in constraint;
  return named ? String(constraint.action_id) : "";
}

describe("the table", () => {
  const listeners = listenedTo().filter((each) => !/^(error|action anything else)/.test(each));
  const commands = [...subcommands.map(({ name }) => name), "form", "not understood"];
  const there = listeners.flatMap((each) =>
    each === "command /eks-upgrade" ? commands.map((name) => `command ${name}`) : [each],
  );

  it("names every way in that is registered, and none that is not", () => {
    const known = new Set([...there, "page GET", "page POST"]);
    expect([...new Set(entries.map(({ registered }) => registered))].toSorted()).toEqual(
      [...known].toSorted(),
    );
  });

  it("names each of them once", () => {
    expect(new Set(entries.map(({ name }) => name)).size).toBe(entries.length);
    expect(new Set(there).size).toBe(there.length);
  });
});
