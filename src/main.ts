import type { Logger } from "pino";
import { type Bot, openBot } from "./bot.js";
import { type Config, ConfigError, readConfig } from "./config.js";
import { openLog } from "./log.js";
import { redactOutput, redactor, secretsIn } from "./redact.js";

/** sysexits.h: something is wrong with the configuration; starting again does not help. */
const exitConfig = 78;
/** Real milliseconds for the whole end; a stop takes 8 s at most. */
const endsWithin = 10_000;

async function main(): Promise<void> {
  const secrets = secretsIn(process.env);
  // For all that goes past the log: our own last words, and whatever libraries print.
  redactOutput([process.stdout, process.stderr], redactor(secrets));
  const config = configure();
  const log = openLog(config.logLevel, undefined, secrets);
  const stopping = new AbortController();
  let opening: Promise<Bot> | undefined;
  let code: number | undefined;

  /** Hands everything back, and ends. What is still being opened is given up. */
  async function end(wanted: number): Promise<void> {
    if (code !== undefined) return;
    code = wanted;
    setTimeout(() => process.exit(wanted || 1), endsWithin).unref();
    stopping.abort();
    const bot = await opening?.catch(() => undefined);
    await bot?.stop();
    process.exit(wanted);
  }

  // Before anything is opened: whoever presses Ctrl-C during a start leaves nothing running.
  endOnSignals(log, end);
  endOnFaults(log, end);
  const onLost = (error: Error) => {
    log.fatal({ error }, "cannot go on");
    void end(1);
  };
  try {
    const options = { signal: stopping.signal, secrets, onLost };
    opening = openBot(config, log, process.env.PATH ?? "", options);
    const bot = await opening;
    if (code === undefined) await bot.start();
  } catch (error) {
    if (code === undefined) await end(refuse(error, log));
  }
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

/** Says why it cannot start. Anything but the configuration may pass: then whoever runs the process starts it again. */
function refuse(error: unknown, log: Logger): number {
  if (error instanceof ConfigError) {
    console.error(explain(error.problems));
    return exitConfig;
  }
  log.fatal({ error }, "cannot start");
  return 1;
}

/** The first signal hands everything back and ends; a second one ends at once. */
function endOnSignals(log: Logger, end: (code: number) => Promise<void>): void {
  let asked = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (asked) process.exit(1);
      asked = true;
      log.info({ signal }, "stopping");
      void end(0);
    });
  }
}

/** A fault of ours, in a place that nobody watches: what else is broken is not known, so a new process takes over. */
function endOnFaults(log: Logger, end: (code: number) => Promise<void>): void {
  for (const fault of ["unhandledRejection", "uncaughtException"] as const) {
    process.on(fault, (error: unknown) => {
      log.fatal({ error, fault }, "unexpected: ending, so that a new process can take over");
      void end(1);
    });
  }
}

await main();
