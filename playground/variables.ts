import type { Playground } from "./playground.js";

type Variables = Readonly<Record<string, string>>;

/** For `aws`, `kubectl` and everything else that speaks to this world. */
export function variablesForTools({ environment }: Playground, kubeconfig: string): Variables {
  return {
    ...pick(environment, (name) => name.startsWith("AWS_")),
    // The aws command reads this one alone.
    AWS_DEFAULT_REGION: environment.AWS_REGION ?? "",
    KUBECONFIG: kubeconfig,
  };
}

/** What `npm start` needs beside those, to live in this world. */
export function variablesForBot({ environment }: Playground): Variables {
  const ofTheMachine = ["PATH", "HOME"];
  return pick(environment, (name) => !name.startsWith("AWS_") && !ofTheMachine.includes(name));
}

/**
 * The bot's variables with the person's own Slack instead of the simulated one. Without FLEET_FILE the scenario's fleet is
 * used, whose channel and groups have the simulated Slack's ids.
 *
 * @throws with every variable that is missing
 */
export function withOwnSlack({ environment }: Playground, own: NodeJS.ProcessEnv): Variables {
  refuseWithoutSlack(own);
  return {
    ...pick(environment, (name) => !name.startsWith("SLACK_") && name !== "PORT"),
    ...pick(own, (name) => name.startsWith("SLACK_") || name === "FLEET_FILE" || name === "PORT"),
  };
}

/** @throws with every variable that is missing */
export function refuseWithoutSlack(own: NodeJS.ProcessEnv): void {
  const needed = {
    SLACK_API_URL: "its Web API; the real Slack is https://slack.com/api/",
    SLACK_BOT_TOKEN: "the bot token, which begins with xoxb-",
    ...(!own.SLACK_SIGNING_SECRET && {
      SLACK_APP_TOKEN: "the app-level token for Socket Mode, which begins with xapp-",
    }),
    ...(own.SLACK_SIGNING_SECRET && { PORT: "where Slack's requests arrive in HTTP mode" }),
  };
  const missing = Object.entries(needed).filter(([name]) => !own[name]);
  if (missing.length === 0) return;
  const lines = missing.map(([name, what]) => `  ${name}  ${what}`);
  throw new Error(
    `--no-slack takes its Slack from the environment, where these are missing:\n${lines.join("\n")}`,
  );
}

/** Ready to paste into a POSIX shell. */
export function exportLines(variables: Variables): string[] {
  return Object.entries(variables).map(([name, value]) => `export ${name}=${quoted(value)}`);
}

function quoted(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}

function pick(from: NodeJS.ProcessEnv | Variables, wanted: (name: string) => boolean): Variables {
  const entries = Object.entries(from).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && wanted(entry[0]),
  );
  return Object.fromEntries(entries);
}
