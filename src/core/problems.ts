import type { Instant } from "./instant.js";

/**
 * Something that stands in the way, in words a person on call can act on: `what` says what is wrong with what,
 * `next` says what to do about it. A **blocker** is a problem that stops a plan or a run; a warning does not.
 */
export interface Problem {
  /** Stable, for logs and tests: "NodeGroupNotActive". Never shown alone. */
  readonly code: string;
  readonly what: string;
  readonly next: string;
  /** Whom it is about, by Slack user id, and since when: views mention them behind `what`. */
  readonly by?: { readonly user: string; readonly since?: Instant };
}

/** Of whatever belongs to an environment that fleet.yaml does not name any more: nobody knows how it is reached, or who may do what there. */
export const environmentUnknown = "EnvironmentUnknown";

/**
 * How an adapter's call failed, in the only distinctions that change what we do next:
 * - `not found`: the thing does not exist (or was deleted meanwhile)
 * - `denied`: credentials or permissions; a person must grant something
 * - `conflict`: somebody else is changing the same thing (EKS ResourceInUseException)
 * - `refused`: the service understood and said no; asking again the same way is pointless
 * - `busy`: throttled or briefly broken; ask again later
 * - `unreachable`: no answer: network, DNS, TLS, timeout
 */
export type TroubleKind = "not found" | "denied" | "conflict" | "refused" | "busy" | "unreachable";

/**
 * The one error that adapters throw. `message` is safe to show: it names the call and the subject,
 * never an account's data, a token or a raw AWS text. The original error is kept as `cause` for the log.
 */
export class Trouble extends Error {
  override readonly name = "Trouble";

  constructor(
    readonly kind: TroubleKind,
    /** What we were doing: "describe node group eks-workshop/default". */
    readonly call: string,
    /** The service's own error code, where it has one: "AccessDeniedException". */
    readonly code: string,
    /** What a person can do; empty where asking again later is all there is. */
    readonly next: string,
    options?: { cause?: unknown },
  ) {
    super(`Could not ${call}: ${code} (${kind})`, options);
  }
}

export function isTrouble(error: unknown, ...kinds: TroubleKind[]): error is Trouble {
  return error instanceof Trouble && (kinds.length === 0 || kinds.includes(error.kind));
}
