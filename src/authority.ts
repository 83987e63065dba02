import type { Audit } from "./audit.js";
import { firstDoubt, gathered, judged } from "./authority/judged.js";
import { isOutsider, outsider } from "./authority/outsider.js";
import { refusalEntry } from "./authority/refusal-entry.js";
import {
  atTheDoor,
  groupsNamed,
  maySee,
  type Stage,
  standingOf,
  toBegin,
  toOrder,
} from "./core/access/judge.js";
import type { AccessRule, Caller, Ordering } from "./core/access/question.js";
import type { Members, Right } from "./core/access/rights.js";
import type { Approval } from "./core/approval.js";
import type { Instant } from "./core/instant.js";
import type { Environment, Fleet } from "./fleet.js";
import type { People } from "./slack/people.js";
import { isSlackTrouble, type SlackTrouble } from "./slack/trouble.js";

/** By which way an order came. */
export type Entry = "command" | "form" | "menu" | "button" | "home" | "digest" | "link";

/** Somebody who typed or clicked, as Slack tells us. Never a name: names can be changed by anybody. */
export interface Actor {
  readonly user: string;
  /** The workspace the person belongs to; people of shared channels come from others. */
  readonly team: string;
  readonly entry: Entry;
  /** Where it was typed or clicked. Absent: Home, or a form, which nobody else sees. */
  readonly channel?: string;
}

export type { AccessRule };

export interface Allowed {
  readonly allowed: true;
  /** Only as the deputy of this person. */
  readonly deputyOf?: string;
  /** Of the environment's `oneFromEach`, those groups that the person (or who is deputised for) belongs to. */
  readonly groups?: readonly string[];
}

export interface Refused {
  readonly allowed: false;
  readonly rule: AccessRule;
  /** A clause without a full stop: "Only the approvers of prod may approve or reject upgrades". */
  readonly why: string;
  /** Who could do it. */
  readonly ask: Members;
  /** Channels in which it could be done. */
  readonly places?: readonly string[];
  /** Slack did not tell. */
  readonly unsure?: SlackTrouble;
}

export type Ruling = Allowed | Refused;

/** What somebody wants to do it to: for the audit, and for who asked. */
export interface About {
  /** "start eks-workshop/default" */
  readonly what: string;
  readonly cluster?: string;
  readonly run?: string;
  readonly planHash?: string;
  /** Who asked for the run: they, and whoever only stands for them, do not approve it. */
  readonly requestedBy?: string;
  /** Who approved it already: a deputy of several speaks for another one. */
  readonly approvals?: readonly Approval[];
}

/**
 * Who may do what. Asked at the command and again at every click, and every doubt is a no: an unknown team, a user
 * group that cannot be read, an environment that names nobody.
 */
export interface Authority {
  /**
   * Whether I take orders of this person, and here: before anything is looked up for them, whatever they want. A refusal is
   * recorded.
   */
  admits(actor: Actor, about: About): Promise<Ruling>;
  /**
   * Whether they may; a refusal is recorded. Membership and the person are asked of Slack afresh where something is
   * approved by it ("approve", "break glass"), and are a minute old at most otherwise.
   */
  may(right: Right, environment: Environment, actor: Actor, about: About): Promise<Ruling>;
  /** The same for what is shown or offered: nothing is recorded, and nothing is decided by it. */
  could(right: Right, environment: Environment, actor: Actor): Promise<Ruling>;
  /**
   * Environments of which this person may see clusters and runs: whoever has any right there. `about`: what they wanted to
   * see, where it is to be recorded that Slack does not tell, or that they typed a command and have a part nowhere. What they
   * named is refused, and recorded, where it is looked up.
   * @throws SlackTrouble where there is none, and Slack did not tell of all of them: "none" would be untrue
   */
  visible(actor: Actor, about?: About): Promise<Environment[]>;
  /**
   * Whether somebody still may what they did: for a worker, before it writes. The person, the membership, and the channel
   * in which what begins would be told; where they did it counts no more.
   * `at`: when they did it, where that was as a deputy, whose time may be over by now.
   */
  still(right: Right, environment: Environment, user: string, at?: Instant): Promise<Ruling>;
}

