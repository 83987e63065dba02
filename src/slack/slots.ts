/** What is known of one message in Slack. Saved before and after every write, so that a crash between them shows. */
export interface SlotState {
  readonly channel: string;
  /** Slack's id of the message; absent until a post was answered. */
  readonly ts?: string;
  /** Hash of what was sent last, or is being sent. */
  readonly sent?: string;
  /** Real time of the last write. */
  readonly sentAt?: number;
  /**
   * - `sending`: a write was begun, its end is not known
   * - `sent`: Slack shows what `sent` is the hash of
   * - `absent`: certainly nothing is there
   * - `lost`: deleted once more after it was posted anew; left alone until it is urgent
   */
  readonly state: "sending" | "sent" | "absent" | "lost";
  /** How often it was posted anew because it was deleted or could no longer be edited. */
  readonly reposts?: number;
}

/** The states of one run's messages. */
export interface SlotStore {
  load(): Promise<Readonly<Record<string, SlotState>>>;
  /** False: the turn to write for this run went to another worker, and nothing was saved. */
  save(slot: string, state: SlotState): Promise<boolean>;
}
