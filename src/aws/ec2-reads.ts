import type { EC2, Filter, Image, Instance, LaunchTemplateVersion, Subnet } from "@aws-sdk/client-ec2";
import { Trouble } from "../core/problems.js";
import { allPages, chunksOf } from "./pages.js";
import { type AwsCall, ask } from "./trouble.js";

/**
 * What EC2 is asked, in its own words. Things are asked for by filter: named by id, one that does not exist makes the
 * whole call fail.
 */

type Client = () => Promise<EC2>;
type Options = { abortSignal?: AbortSignal };
type Asked = { Filters: Filter[]; NextToken?: string };

/** A filter takes no more. */
const valuesPerFilter = 200;

export function readInstances(
  client: Client,
  ids: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Instance[]> {
  const call = { action: "ec2:DescribeInstances", doing: describing("instance", ids) };
  return filtered(call, { name: "instance-id", ids }, signal, async (asked, options) => {
    const sdk = await client();
    const { Reservations = [], NextToken } = await sdk.describeInstances(
      { ...asked, MaxResults: 1000 },
      options,
    );
    return { items: Reservations.flatMap(({ Instances }) => Instances ?? []), nextToken: NextToken };
  });
}

export function readImages(
  client: Client,
  ids: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Image[]> {
  const call = { action: "ec2:DescribeImages", doing: describing("AMI", ids) };
  return filtered(call, { name: "image-id", ids }, signal, async (asked, options) => {
    const sdk = await client();
    const { Images = [], NextToken } = await sdk.describeImages(
      { ...asked, IncludeDeprecated: true },
      options,
    );
    return { items: Images, nextToken: NextToken };
  });
}

export function readSubnets(
  client: Client,
  ids: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Subnet[]> {
  const call = { action: "ec2:DescribeSubnets", doing: describing("subnet", ids) };
  return filtered(call, { name: "subnet-id", ids }, signal, async (asked, options) => {
    const sdk = await client();
    const { Subnets = [], NextToken } = await sdk.describeSubnets(asked, options);
    return { items: Subnets, nextToken: NextToken };
  });
}

export async function readTemplateVersion(
  client: Client,
  template: string,
  version: string,
  signal: AbortSignal | undefined,
): Promise<LaunchTemplateVersion> {
  const call = {
    action: "ec2:DescribeLaunchTemplateVersions",
    doing: `describe version ${version} of launch template ${template}`,
  };
  const answer = await ask(call, signal, async (options) => {
    const sdk = await client();
    return sdk.describeLaunchTemplateVersions({ LaunchTemplateId: template, Versions: [version] }, options);
  });
  const [found] = answer.LaunchTemplateVersions ?? [];
  if (found) return found;
  throw new Trouble("not found", call.doing, "VersionNotFound", "It may have been deleted.");
}

async function filtered<Item>(
  call: AwsCall,
  { name, ids }: { readonly name: string; readonly ids: readonly string[] },
  signal: AbortSignal | undefined,
  read: (asked: Asked, options: Options) => Promise<{ items: Item[]; nextToken: string | undefined }>,
): Promise<Item[]> {
  const found: Item[] = [];
  for (const some of chunksOf(ids, valuesPerFilter)) {
    const Filters = [{ Name: name, Values: some }];
    const pages = (options: Options) =>
      allPages(
        (NextToken) => read({ Filters, ...(NextToken && { NextToken }) }, options),
        (page) => page.items,
      );
    found.push(...(await ask(call, signal, pages)));
  }
  return found;
}

function describing(what: string, ids: readonly string[]): string {
  return ids.length === 1 ? `describe ${what} ${ids[0]}` : `describe ${ids.length} ${what}s`;
}
