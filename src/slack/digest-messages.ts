import type { Instant } from "../core/instant.js";
import type { DigestRecord, ShownDigest, Snooze } from "../core/scan/digest.js";
import { snoozed } from "../core/scan/snoozes.js";
import type { Message } from "./messages.js";
import type { Circle } from "./people.js";
import { digestView, formerDigestView } from "./views/digest.js";
import { emptiedView, restMessages, restViews } from "./views/digest-rest.js";
import type { Caps } from "./views/live.js";

/**
 * The messages that a series of digests should have now, in the order in which they must appear: the whole picture, of
 * which the outbox paints what is missing. Only the newest digest is drawn; the one before it points to it.
 *
 * `calls`: who is called for what is news in it, by the rules (`callsFor`). Nothing in an edit calls anybody anew.
 */
export function digestMessages(
  record: DigestRecord,
  snoozes: readonly Snooze[],
  now: Instant,
  caps: Caps,
  calls: Circle,
): Message[] {
  const { shown: digest, former } = record;
  return [
    ...(digest ? messagesOf(record, digest, snoozes, now, caps, calls) : []),
    // Last: should Slack not take it, the newest digest is there all the same.
    ...(former && former.number !== digest?.number ? [formerMessage(former)] : []),
  ];
}

function messagesOf(
  record: DigestRecord,
  digest: ShownDigest,
  snoozes: readonly Snooze[],
  now: Instant,
  caps: Caps,
  calls: Circle,
): Message[] {
  const sorted = snoozed(digest.content.rows, snoozes, now);
  const { view, rest } = digestView({ record, digest, calls, ...sorted });
  const slot = slotOf(digest);
  const nothing = sorted.shown.length === 0 && digest.content.problems.length === 0;
  const quiet = nothing && record.whenUpToDate === "silent";
  const pages = restViews(rest, record.environments, caps);
  // Pages that are not needed any more were posted, perhaps, when more was behind.
  const emptied = Array.from({ length: restMessages - pages.length }, () => emptiedView());
  return [
    { slot, urgent: false, ...view, ...(quiet && { onlyEdited: true }) },
    ...[...pages, ...emptied].map((page, index) => ({
      slot: `${slot}/rest/${index + 1}`,
      parent: slot,
      urgent: false,
      ...page,
      ...(index >= pages.length && { onlyEdited: true }),
    })),
  ];
}

function formerMessage(former: ShownDigest): Message {
  return { slot: slotOf(former), urgent: false, onlyEdited: true, ...formerDigestView(former) };
}

function slotOf({ number }: ShownDigest): string {
  return `digest/${number}`;
}
