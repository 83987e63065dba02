import { refusalEntry } from "../src/authority/refusal-entry.js";
import type { Actor } from "../src/authority.js";
import type { FleetCluster } from "../src/clusters.js";
import { troubleOf } from "../src/slack/client-errors.js";
import type { View } from "../src/slack/limits.js";
import { refusal } from "../src/slack/views/answers.js";
import {
  clusterOfBlock,
  clusterOptions,
  type FormInput,
  type FormValues,
  formErrors,
  formView,
  nodeGroupOptions,
  parseForm,
} from "../src/slack/views/form.js";
import { formUnopened } from "../src/slack/views/form-answer.js";
import { placeOf } from "./actor.js";
import { notAllowed } from "./refused.js";
import { start } from "./start.js";
import { clusterName } from "./target.js";
import type { Tools } from "./tools.js";

/** What a menu offers. */
type Options = ReturnType<typeof clusterOptions>;

/** The form as this person gets it, filled in as far as is known. */
export function formFor(
  actor: Actor,
  { fleet }: Pick<Tools, "fleet">,
  filled: Pick<FormInput, "cluster" | "nodeGroup"> = {},
) {
  const rules = fleet.environments.map(({ approvals }) => approvals);
  return formView({
    ...{ ...filled, ...placeOf(actor) },
    unapproved: rules.some(({ required }) => required === 0),
    explained: rules.some(({ reasonRequired }) => reasonRequired),
  });
}

/** Opens it, or says why there is none: Slack takes the command's permission to open one back after three seconds. */
export async function openForm(open: () => Promise<unknown>, { log }: Tools): Promise<View | undefined> {
  try {
    await open();
    return undefined;
  } catch (error) {
    const trouble = troubleOf(error, "views.open", true);
    log.warn({ error: trouble.message }, "form not opened");
    return formUnopened(trouble);
  }
}

/** The empty form, for whoever could send it. */
export async function openStartForm(
  open: () => Promise<unknown>,
  actor: Actor,
  tools: Tools,
): Promise<View | undefined> {
  return (await whyNoForm(actor, tools)) ?? openForm(open, tools);
}

/** Undefined: there is an environment for which this person may fill it in. */
async function whyNoForm(asking: Actor, tools: Tools): Promise<View | undefined> {
  const { user, team } = asking;
  // Where it is asked for does not count: it is sent from nowhere.
  const actor: Actor = { user, team, entry: "form" };
  const { fleet, authority, audit } = tools;
  const rulings = await Promise.all(
    fleet.environments.map(async (environment) => ({
      environment,
      ruling: await authority.could("start", environment, actor),
    })),
  );
  const refusals = rulings.flatMap(({ environment, ruling }) =>
    ruling.allowed ? [] : [{ environment, ruling }],
  );
  const unsure = refusals.filter(({ ruling }) => ruling.rule === "unsure");
  const [refused] = [...unsure, ...refusals];
  if (!refused || refusals.length < rulings.length) return undefined;
  audit.record(refusalEntry(refused.ruling, asking, { what: "form" }));
  if (unsure.length === 0) return nothingToStart;
  // Of which environment Slack does not tell is nothing for who may not see it.
  const seen = await authority.visible(asking);
  const told = unsure.find(({ environment }) => seen.includes(environment));
  return told ? notAllowed("I cannot show you the form now.", told.ruling) : nothingToStart;
}

/** Whom to ask for which environment is nothing for who sees none of them. */
const nothingToStart = refusal({
  what: "There is nothing that you may upgrade.",
  why: "You are none of those who may start an upgrade in any environment.",
  next: "Ask whoever keeps fleet.yaml.",
});

/** Clusters to choose from: only those that this person may have upgraded. A list of names is information, too. */
export async function suggestClusters(typed: string, actor: Actor, tools: Tools): Promise<Options> {
  const clusters = await startable(actor, tools);
  return clusterOptions(
    clusters.map(({ name }) => name),
    typed,
  );
}

/** Nothing is recorded where nothing is found: a menu asks with every letter. */
async function startable(actor: Actor, { fleet, authority, clusters }: Tools): Promise<FleetCluster[]> {
  const found = await Promise.all(
    fleet.environments.map(async (environment) => {
      const { allowed } = await authority.could("start", environment, actor);
      return allowed ? (await clusters.of(environment)).clusters : [];
    }),
  );
  return found.flat();
}

/** Node groups of the cluster that was chosen in the field above. */
export async function suggestNodeGroups(
  blockId: string,
  typed: string,
  actor: Actor,
  tools: Tools,
): Promise<Options> {
  const chosen = clusterOfBlock(blockId);
  if (chosen === undefined) return [];
  const clusters = await startable(actor, tools);
  const cluster = clusters.find(({ name }) => name === chosen);
  if (!cluster) return [];
  const { groups } = await tools.upgrades.nodeGroups(clusterName(cluster));
  return nodeGroupOptions(groups, typed);
}

/** What is wrong with what was filled in, by field; undefined when it can be worked on. */
export function whatIsMissing(values: FormValues): Record<string, string> | undefined {
  return parseForm(values).cluster === undefined
    ? formErrors({ cluster: "Choose the cluster." }, values)
    : undefined;
}

/** The form, sent: the same as `start`, with the reason. */
export async function submitForm(values: FormValues, actor: Actor, tools: Tools): Promise<View> {
  const { cluster = "", nodeGroup, reason } = parseForm(values);
  const command = {
    name: "start",
    cluster,
    ...(nodeGroup !== undefined && { nodeGroup }),
    wish: {},
  } as const;
  return start(command, actor, tools, reason);
}