export interface AuthorityOptions {
  readonly fleet: Fleet;
  readonly people: People;
  readonly audit: Pick<Audit, "record">;
  /** The bot's own workspace. */
  readonly team: string;
  /** The clock by which deputies come and go. */
  readonly now: () => Instant;
}

/** By these something is approved: what Slack said a minute ago will not do. */
const decisive: ReadonlySet<Right> = new Set<Right>(["approve", "break glass"]);

export function openAuthority({ fleet, people, audit, team, now }: AuthorityOptions): Authority {
  function ordering(
    right: Right,
    place: Environment,
    caller: Caller,
    { requestedBy, approvals }: Pick<About, "requestedBy" | "approvals"> = {},
  ): Ordering {
    return {
      ...{ caller, team, right, place, at: now() },
      ...(requestedBy !== undefined && { requestedBy }),
      ...(approvals && { approvals }),
    };
  }

  async function rule(
    stages: readonly Stage<Ordering>[],
    question: Ordering,
    fresh: boolean,
  ): Promise<Ruling> {
    const result = await judged(people, stages, question, { fresh });
    return "refused" in result ? result.refused : { allowed: true, ...standingOf(question, result.facts) };
  }

  function recorded(ruling: Ruling, actor: Actor, about: About, environment?: Environment): Ruling {
    if (!ruling.allowed) audit.record(refusalEntry(ruling, actor, about, environment?.name));
    return ruling;
  }

  /** Those that they see, or why there is none. */
  async function seen(actor: Actor): Promise<readonly Environment[] | Refused> {
    const { environments } = fleet;
    const door = await judged(people, atTheDoor, { caller: actor, team }, { fresh: false });
    if ("refused" in door) {
      if (door.refused.unsure) throw door.refused.unsure;
      return door.refused;
    }
    const facts = await gathered(people, { groups: groupsNamed(environments) }, [actor.user], false);
    const question = { caller: actor, team, at: now() };
    const visible = environments.filter((place) => maySee({ ...question, place }, facts) === true);
    const doubt = visible.length === 0 ? firstDoubt(facts) : undefined;
    if (doubt) throw doubt;
    return visible.length > 0 ? visible : outsider;
  }

  return {
    async admits(actor, about) {
      const asked = { caller: actor, team, at: now() };
      if (await isOutsider(people, fleet.environments, asked)) return recorded(outsider, actor, about);
      const result = await judged(people, atTheDoor, { caller: actor, team }, { fresh: false });
      return recorded("refused" in result ? result.refused : { allowed: true }, actor, about);
    },

    async may(right, environment, actor, about) {
      const question = ordering(right, environment, actor, about);
      return recorded(await rule(toOrder, question, decisive.has(right)), actor, about, environment);
    },

    could: (right, environment, actor) => rule(toOrder, ordering(right, environment, actor), false),

    async visible(actor, about) {
      try {
        const environments = await seen(actor);
        if (!("rule" in environments)) return [...environments];
        if (about && isWhole(actor, about)) recorded(environments, actor, about);
        return [];
      } catch (error) {
        if (about && isSlackTrouble(error)) audit.record(refusalEntry(doubtful(error), actor, about));
        throw error;
      }
    },

    still(right, environment, user, at) {
      const question = ordering(right, environment, { user, team });
      return rule(toBegin, at === undefined ? question : { ...question, at }, false);
    },
  };
}

/** A command about everything that they see. Home is opened again and again, and nobody means anything by it. */
function isWhole({ entry }: Actor, { cluster, run }: About): boolean {
  return entry === "command" && cluster === undefined && run === undefined;
}

function doubtful({ code }: SlackTrouble): Pick<Refused, "rule" | "why"> {
  return { rule: "unsure", why: `Slack does not tell me what you may see (${code})` };
}
