import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { z } from "zod";

/** What a link is for: this person's approval of this plan of this run. */
export interface LinkWish {
  readonly runId: string;
  readonly planHash: string;
  /** Slack user and team ids of whoever pressed the button: nobody else can use it. */
  readonly user: string;
  readonly team: string;
}

/** A link that was opened, and is this bot's own. */
export interface Link extends LinkWish {
  /** Of this one link: what has been used is known by it. */
  readonly nonce: string;
}

/** What an address says. "forged": this secret did not sign it, and nothing in it is certain. */
export type Opened = { readonly link: Link; readonly expired: boolean } | "forged";

/** One-time links to the bot's own page, on which an approval is given. */
export interface ApprovalLinks {
  /** The address, good for `validFor` real milliseconds. */
  make(wish: LinkWish): string;
  /** By the address' last part. */
  read(token: string): Opened;
  readonly validFor: number;
}

/** Path of the page, before the token. */
export const linkPath = "/approve/";

/** Real milliseconds: long enough to sign in on the way, too short to lie about. */
const validFor = 10 * 60_000;

const content = z.strictObject({
  run: z.string(),
  hash: z.string(),
  user: z.string(),
  team: z.string(),
  nonce: z.string(),
  until: z.number(),
});

/** @param now real time */
export function openApprovalLinks(
  { publicUrl, secret }: { readonly publicUrl: string; readonly secret: string },
  now: () => number,
): ApprovalLinks {
  const sign = (text: string) =>
    createHmac("sha256", secret).update(`approval link\n${text}`).digest("base64url");
  return {
    validFor,
    make({ runId, planHash, user, team }) {
      const nonce = randomBytes(16).toString("base64url");
      const said: z.infer<typeof content> = {
        ...{ run: runId, hash: planHash, user, team, nonce },
        until: now() + validFor,
      };
      const text = Buffer.from(JSON.stringify(said)).toString("base64url");
      return `${publicUrl.replace(/\/$/, "")}${linkPath}${text}.${sign(text)}`;
    },
    read(token) {
      const [text = "", signature = "", ...more] = token.split(".");
      if (more.length > 0 || !isSame(signature, sign(text))) return "forged";
      const said = content.safeParse(JSON.parse(Buffer.from(text, "base64url").toString()));
      if (!said.success) return "forged";
      const { run: runId, hash: planHash, user, team, nonce, until } = said.data;
      return { link: { runId, planHash, user, team, nonce }, expired: now() > until };
    },
  };
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
