import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { onEnding } from "./ending.js";
import { kubeconfigOf } from "./kubernetes/kubeconfig.js";
import { type Options, readOptions, usage } from "./options.js";
import { bundlePage } from "./page/bundle.js";
import { type Cast, type Conductor, openConductor } from "./page/conductor.js";
import { type Page, servePage } from "./page/server.js";
import { openPlayground, type Playground } from "./playground.js";
import {
  exportLines,
  refuseWithoutSlack,
  variablesForBot,
  variablesForTools,
  withOwnSlack,
} from "./variables.js";

/** sysexits.h: the command line is wrong. */
const exitUsage = 64;

/** Everything that runs, to be ended in this order. */
type Running = { close(): Promise<void> }[];

async function main(): Promise<void> {
  const options = optionsOrExit();
  if (options === "help") return console.log(usage());
  const running: Running = [];
  let started: Promise<void> = Promise.resolve();
  // However far the start has come.
  onEnding(() => started.catch(() => {}).then(() => end(running)), 0);
  started = play(options, running);
  try {
    await started;
  } catch (error) {
    console.error(`✗ ${error instanceof Error ? error.message : error}`);
    await end(running);
    process.exit(1);
  }
}

function optionsOrExit(): Options | "help" {
  try {
    const options = readOptions(process.argv.slice(2));
    if (options !== "help" && !options.slack) refuseWithoutSlack(process.env);
    return options;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.error("npm run playground -- --help lists the options.");
    process.exit(exitUsage);
  }
}

async function play(options: Options, running: Running): Promise<void> {
  const [playground, bundle] = await Promise.all([openPlayground(options), bundlePage()]);
  running.unshift(playground);
  const kubeconfig = join(dirname(playground.environment.FLEET_FILE ?? ""), "kubeconfig");
  await writeFile(kubeconfig, kubeconfigOf(playground.kubernetes), { mode: 0o600 });
  const conductor = openConductor(playground, castOf(options, playground));
  running.unshift({ close: () => conductor.stop() });
  const page = await servePage({ playground, conductor, bundle, port: options.port });
  running.unshift(page);
  await conductor.start();
  tell(options, { playground, conductor, page, kubeconfig });
}

function castOf({ bot, slack }: Options, playground: Playground): Cast {
  if (!bot) return { slack };
  return { slack, bot: slack ? playground.environment : withOwnSlack(playground, process.env) };
}

interface Shown {
  readonly playground: Playground;
  readonly conductor: Conductor;
  readonly page: Page;
  readonly kubeconfig: string;
}

function tell({ scenario, speed, bot, slack }: Options, { playground, page, kubeconfig }: Shown): void {
  const lines = [
    `Scenario ${scenario.name}: ${scenario.story}`,
    `One real second is ${speed} seconds in this world.`,
    "",
    `  The page: ${page.url}`,
    "",
    "For aws and kubectl in another terminal:",
    "",
    ...exportLines(variablesForTools(playground, kubeconfig)),
    "",
  ];
  if (!bot) lines.push("And for the bot (npm start):", "", ...exportLines(variablesForBot(playground)), "");
  if (!slack && !process.env.FLEET_FILE)
    lines.push(
      "FLEET_FILE is not set: the bot uses the scenario's fleet, whose channel and groups are the simulated Slack's.",
      `Copy ${playground.environment.FLEET_FILE}, write your own ids into it, and set FLEET_FILE to it.`,
      "",
    );
  lines.push("Ctrl-C ends everything.");
  console.log(lines.join("\n"));
}

async function end(running: Running): Promise<void> {
  for (let next = running.shift(); next; next = running.shift()) await next.close();
}

await main();
