import { parseArgs } from "node:util";
import { speeds } from "./page/conductor.js";
import { defaultScenario, findScenario, scenarios } from "./scenarios/index.js";
import type { Scenario } from "./scenarios/types.js";

/** How `npm run playground` was asked for. */
export interface Options {
  readonly scenario: Scenario;
  readonly speed: number;
  readonly port: number;
  readonly bot: boolean;
  /** False: with the Slack that the environment names. */
  readonly slack: boolean;
}

const defaultPort = 4004;
const defaultSpeed = 60;

/** @throws with a sentence about what is wrong */
export function readOptions(args: readonly string[]): Options | "help" {
  const { values } = parseArgs({
    args: [...args],
    options: {
      scenario: { type: "string", default: defaultScenario.name },
      speed: { type: "string" },
      port: { type: "string", default: `${defaultPort}` },
      "no-bot": { type: "boolean", default: false },
      "no-slack": { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return "help";
  const scenario = findScenario(values.scenario);
  if (!scenario) throw new Error(`There is no scenario "${values.scenario}".`);
  if (values["no-bot"] && values["no-slack"])
    throw new Error("--no-bot and --no-slack together leave nobody to talk to: choose one.");
  return {
    scenario,
    speed: numberWithin(
      "--speed",
      values.speed ?? `${scenario.speed ?? defaultSpeed}`,
      speeds.least,
      speeds.most,
    ),
    port: numberWithin("--port", values.port, 0, 65_535),
    bot: !values["no-bot"],
    slack: !values["no-slack"],
  };
}

function numberWithin(option: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (
    text.trim() !== "" &&
    number >= least &&
    number <= most &&
    (option === "--speed" || Number.isInteger(number))
  )
    return number;
  throw new Error(`${option} ${text}: must be between ${least} and ${most}.`);
}

export function usage(): string {
  return [
    "npm run playground -- [options]",
    "",
    "A simulated AWS, Kubernetes and Slack, the bot in them, and a page to use it all.",
    "",
    "  --scenario <name>  which world (see below)",
    `  --speed <number>   world seconds per real second, ${speeds.least} to ${speeds.most}; the page can change it (${defaultSpeed}; some scenarios less)`,
    `  --port <number>    of the page; 0 for any that is free (${defaultPort})`,
    "  --no-bot           the world alone: start the bot yourself with the variables that are printed",
    "  --no-slack         the world and the bot, with the Slack that SLACK_API_URL, SLACK_BOT_TOKEN and SLACK_APP_TOKEN name",
    "  --help             this text",
    "",
    "Scenarios:",
    ...scenarios.map(({ name, story }) => `  ${name}  ${story}`),
  ].join("\n");
}
