import type { JsonPatch } from "../core/roll/json-patch.js";
import { markingPatch, unmarkingPatch } from "../core/roll/node-marks.js";
import type { NodeMark, RollNodeSeen } from "../core/roll/seen.js";
import { change } from "./change.js";
import { coreGroup, type Send } from "./connection.js";
import { rollNodeSeen } from "./values.js";

interface NodeRef {
  readonly name: string;
  readonly uid: string;
}

export async function markNode(
  send: Send,
  node: NodeRef,
  marks: readonly NodeMark[],
  run: string,
  signal: AbortSignal | undefined,
): Promise<"marked" | "gone"> {
  const doing = `mark node ${node.name}`;
  const there = await changeNode(send, node, doing, (seen) => markingPatch(seen, marks, run), signal);
  return there ? "marked" : "gone";
}

export async function unmarkNode(
  send: Send,
  node: NodeRef,
  marks: readonly NodeMark[] | undefined,
  signal: AbortSignal | undefined,
): Promise<"unmarked" | "gone"> {
  const doing = `remove the bot's marks from node ${node.name}`;
  const there = await changeNode(send, node, doing, (seen) => unmarkingPatch(seen, marks), signal);
  return there ? "unmarked" : "gone";
}

function changeNode(
  send: Send,
  { name, uid }: NodeRef,
  doing: string,
  patchOf: (node: RollNodeSeen) => JsonPatch,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  return change(
    {
      doing,
      resource: "nodes",
      read: () => send(coreGroup, signal, (api) => api.readNode({ name })),
      patchOf: (node) => (node.metadata?.uid === uid ? patchOf(rollNodeSeen(node)) : undefined),
      write: (body) => send(coreGroup, signal, (api) => api.patchNode({ name, body })),
    },
    signal,
  );
}
