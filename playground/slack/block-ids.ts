import { type JsonObject, objectsOf } from "./json.js";

/** Slack names the blocks that the app left nameless; `revision` makes the names its own. */
export function withBlockIds(blocks: readonly JsonObject[], revision: string): readonly JsonObject[] {
  return blocks.map((block, index) =>
    block.block_id ? block : { ...block, block_id: `${revision}-${index}` },
  );
}

export function viewWithBlockIds(definition: JsonObject, revision: string): JsonObject {
  return { ...definition, blocks: withBlockIds(objectsOf(definition.blocks), revision) };
}
