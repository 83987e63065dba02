import pino, { type Logger } from "pino";
import { type Bot, openBot } from "./bot.js";
import { type Config, ConfigError, readConfig } from "./config.js";

/** sysexits.h: something is wrong with the configuration. */
const exitConfig = 78;

async function main(): Promise<void> {
  const config = configure();
  const log = pino({ level: config.logLevel, base: null, serializers: { error: pino.stdSerializers.err } });
  const bot = await openBot(config, log, process.env.PATH ?? "").catch((error: unknown) =>
    refuse(error, log),
  );
  stopOn(["SIGTERM", "SIGINT"], bot, log);
  await bot.start().catch((error: unknown) => refuse(error, log, bot));
}

function configure(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(explain(error.problems));
    process.exit(exitConfig);
  }
}

function explain(problems: readonly string[]): string {
  return [
    "eks-upgrade-bot cannot start:",
    ...problems.map((problem) => `  - ${problem}`),
    "",
    'The README ("Configuration") says where each value comes from.',
    "To see the bot at work without Slack and AWS: npm run demo",
  ].join("\n");
}

async function refuse(error: unknown, log: Logger, bot?: Bot): Promise<never> {
  const wrong = error instanceof ConfigError;
  if (wrong) console.error(explain(error.problems));
  else log.fatal({ error }, "cannot start");
  await bot?.stop();
  process.exit(wrong ? exitConfig : 1);
}

/** The first signal hands everything back and ends; a second one ends at once. */
function stopOn(signals: readonly NodeJS.Signals[], bot: Bot, log: Logger): void {
  let stopping = false;
  for (const signal of signals) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      log.info({ signal }, "stopping");
      bot.stop().then(
        () => process.exit(0),
        (error: unknown) => {
          log.error({ error }, "did not stop cleanly");
          process.exit(1);
        },
      );
    });
  }
}

await main();
