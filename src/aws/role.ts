import type { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { minute } from "../core/instant.js";
import { Trouble } from "../core/problems.js";
import { refusesCredentials, troubleOf } from "./trouble.js";

/** A role of IAM that the bot assumes, such as one in another AWS account. */
export interface Role {
  readonly arn: string;
  /** What the role's trust policy wants to hear, if anything. */
  readonly externalId?: string;
  /** By this name CloudTrail shows what was done in the role. */
  readonly sessionName: string;
}

type Assume = typeof fromTemporaryCredentials;
export type Identity = Awaited<ReturnType<ReturnType<Assume>>>;

/** Of the client that asks: STS is asked in the same region and in the same way. */
export type StsSettings = NonNullable<Parameters<Assume>[0]["clientConfig"]> & { readonly region: string };

/** What a client of one region signs with. Throws `Trouble`: "denied" where the role may not be assumed. */
export type RoleCredentials = (settings: StsSettings) => () => Promise<Identity>;

/** The SDK asks again then, too. */
const renewBefore = 5 * minute;

/**
 * Credentials of a role, for the clients of all regions: got once for all who ask at a time, and anew before they end.
 * They are got with what the SDK finds by itself (environment, files, web identity, container, instance). `now` is real time.
 */
export function roleCredentials(role: Role, now: () => number = Date.now): RoleCredentials {
  let kept: Identity | undefined;
  const underWay = new Map<string, Promise<Identity>>();
  const lasts = (identity: Identity, least: number) =>
    (identity.expiration?.getTime() ?? Number.POSITIVE_INFINITY) - now() > least;

  function get(region: string, assume: () => Promise<Identity>): Promise<Identity> {
    const begun = underWay.get(region);
    if (begun) return begun;
    const asked = assume().then((identity) => {
      kept = identity;
      return identity;
    });
    const getting = asked.finally(() => underWay.delete(region));
    underWay.set(region, getting);
    return getting;
  }

  /** One region's STS that does not answer is none of another region's business. */
  async function share(region: string, assume: () => Promise<Identity>): Promise<Identity> {
    const [first = region] = underWay.keys();
    try {
      return await get(first, assume);
    } catch (error) {
      if (first === region) throw error;
      return get(region, assume);
    }
  }

  return (settings) => {
    const assume = assumer(role, settings);
    return async () => {
      if (kept && lasts(kept, renewBefore)) return kept;
      try {
        return await share(settings.region, assume);
      } catch (error) {
        if (kept && lasts(kept, 0)) return kept;
        throw error;
      }
    };
  };
}

function assumer(role: Role, settings: StsSettings): () => Promise<Identity> {
  const params = {
    RoleArn: role.arn,
    RoleSessionName: role.sessionName,
    ...(role.externalId !== undefined && { ExternalId: role.externalId }),
  };
  let provider: ReturnType<Assume> | undefined;
  return async () => {
    try {
      if (!provider) {
        const { fromTemporaryCredentials } = await import("@aws-sdk/credential-providers");
        provider = fromTemporaryCredentials({ params, clientConfig: settings });
      }
      return await provider();
    } catch (error) {
      throw roleTrouble(error, role, settings.region);
    }
  };
}

/** STS says the same of a role that does not exist, one that lets nobody in, and one that wants another external id. */
function roleTrouble(error: unknown, role: Role, region: string): Trouble {
  const call = { action: "sts:AssumeRole", doing: `assume the role ${nameOf(role)}` };
  const trouble = troubleOf(error, call);
  const tell = (next: string) =>
    new Trouble(trouble.kind, trouble.call, trouble.code, next, { cause: error });
  if (trouble.code === "RegionDisabledException")
    return tell(`Activate STS for ${region} in the account's settings in IAM.`);
  // Never in AWS' words: they repeat the external id.
  if (trouble.kind === "refused") return tell("Check roleArn and externalId in fleet.yaml.");
  return trouble.kind === "denied" && !refusesCredentials(trouble) ? tell(letIn(role)) : trouble;
}

function letIn({ externalId }: Role): string {
  const rest =
    externalId === undefined
      ? "If that policy wants an external id, give it in fleet.yaml."
      : "Both sides must have the same external id: the policy and fleet.yaml.";
  return `Allow the bot sts:AssumeRole on this role, and let it in by the role's trust policy. ${rest}`;
}

/** "team/eks-upgrade-bot": the ARN holds the account's id. */
function nameOf({ arn }: Role): string {
  return /:role\/(.+)$/.exec(arn)?.[1] ?? "in fleet.yaml";
}
