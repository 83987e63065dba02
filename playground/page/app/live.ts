import { useEffect, useState } from "react";
import type { Act, Outcome, Snapshot } from "../protocol.js";

/** A connection that the browser gave up is opened again after this long. */
const reopenAfter = 2_000;

export interface Live {
  /** The last one, also while the connection is lost. */
  readonly snapshot?: Snapshot;
  readonly connected: boolean;
  /** When the snapshot came, on this machine's clock. */
  readonly receivedAt: number;
}

/** What this person sees, kept up to date. */
export function useLive(as: string): Live {
  const [live, setLive] = useState<Live>({ connected: false, receivedAt: 0 });
  useEffect(() => {
    let source: EventSource;
    let reopen: ReturnType<typeof setTimeout> | undefined;
    const open = () => {
      source = new EventSource(`/api/live?as=${encodeURIComponent(as)}`);
      source.onmessage = ({ data }) =>
        setLive({ snapshot: JSON.parse(data), connected: true, receivedAt: Date.now() });
      source.onerror = () => {
        setLive((last) => ({ ...last, connected: false }));
        // While it is CONNECTING, the browser tries again by itself.
        if (source.readyState === EventSource.CLOSED) reopen = setTimeout(open, reopenAfter);
      };
    };
    open();
    return () => {
      source.close();
      clearTimeout(reopen);
    };
  }, [as]);
  return live;
}

/** Never throws: what went wrong is a sentence for the person. */
export async function send({ act, ...body }: Act): Promise<Outcome> {
  try {
    const response = await fetch(`/api/${act}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return await response.json();
  } catch {
    return { ok: false, why: "The playground does not answer. Is it still running?" };
  }
}
