import { parseArgs } from "node:util";
import { onEnding } from "./ending.js";
import { openPlayground, type Playground } from "./playground.js";
import { printChannel } from "./print.js";
import { defaultScenario, findScenario, scenarios } from "./scenarios/index.js";
import { rules } from "./scenarios/rules.js";
import type { Scenario } from "./scenarios/types.js";
import { playStory, type Story } from "./story.js";
import { firstSpeed, historyShowsIt, type Telling, untilRulesLetIt } from "./story-rules.js";
import { expectation, inWords } from "./world/expectation.js";

/** sysexits.h: the command line is wrong. */
const exitUsage = 64;

/** More than any scenario lasts: what is not reached by then is not reached. */
const longestStory = 3 * 3600_000;
/** Real milliseconds for what does not depend on the world's speed: to start a process, to write to Slack. */
const realPatience = 60_000;
/** The same for the world to be where the bot's last word says it is. */
const settling = 10_000;

interface DemoOptions {
  readonly scenario: Scenario;
  readonly speed: number;
}

function readOptions(): DemoOptions {
  const { values } = parseArgs({
    options: {
      scenario: { type: "string", default: defaultScenario.name },
      speed: { type: "string", default: "60" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    console.log(usage());
    process.exit(0);
  }
  const scenario = findScenario(values.scenario);
  const speed = Number(values.speed);
  if (!scenario) throw new Error(`There is no scenario "${values.scenario}".`);
  if (!(speed >= 1 && speed <= 600)) throw new Error(`--speed ${values.speed}: must be between 1 and 600.`);
  return { scenario, speed };
}

function usage(): string {
  const lines = scenarios.map(({ name, story }) => `  ${name}  ${story}`);
  return [
    "npm run demo -- [--scenario <name>] [--speed <world seconds per second, 1 to 600>]",
    "",
    "Scenarios:",
    ...lines,
  ].join("\n");
}

/** Nobody at the keyboard: the operator asks, the approver approves, and what Slack shows is printed as it grows. */
async function demo({ scenario, speed }: DemoOptions): Promise<void> {
  const began = scenario === rules ? firstSpeed(speed) : speed;
  const opening = openPlayground({ scenario, speed: began });
  let story: Story | undefined;
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= closeAll(opening, () => story));
  onEnding(close, 130);
  const playground = await opening;
  story = playStory(playground, longestStory / began + realPatience);
  const stopPrinting = printChannel(playground);
  const stopTelling = playground.world.onChange(({ type, what }) => {
    if (type === "act") say(what);
  });
  try {
    say(`Scenario ${scenario.name}: ${scenario.story}`);
    say(`One real second is ${began} seconds in this world. Starting the bot…`);
    await story.connected();
    const telling = { playground, story, say, speed };
    await (scenario === rules ? untilRulesLetIt : untilApproved)(telling);
    // It speaks last, also when the update failed; by then the world must be where it should end.
    const { channel, threadTs, ts } = await story.lastWord();
    await story.end(settling);
    if (scenario === rules) await historyShowsIt(telling);
    const { slack, world } = playground;
    stopPrinting.finally(slack.workspace.find(channel, threadTs ?? ts));
    say(`Expected: ${inWords(scenario.expected)}.\n  Seen in the world: ${expectation(world).why}.`);
  } finally {
    stopTelling();
    stopPrinting.stop();
    await close();
  }
}

/** Asked for by the operator, approved by the approver. */
async function untilApproved({ playground, story }: Telling): Promise<void> {
  await ask(playground, story);
  const card = await story.card();
  say("Approver reads the plan and presses Approve.");
  await story.approve(card);
}

/** By the button of the digest, where there is one that comes while one watches; else by the command. */
async function ask({ world }: Playground, story: Story): Promise<void> {
  const { command, environments = [], startsAt } = world.scenario;
  if (startsAt === undefined || !environments.some(({ digest }) => digest)) {
    say(`Operator types: ${command}`);
    return story.ask();
  }
  const time = new Date(world.clock.now()).toISOString().slice(11, 16);
  say(`It is ${time} in this world. Waiting for the scheduled digest…`);
  const digest = await story.digest();
  const { cluster, nodeGroup } = world.scenario.expected;
  say(`Operator presses Upgrade on the row of ${cluster}/${nodeGroup}, and sends the form.`);
  await story.askFrom(digest);
}

async function closeAll(opening: Promise<Playground>, story: () => Story | undefined): Promise<void> {
  const playground = await opening;
  await story()?.bot.stop();
  await playground.close();
}

function say(line: string): void {
  console.log(`\n▶ ${line}`);
}

async function main(): Promise<void> {
  let options: DemoOptions;
  try {
    options = readOptions();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.error("npm run demo -- --help lists the options.");
    process.exit(exitUsage);
  }
  try {
    await demo(options);
  } catch (error) {
    console.error(`\n✗ ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
}

await main();
