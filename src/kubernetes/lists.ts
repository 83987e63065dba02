import type { ApiGroup, Send } from "./connection.js";
import { type KubernetesCall, statusOf, troubleOf } from "./trouble.js";

interface Page {
  readonly limit: number;
  readonly _continue?: string;
}

interface ListAnswer<Item> {
  readonly items: Item[];
  readonly metadata?: { readonly _continue?: string };
}

/** A list of the API, and what becomes of each of its items. */
interface List<Api, Item, Seen> {
  readonly call: KubernetesCall;
  readonly group: ApiGroup<Api>;
  readonly read: (api: Api, page: Page) => Promise<ListAnswer<Item>>;
  readonly seen: (item: Item) => Seen;
}

/** Items of a page; kubectl asks for as many. */
const pageSize = 500;

/** A list is begun anew where the server has dropped the snapshot its pages come from: so often in all. */
const attempts = 3;

export function lister(send: Send) {
  async function readAll<Api, Item>(
    { group, read }: Pick<List<Api, Item, unknown>, "group" | "read">,
    signal: AbortSignal | undefined,
  ): Promise<Item[]> {
    const items: Item[] = [];
    let next: string | undefined;
    do {
      const page = { limit: pageSize, ...(next ? { _continue: next } : {}) };
      const answer = await send(group, signal, (api) => read(api, page));
      items.push(...answer.items);
      next = answer.metadata?._continue;
    } while (next);
    return items;
  }

  return async <Api, Item, Seen>(
    list: List<Api, Item, Seen>,
    signal: AbortSignal | undefined,
  ): Promise<Seen[]> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return (await readAll(list, signal)).map(list.seen);
      } catch (error) {
        signal?.throwIfAborted();
        if (statusOf(error) !== 410 || attempt === attempts) throw troubleOf(error, list.call);
      }
    }
  };
}
