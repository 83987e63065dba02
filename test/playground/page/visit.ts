import { type Cast, type Conductor, openConductor } from "../../../playground/page/conductor.js";
import type { Act, Outcome, Snapshot } from "../../../playground/page/protocol.js";
import { type Page, servePage } from "../../../playground/page/server.js";
import type { Playground } from "../../../playground/playground.js";

/** A page that is being served, and browsers that look at it. */
export interface Visit {
  readonly url: string;
  readonly conductor: Conductor;
  /** Asks as the page does. */
  act(act: Act): Promise<Outcome>;
  /** The first snapshot pushed to this person that `holds`. @throws where none comes in time, with the last one */
  sees(who: string, holds: (snapshot: Snapshot) => unknown, patience?: number): Promise<Snapshot>;
  /** What is pushed to this person first. */
  looks(who: string): Promise<Snapshot>;
  close(): Promise<void>;
}

const nothing = { script: "", style: "" };

export async function visit(playground: Playground, cast: Cast): Promise<Visit> {
  const conductor = openConductor(playground, cast);
  const page: Page = await servePage({ playground, conductor, bundle: nothing, port: 0 });
  const sees: Visit["sees"] = async (who, holds, patience = 15_000) => {
    let last: Snapshot | undefined;
    const signal = AbortSignal.timeout(patience);
    try {
      for await (const snapshot of stream(page.url, who, signal)) {
        last = snapshot;
        if (holds(snapshot)) return snapshot;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    throw new Error(`${holds} never held. Last seen:\n${JSON.stringify(last, undefined, 1)}`);
  };
  return {
    url: page.url,
    conductor,
    async act({ act, ...body }) {
      const response = await fetch(`${page.url}/api/${act}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      return (await response.json()) as Outcome;
    },
    sees,
    looks: (who) => sees(who, () => true),
    async close() {
      await page.close();
      await conductor.stop();
    },
  };
}

/** Every snapshot that is pushed, until `signal`, or until nobody reads on. */
export async function* stream(url: string, who: string, signal: AbortSignal): AsyncGenerator<Snapshot> {
  const response = await fetch(`${url}/api/live?as=${who}`, { signal });
  let rest = "";
  for await (const chunk of response.body ?? []) {
    const parts = (rest + Buffer.from(chunk).toString()).split("\n\n");
    rest = parts.pop() ?? "";
    for (const part of parts) if (part.startsWith("data: ")) yield JSON.parse(part.slice(6)) as Snapshot;
  }
}
