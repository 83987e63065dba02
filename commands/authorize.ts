import type { Environment, Fleet } from "../src/fleet.js";
import type { People } from "../src/slack/people.js";
import { isSlackTrouble, type SlackTrouble } from "../src/slack/trouble.js";

/** Somebody who typed or clicked, as Slack tells us. Never a name: names can be changed by anybody. */
export interface Actor {
  readonly user: string;
  /** The workspace the person belongs to; people of shared channels come from others. */
  readonly team: string;
}

export type Ruling =
  | { readonly allowed: true }
  /** `ask`: user groups and people who could do it. `unsure`: Slack did not tell who is a member. */
  | {
      readonly allowed: false;
      readonly why: string;
      readonly ask: { groups: readonly string[]; users: readonly string[] };
      readonly unsure?: SlackTrouble;
    };

/**
 * Who may do what. Asked at the command and again at every click, and every doubt is a no: an unknown team, a user
 * group that cannot be read, an environment that names nobody.
 */
export interface Authority {
  mayOperate(environment: Environment, actor: Actor): Promise<Ruling>;
  /** Asks Slack afresh, unless nothing is decided by it: membership may have ended a moment ago. */
  mayApprove(environment: Environment, actor: Actor, how?: { readonly fresh: boolean }): Promise<Ruling>;
  /**
   * Environments of which this person may see clusters and runs: operators and approvers.
   * @throws SlackTrouble where there is none, and Slack did not tell of all of them: "none" would be untrue
   */
  visible(actor: Actor): Promise<Environment[]>;
}

export function createAuthority(fleet: Fleet, people: People, team: string): Authority {
  async function rule(
    environment: Environment,
    role: "operators" | "approvers",
    actor: Actor,
    fresh: boolean,
  ): Promise<Ruling> {
    const ask = environment[role];
    if (actor.team !== team) {
      return {
        allowed: false,
        why: "You belong to another workspace than this bot",
        ask: { groups: [], users: [] },
      };
    }
    try {
      if (await people.isMember(actor.user, ask, { fresh })) return { allowed: true };
    } catch (error) {
      if (!isSlackTrouble(error)) throw error;
      return {
        allowed: false,
        why: `Slack does not tell me who the ${role} of ${environment.name} are (${error.code})`,
        ask,
        unsure: error,
      };
    }
    const may = role === "operators" ? "plan and start upgrades" : "approve or reject upgrades";
    return { allowed: false, why: `Only the ${role} of ${environment.name} may ${may}`, ask };
  }

  return {
    mayOperate: (environment, actor) => rule(environment, "operators", actor, false),
    mayApprove: (environment, actor, { fresh } = { fresh: true }) =>
      rule(environment, "approvers", actor, fresh),
    async visible(actor) {
      const rulings = await Promise.all(
        fleet.environments.map(async (environment) => {
          const operator = await rule(environment, "operators", actor, false);
          return operator.allowed
            ? [operator]
            : [operator, await rule(environment, "approvers", actor, false)];
        }),
      );
      const seen = fleet.environments.filter((_, index) => rulings[index]?.some(({ allowed }) => allowed));
      const unsure = rulings.flat().flatMap((ruling) => (ruling.allowed ? [] : (ruling.unsure ?? [])))[0];
      if (seen.length === 0 && unsure) throw unsure;
      return seen;
    },
  };
}
