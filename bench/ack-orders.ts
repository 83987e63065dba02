import type { Message, View } from "../playground/slack/types.js";
import { seededRandom } from "../playground/world/random.js";
import { pauseAction } from "../src/slack/views/control.js";
import { clusterAction } from "../src/slack/views/form.js";
import type { Order, Outcome } from "./ack-load.js";
import type { BusySlack } from "./ack-slack.js";

/** What people order, and how many of fifty are of a kind. Nothing that is under way is changed by it. */

export interface Subjects {
  readonly clusters: readonly string[];
  /** Node groups that were asked for, and that nobody approved. */
  readonly spares: readonly string[];
  /** Ids of what is open. */
  readonly runs: readonly string[];
  /** Messages with a button for one of those requests. */
  readonly buttons: readonly Message[];
  /** The form as it is open on somebody's screen. */
  readonly forms: readonly View[];
}

const mix = {
  status: 9,
  "status <run>": 5,
  list: 4,
  "list <cluster>": 4,
  plan: 8,
  start: 4,
  history: 4,
  button: 4,
  /** What the form's menu offers: the acknowledgement is the answer. */
  menu: 8,
} as const;

type Kind = keyof typeof mix;
export const kinds = Object.keys(mix) as readonly Kind[];

/** One after another, of each kind as many as belong to it, by everybody in turn. */
export function orders({ slack, operators }: BusySlack, subjects: Subjects): () => Order {
  const random = seededRandom(7);
  const all = kinds.flatMap((kind) => Array.from({ length: mix[kind] }, () => kind));
  const pick = <T>(from: readonly T[]): T => {
    const [one] = random.pick(from, 1);
    if (one === undefined) throw new Error("There is nothing to pick from.");
    return one;
  };
  let turn = 0;
  const typed = (text: string) => {
    const user = operators[turn++ % operators.length] ?? "";
    return slack.as(user).command("/eks-upgrade", text).then(outcomeOf);
  };
  const ways: Readonly<Record<Kind, () => Promise<Outcome>>> = {
    status: () => typed("status"),
    "status <run>": () => typed(`status ${pick(subjects.runs)}`),
    list: () => typed("list"),
    "list <cluster>": () => typed(`list ${pick(subjects.clusters)}`),
    plan: () => typed(`plan ${pick(subjects.spares)}`),
    start: () => typed(`start ${pick(subjects.spares)}`),
    history: () => typed("history"),
    button: () => {
      const user = operators[turn++ % operators.length] ?? "";
      return slack.as(user).click(pick(subjects.buttons), pauseAction).then(outcomeOf);
    },
    async menu() {
      const form = pick(subjects.forms);
      const offered = await slack.as(form.user).suggest(form, clusterAction, "clus");
      return offered.length > 0 ? "acked" : "operation_timeout";
    },
  };
  return () => {
    const kind = pick(all);
    return { kind, give: ways[kind] };
  };
}

/** Of one person who does not stop. */
export function hastyOrders({ slack, hasty }: BusySlack): () => Order {
  const give = () => slack.as(hasty).command("/eks-upgrade", "status").then(outcomeOf);
  return () => ({ kind: "one person", give });
}

function outcomeOf({ outcome }: { readonly outcome: Outcome }): Outcome {
  return outcome;
}
