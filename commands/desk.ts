import type { App, BlockAction, RespondFn, types, webApi } from "@slack/bolt";
import type { Actor } from "../src/authority.js";
import type { View } from "../src/slack/limits.js";
import { clean } from "../src/slack/text.js";
import { answeredView } from "../src/slack/views/form-answer.js";
import type { Gate, Order, Treatment } from "./gate.js";
import type { Tools } from "./tools.js";

/** What every listener works with. */
export interface Desk {
  readonly app: App;
  readonly tools: Tools;
  readonly gate: Gate;
  readonly track: (work: Promise<void>) => void;
  /** Has an order pass the gate and be worked on, and brings the answer to whoever gave it. */
  reply(
    order: Order,
    as: Treatment,
    work: () => View | undefined | Promise<View | undefined>,
    show: (view: View) => Promise<unknown>,
  ): void;
}

/** A click, as a listener gets it. */
export interface ClickArgs {
  readonly body: BlockAction;
  readonly client: webApi.WebClient;
  readonly respond: RespondFn;
}

/** Opens a modal by the permission that a click or command carries: Slack takes it back after three seconds. */
export function opener({ body, client }: Pick<ClickArgs, "body" | "client">) {
  return (view: types.ModalView) => client.views.open({ trigger_id: body.trigger_id, view });
}

/** Nobody can be answered under a Home tab: there it is a modal. */
export function showAfter(click: ClickArgs): (view: View) => Promise<unknown> {
  return (view) => (click.body.view ? opener(click)(answeredView(view)) : tell(click.respond, view));
}

/** Never over the message that was clicked: the outbox alone writes those. */
export function tell(respond: RespondFn, view: View): Promise<unknown> {
  return respond({
    response_type: "ephemeral",
    replace_original: false,
    text: view.text,
    blocks: [...view.blocks],
  });
}

export function valueIn(clicked: BlockAction["actions"][number]): string {
  return clicked.type === "button" ? (clicked.value ?? "") : "";
}

/** What is recorded of a click, or of a modal that came back: the action's own name, and what it carried. */
export function clickOf(action: string, value: string, actor: Actor): Order {
  const [run] = runShape.exec(value) ?? [];
  return {
    ...{ actor, what: action.replace(/^eks-upgrade:/, "") },
    ...(value !== "" && { on: clean(value, 200) }),
    ...(run !== undefined && { run }),
  };
}

/** As ours begin: nothing is looked up by it. */
const runShape = /^[a-z]+-[a-z]+-\d{2}(?![\w-])/;
