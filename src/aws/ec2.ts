import type { EC2 } from "@aws-sdk/client-ec2";
import { isTrouble } from "../core/problems.js";
import type { Ec2InstanceSeen, ImageSeen, SubnetSeen, TemplateVersionSeen } from "../core/roll/seen.js";
import { readImages, readInstances, readSubnets, readTemplateVersion } from "./ec2-reads.js";
import { imageSeen, instanceSeen, subnetSeen, templateVersionSeen } from "./ec2-values.js";
import { ask, present, refusesCredentials } from "./trouble.js";

/** Amazon EC2 in one region. Every call throws `Trouble`. */
export interface Ec2 {
  /** Those that exist; a terminated one does for about an hour. */
  instances(ids: readonly string[], signal?: AbortSignal): Promise<Ec2InstanceSeen[]>;
  /** Those that exist and may be seen, deprecated ones too. */
  images(ids: readonly string[], signal?: AbortSignal): Promise<ImageSeen[]>;
  subnets(ids: readonly string[], signal?: AbortSignal): Promise<SubnetSeen[]>;
  /** `version`: a number, "$Latest" or "$Default". Trouble "not found" where there is none. */
  templateVersion(template: string, version: string, signal?: AbortSignal): Promise<TemplateVersionSeen>;
  /**
   * A new version that differs from `source` in its AMI alone. With the same token the same version is answered, and none
   * is made. The template's default version stays. Returns the version's number.
   */
  createTemplateVersion(version: NewTemplateVersion, signal?: AbortSignal): Promise<string>;
  /** Asks by a dry run, which makes none. */
  mayCreateTemplateVersion(template: string, signal?: AbortSignal): Promise<boolean>;
}

export interface NewTemplateVersion {
  /** The template's id. */
  readonly template: string;
  /** A number. */
  readonly source: string;
  readonly image: string;
  readonly token: string;
  /** At most 255 characters. */
  readonly description: string;
}

type Client = () => Promise<EC2>;

export function connectEc2(client: Client): Ec2 {
  return {
    async instances(ids, signal) {
      return (await readInstances(client, ids, signal)).map(instanceSeen);
    },
    async images(ids, signal) {
      return (await readImages(client, ids, signal)).map(imageSeen);
    },
    async subnets(ids, signal) {
      return (await readSubnets(client, ids, signal)).map(subnetSeen);
    },
    async templateVersion(template, version, signal) {
      return templateVersionSeen(await readTemplateVersion(client, template, version, signal));
    },
    createTemplateVersion: (version, signal) => createTemplateVersion(client, version, signal),
    mayCreateTemplateVersion: (template, signal) => mayCreateTemplateVersion(client, template, signal),
  };
}

const creating = (template: string) => ({
  action: "ec2:CreateLaunchTemplateVersion",
  doing: `make a version of launch template ${template}`,
});

async function createTemplateVersion(
  client: Client,
  { template, source, image, token, description }: NewTemplateVersion,
  signal: AbortSignal | undefined,
): Promise<string> {
  const call = creating(template);
  // Everything that is not given comes from the source version.
  const input = {
    LaunchTemplateId: template,
    SourceVersion: source,
    LaunchTemplateData: { ImageId: image },
    VersionDescription: description,
    ClientToken: token,
  };
  const made = await ask(call, signal, async (options) => {
    const sdk = await client();
    return sdk.createLaunchTemplateVersion(input, options);
  });
  return String(present(made.LaunchTemplateVersion?.VersionNumber, call));
}

/** EC2 answers every dry run with an error: what would have been done, by a code of its own. */
async function mayCreateTemplateVersion(
  client: Client,
  template: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const input = { LaunchTemplateId: template, LaunchTemplateData: { EbsOptimized: true }, DryRun: true };
  try {
    await ask(creating(template), signal, async (options) => {
      const sdk = await client();
      return sdk.createLaunchTemplateVersion(input, options);
    });
    return true;
  } catch (error) {
    if (isTrouble(error) && error.code === "DryRunOperation") return true;
    if (isTrouble(error, "denied") && !refusesCredentials(error)) return false;
    throw error;
  }
}
