import { z } from "zod";
import { day } from "../core/instant.js";
import { approvals, deputy, may, rightsOf, soundsLikeProduction } from "./authority.js";
import { cluster, externalId, patterns, regions, roleArn } from "./clusters.js";
import { digest, usualSeverity } from "./digest.js";
import { duration } from "./durations.js";
import { freeze, windows } from "./hours.js";
import { link } from "./link.js";
import { channel, noneTwice, someMembers } from "./members.js";
import { spanOf } from "./moments.js";

const amount = "must be a number such as 2, or a share such as 33%";

/** The same words as the groups' own tags (`core/roll-settings.ts`). */
const rolls = z
  .strictObject({
    maxUnavailable: z
      .union(
        [
          z.int().min(1, { error: amount }).max(100, { error: amount }),
          z.string().regex(/^([1-9]\d?|100)%$/, { error: amount }),
        ],
        { error: amount },
      )
      .optional(),
    surge: z.int({ error: "must be a whole number of nodes, 0 for none" }).min(0).max(999).optional(),
    drainPause: z
      .string()
      .regex(/^\d{1,4}s$/, { error: "must be seconds, such as 90s" })
      .optional(),
    watchTargets: z.boolean().optional(),
  })
  .default({})
  .transform(({ maxUnavailable, surge, drainPause, watchTargets }) => ({
    ...(maxUnavailable !== undefined && { "eks-upgrade-bot:max-unavailable": String(maxUnavailable) }),
    ...(surge !== undefined && { "eks-upgrade-bot:surge": String(surge) }),
    ...(drainPause !== undefined && { "eks-upgrade-bot:drain-pause": drainPause }),
    ...(watchTargets !== undefined && { "eks-upgrade-bot:watch-targets": String(watchTargets) }),
  }));

const channels = z
  .array(channel)
  .min(1, { error: "must name at least one channel: leave it out for any, or name the environment's own" })
  .superRefine(noneTwice);

/** What the rules that need more than one key of an environment read by themselves (`rules.ts`). */
export const keys = {
  name: z.string().min(1, { error: "must not be empty" }),
  production: z.boolean().optional(),
  operators: someMembers("start"),
  approvers: someMembers("approve"),
  may,
  approvals,
  deputies: z.array(deputy).default([]),
  windows: windows.optional(),
  freezes: z.array(freeze).default([]),
  after: z.strictObject({ environment: z.string(), soak: duration }).optional(),
};

const written = z.strictObject({
  ...keys,
  channel,
  channels: channels.default([]),
  roleArn: roleArn.optional(),
  externalId: externalId.optional(),
  clusters: z.array(cluster).optional(),
  discover: z.boolean().default(false),
  regions: regions.optional(),
  include: patterns.min(1, { error: "must have at least one pattern: leave it out for all" }).optional(),
  exclude: patterns.optional(),
  digest: digest.optional(),
  rolls,
});

type Written = z.infer<typeof written>;

/** What is wrong with several keys together was found by others (`rules.ts`, `together.ts`). */
function environmentOf(environment: Written) {
  const { name, channel, channels, operators, approvers, approvals, rolls, digest } = environment;
  const { windows, after, roleArn, externalId } = environment;
  const timeZone = windows?.timeZone ?? "UTC";
  return {
    ...{ name, channel, channels, operators, approvers, approvals, rolls },
    production: environment.production ?? soundsLikeProduction(name),
    may: rightsOf(environment.may, operators, approvers),
    deputies: environment.deputies.map((each) => ({ ...each, ...spanOf(each, timeZone) })),
    ...(windows && { windows }),
    freezes: environment.freezes.map((each) => ({ ...each, ...spanOf(each, timeZone) })),
    ...(after && { after }),
    ...(roleArn !== undefined && { roleArn }),
    ...(externalId !== undefined && { externalId }),
    ...clustersOf(environment),
    ...(digest?.schedule !== undefined && {
      digest: {
        schedule: digest.schedule,
        timeZone: digest.timeZone,
        channel: digest.channel ?? channel,
        whenUpToDate: digest.whenUpToDate,
      },
    }),
    severity: digest?.severity ?? usualSeverity,
  };
}

function clustersOf({ clusters = [], discover, regions, include = ["*"], exclude = [] }: Written) {
  return { clusters, ...(discover && regions && { discover: { regions, include, exclude } }) };
}

const keep = duration.refine((length) => length >= day, { error: "must be at least 1d" });

export const fleet = z
  .strictObject({
    link: link.optional(),
    audit: z.strictObject({ keep: keep.default(400 * day) }).prefault({}),
    environments: z
      .array(written.transform(environmentOf))
      .min(1, { error: "must name at least one environment" }),
  })
  .transform(({ link, ...rest }) => ({ ...rest, ...(link && { link }) }));

/** A file as it was read: `Fleet`, whose words say what it all means. */
export type FleetRead = z.infer<typeof fleet>;
