import { troubleOf } from "../src/slack/client-errors.js";
import type { View } from "../src/slack/limits.js";
import {
  clusterOfBlock,
  clusterOptions,
  type FormValues,
  formErrors,
  nodeGroupOptions,
  parseForm,
} from "../src/slack/views/form.js";
import { formUnopened } from "../src/slack/views/form-answer.js";
import type { Actor } from "./authorize.js";
import { start } from "./start.js";
import { clusterName, findCluster } from "./target.js";
import type { Tools } from "./tools.js";

/** What a menu offers. */
type Options = ReturnType<typeof clusterOptions>;

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

/** Clusters to choose from: only those that this person may operate. A list of names is information, too. */
export async function suggestClusters(typed: string, actor: Actor, tools: Tools): Promise<Options> {
  const rulings = await Promise.all(
    tools.fleet.environments.map(async (environment) => {
      const ruling = await tools.authority.mayOperate(environment, actor);
      if (!ruling.allowed) return [];
      return (await tools.clusters.of(environment)).clusters.map((cluster) => cluster.name);
    }),
  );
  return clusterOptions(rulings.flat(), typed);
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
  const cluster = await findCluster(chosen, actor, tools);
  if ("refused" in cluster) return [];
  const { groups } = await tools.upgrades.nodeGroups(clusterName(cluster.found));
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
