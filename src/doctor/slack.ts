import pino from "pino";
import type { Config } from "../config.js";
import { type Installation, inspectSlack, type SlackInspection } from "../slack/inspection.js";
import { slackLogger } from "../slack/logger.js";
import { historyScopes, neededScopes } from "../slack/scopes.js";
import { isSlackTrouble } from "../slack/trouble.js";
import { type Attempt, attempt } from "./attempt.js";
import { type Finding, failed, lacking, ok, untried } from "./finding.js";
import { userGroups } from "./slack-groups.js";
import { channels, people } from "./slack-people.js";

/** Tokens, scopes, and everybody and everything that fleet.yaml names. */
export async function slackFindings({ role, slack, fleet }: Config): Promise<Finding[]> {
  const inspection = inspectSlack({
    token: slack.botToken,
    // What its calls end with is told in findings.
    logger: slackLogger(pino({ enabled: false })),
    ...(slack.apiUrl !== undefined && { slackApiUrl: slack.apiUrl }),
  });
  const [installed, connection] = await Promise.all([
    installation(inspection),
    role === "worker" ? [] : orders(inspection, slack),
  ]);
  const { got } = installed;
  if (!got) {
    const rest = untried("channels, user groups and people: not looked at, without the bot token");
    return [...installed.findings, ...connection, rest];
  }
  const named = await Promise.all([
    channels(inspection, fleet, got.bot),
    userGroups(inspection, fleet),
    people(inspection, fleet),
  ]);
  return [...installed.findings, ...scopes(got.scopes), ...connection, ...named.flat()];
}

function installation(inspection: SlackInspection): Promise<Attempt<Installation>> {
  return attempt(() => inspection.installation(), {
    title: "bot token",
    found: ({ bot, team }) => ok(`@${bot} in workspace ${team}`),
  });
}

const grant = "Slack app page → OAuth & Permissions → Bot Token Scopes → add it → reinstall the app.";

function scopes(granted: readonly string[] | undefined): Finding[] {
  if (!granted) return [untried("scopes: Slack did not say which the bot token has", grant)];
  const missing = neededScopes.filter(({ name }) => !granted.includes(name));
  const found = missing.map(({ name, feature }) =>
    failed(`scope ${name}: missing; needed for ${feature}`, grant),
  );
  if (found.length === 0) found.push(ok(`scopes: ${neededScopes.map(({ name }) => name).join(", ")}`));
  if (!historyScopes.some((scope) => granted.includes(scope))) {
    const lost = "a message whose posting broke off may rarely appear twice";
    found.push(lacking(`scope ${historyScopes.join(" or ")}: not granted; ${lost}`, "It is optional."));
  }
  return found;
}

/** The way by which commands and clicks come. */
function orders(
  inspection: SlackInspection,
  { http, appToken: token = "" }: Config["slack"],
): Promise<readonly Finding[]> {
  if (!http) return appToken(inspection, token);
  const what = `HTTP mode (port ${http.port}): the signing secret and the way here show when Slack calls`;
  const next = "The Slack app's Request URLs must be https and lead to /slack/events.";
  return Promise.resolve([untried(what, next)]);
}

const appTokenPlace = "Slack app page → Basic Information → App-Level Tokens";

async function appToken(inspection: SlackInspection, token: string): Promise<readonly Finding[]> {
  const { findings } = await attempt(() => inspection.connectionTicket(token), {
    title: "app token (Socket Mode)",
    found: () => ok("Slack takes it"),
    failed: (error) => {
      if (!isSlackTrouble(error, "denied")) return undefined;
      const next =
        error.code === "missing_scope"
          ? `It needs the scope connections:write: make another one (${appTokenPlace}).`
          : `Put the app-level token of this app into SLACK_APP_TOKEN (${appTokenPlace}).`;
      return failed(`Slack says ${error.code}`, next);
    },
  });
  return findings;
}
