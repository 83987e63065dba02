import type { InputBlock, ModalView, PlainTextOption } from "@slack/types";
import type { Step } from "../../core/plan.js";
import { clean, code, context } from "../text.js";

/** The modal that asks what to upgrade, for those who do not type it. */

export const formCallback = "eks-upgrade:form";
export const clusterAction = "eks-upgrade:cluster";
export const nodeGroupAction = "eks-upgrade:node-group";
const reasonAction = "eks-upgrade:reason";

const nodeGroupBlock = "node-group";
const reasonMax = 500;
/** Slack's limits for the options of a menu. */
const optionsMax = 100;
const optionMax = 75;

export interface FormInput {
  readonly cluster?: string;
  readonly nodeGroup?: string;
  readonly reason?: string;
  /** Where it was opened: orders may be given in some channels alone. */
  readonly channel?: string;
}

interface FormOptions extends Omit<FormInput, "reason"> {
  /** There is an environment in which nobody has to approve. */
  readonly unapproved?: boolean;
  /** There is one in which whoever asks must say why. */
  readonly explained?: boolean;
}

/**
 * The form, opened, and updated when a cluster was chosen. A menu's request for suggestions does not tell what was
 * chosen elsewhere in the modal: it tells the block it comes from, so the node group's block is named after its
 * cluster. That also empties the menu when another cluster is chosen.
 */
export function formView(options: FormOptions = {}): ModalView {
  const { cluster, nodeGroup, channel, unapproved, explained } = options;
  return {
    type: "modal",
    callback_id: formCallback,
    ...(channel !== undefined && { private_metadata: channel }),
    title: { type: "plain_text", text: "Upgrade a node group" },
    submit: { type: "plain_text", text: unapproved === true ? "Ask for it" : "Ask for approval" },
    close: { type: "plain_text", text: "Cancel" },
    blocks: [
      clusterInput(cluster),
      nodeGroupInput(cluster, nodeGroup),
      reasonInput(explained === true),
      context([
        unapproved === true
          ? "Where somebody has to approve it, nothing happens before."
          : "Nothing happens before it is approved.",
        `To see the plan only: ${code("/eks-upgrade plan <cluster>/<node-group>")}`,
      ]),
    ],
  };
}

function clusterInput(cluster: string | undefined): InputBlock {
  return {
    type: "input",
    block_id: "cluster",
    label: { type: "plain_text", text: "Cluster" },
    // Choosing one is told at once, so that the node groups on offer can follow.
    dispatch_action: true,
    element: {
      type: "external_select",
      action_id: clusterAction,
      min_query_length: 0,
      placeholder: { type: "plain_text", text: "Choose a cluster" },
      ...initially(cluster),
    },
  };
}

function nodeGroupInput(cluster: string | undefined, nodeGroup: string | undefined): InputBlock {
  const placeholder = cluster === undefined ? "Choose the cluster first" : "Choose a node group";
  return {
    type: "input",
    block_id: cluster === undefined ? nodeGroupBlock : `${nodeGroupBlock}/${cluster}`,
    label: { type: "plain_text", text: "Node group" },
    hint: { type: "plain_text", text: "Leave it empty if the cluster has only one." },
    optional: true,
    element: {
      type: "external_select",
      action_id: nodeGroupAction,
      min_query_length: 0,
      placeholder: { type: "plain_text", text: placeholder },
      ...initially(nodeGroup),
    },
  };
}

/** A name that an option has no room for is left to be chosen, or typed as a command. */
function initially(name: string | undefined): { initial_option?: PlainTextOption } {
  return name !== undefined && name.length <= optionMax ? { initial_option: optionOf(name) } : {};
}

function reasonInput(explained: boolean): InputBlock {
  const wanted = explained ? " Some environments take no request without it." : "";
  return {
    type: "input",
    block_id: "reason",
    label: { type: "plain_text", text: "Why" },
    hint: { type: "plain_text", text: `The approvers read it on the card.${wanted}` },
    optional: true,
    element: {
      type: "plain_text_input",
      action_id: reasonAction,
      multiline: true,
      max_length: reasonMax,
    },
  };
}

/** Of which cluster node groups are to be suggested, by the `block_id` of the request; undefined: none was chosen. */
export function clusterOfBlock(blockId: string): string | undefined {
  const start = `${nodeGroupBlock}/`;
  return blockId.startsWith(start) && blockId.length > start.length ? blockId.slice(start.length) : undefined;
}

/** What Slack tells of the fields of a view, by block and by action (`view.state.values`). */
export type FormValues = Readonly<Record<string, Readonly<Record<string, FieldValue>>>>;

interface FieldValue {
  readonly value?: string | null;
  readonly selected_option?: { readonly value: string } | null;
}

/** What was filled in. Nothing in it is trusted: names are looked up, and rights are checked again. */
export function parseForm(values: FormValues): FormInput {
  const cluster = fieldOf(values, clusterAction)?.selected_option?.value;
  const nodeGroup = fieldOf(values, nodeGroupAction)?.selected_option?.value;
  const reason = fieldOf(values, reasonAction)?.value?.trim().slice(0, reasonMax);
  return { ...(cluster && { cluster }), ...(nodeGroup && { nodeGroup }), ...(reason && { reason }) };
}

function fieldOf(values: FormValues, action: string): FieldValue | undefined {
  return blockOf(values, action)?.[1][action];
}

function blockOf(values: FormValues, action: string) {
  return Object.entries(values).find(([, fields]) => action in fields);
}

const actionOf = { cluster: clusterAction, nodeGroup: nodeGroupAction, reason: reasonAction } as const;

/** What is wrong, at the field where it is wrong, as Slack takes it: by the block ids of the submitted view. */
export function formErrors(
  problems: Readonly<Partial<Record<keyof FormInput, string>>>,
  values: FormValues,
): Record<string, string> {
  const fields = ["cluster", "nodeGroup", "reason"] as const;
  return Object.fromEntries(
    fields.flatMap((field) => {
      const problem = problems[field];
      const block = blockOf(values, actionOf[field])?.[0];
      return problem !== undefined && block !== undefined ? [[block, clean(problem)]] : [];
    }),
  );
}

/** Clusters to choose from: those with what was typed in their names. */
export function clusterOptions(names: readonly string[], typed = ""): PlainTextOption[] {
  return optionsFor(names, typed).map((name) => optionOf(name));
}

/** Node groups to choose from; of a self-managed one the menu says so. */
export function nodeGroupOptions(
  groups: readonly Pick<Step, "kind" | "nodeGroup">[],
  typed = "",
): PlainTextOption[] {
  const ours = new Set(
    groups.filter(({ kind }) => kind === "self-managed node group").map(({ nodeGroup }) => nodeGroup),
  );
  const names = groups.map(({ nodeGroup }) => nodeGroup);
  return optionsFor(names, typed).map((name) =>
    optionOf(name, ours.has(name) ? `${name} (self-managed)` : name),
  );
}

/** A name that does not fit whole is left out, since half of it might be another's: it can be typed as a command. */
function optionsFor(names: readonly string[], typed: string): string[] {
  const wanted = typed.trim().toLowerCase();
  return names
    .filter((name) => name.length <= optionMax && name.toLowerCase().includes(wanted))
    .sort()
    .slice(0, optionsMax);
}

/** `shown`: more than the name, where there is room for it. */
function optionOf(name: string, shown = name): PlainTextOption {
  const text = clean(shown.length <= optionMax ? shown : name);
  // Auto Scaling groups may be named by blanks alone.
  return { text: { type: "plain_text", text: text || "?" }, value: name };
}
