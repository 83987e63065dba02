import { z } from "zod";
import { day, hour, minute } from "../core/instant.js";
import { cluster, externalId, patterns, regions, roleArn } from "./clusters.js";
import { digest, usualSeverity } from "./digest.js";
import { channel, members } from "./members.js";

const units = { m: minute, h: hour, d: day } as const;

const duration = z
  .string({ error: "must be a length of time such as 30m, 24h or 7d" })
  .regex(/^[1-9]\d*[mhd]$/, { error: "must be a length of time such as 30m, 24h or 7d" })
  .transform((text) => Number(text.slice(0, -1)) * units[text.slice(-1) as keyof typeof units]);

const someMembers = (verb: string) =>
  members.refine(({ groups, users }) => groups.length + users.length > 0, {
    error: `names nobody: nobody could ${verb} anything here`,
  });

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

const written = z.strictObject({
  name: z.string().min(1, { error: "must not be empty" }),
  channel,
  operators: someMembers("start"),
  approvers: someMembers("approve"),
  approvals: z
    .strictObject({
      required: z.int().min(1, { error: "must be at least 1" }).default(1),
      requesterMayApprove: z.boolean().default(false),
      expiresAfter: duration.default(day),
    })
    .default({ required: 1, requesterMayApprove: false, expiresAfter: day }),
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

/** What `together.ts` finds to lack another key does not come here. */
function environmentOf(environment: Written) {
  const {
    roleArn,
    externalId,
    clusters = [],
    discover,
    regions,
    include,
    exclude,
    digest,
    ...rest
  } = environment;
  return {
    ...rest,
    ...(roleArn !== undefined && { roleArn }),
    ...(externalId !== undefined && { externalId }),
    clusters,
    ...(discover && regions && { discover: { regions, include: include ?? ["*"], exclude: exclude ?? [] } }),
    ...(digest?.schedule !== undefined && {
      digest: {
        schedule: digest.schedule,
        timeZone: digest.timeZone,
        channel: digest.channel ?? rest.channel,
        whenUpToDate: digest.whenUpToDate,
      },
    }),
    severity: digest?.severity ?? usualSeverity,
  };
}

export const fleet = z.strictObject({
  environments: z
    .array(written.transform(environmentOf))
    .min(1, { error: "must name at least one environment" }),
});

/** A file as it was read: `Fleet`, whose words say what it all means. */
export type FleetRead = z.infer<typeof fleet>;
