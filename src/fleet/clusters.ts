import { z } from "zod";

const region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d+$/, {
  error: "must be an AWS region such as us-west-2",
});

export const cluster = z.strictObject({
  name: z.string().regex(/^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/, { error: "is not the name of an EKS cluster" }),
  region,
});

/** One listed twice is meant once. */
export const regions = z
  .array(region)
  .min(1, { error: "must name at least one region" })
  .transform((all) => [...new Set(all)]);

const pattern = z
  .string()
  .min(1, { error: "must not be empty: leave it out, or write a pattern such as shop-*" })
  .regex(/^[A-Za-z0-9_*?-]*$/, {
    error:
      "is no pattern for cluster names: write letters, digits, - and _, * for any characters and ? for one, such as shop-*",
  });

export const patterns = z.array(pattern);

export const roleArn = z.string().regex(/^arn:aws(-[a-z]+)*:iam::\d{12}:role\/[\w+=,.@/-]*[\w+=,.@-]$/, {
  error: "is not the ARN of a role: write it like arn:aws:iam::111122223333:role/eks-upgrade-bot",
});

/** The characters that sts:AssumeRole takes. */
export const externalId = z.string().regex(/^[\w+=,.@:/-]{2,1224}$/, {
  error: "must be 2 to 1224 letters, digits and any of + = , . @ : / - _",
});
