import type { OwnImage } from "../scenarios/scaling-groups.js";
import type { PublishedRelease, Scenario } from "../scenarios/types.js";
import { publicImage } from "../world/ami-families.js";
import { imageFacts } from "../world/images.js";
import { byId, ec2Filters, ec2Page } from "./ec2-page.js";
import { type FilterFields, filtered } from "./filters.js";
import { texts } from "./input.js";
import { isoTime, type QueryOperation } from "./query.js";

/** The account that owns Amazon's EKS AMIs in most commercial regions. */
const amazon = "602401143452";

interface Image {
  readonly id: string;
  readonly name: string | undefined;
  readonly owner: string;
  readonly alias?: "amazon";
  readonly architecture: string;
  /** ISO date. */
  readonly createdOn: string;
  readonly platform?: "windows";
}

const fields: FilterFields<Image> = {
  "image-id": ({ id }) => id,
  name: ({ name }) => name,
  architecture: ({ architecture }) => architecture,
};

/** The AMI of every published release, which belong to Amazon, and those of the account itself. */
export const describeImages: QueryOperation = (world, input) => {
  const { scenario } = world;
  const owners = texts(input, "Owner");
  const all = [
    ...scenario.releases.map((release) => published(scenario, release)),
    ...(scenario.images ?? []).map((own) => ownImage(scenario, own)),
  ];
  const visible = all.filter(({ owner, alias }) => {
    const names = owner === scenario.account ? [owner, "self"] : [owner, alias];
    return !owners || owners.some((wanted) => names.includes(wanted));
  });
  const asked = byId(visible, input, "ImageId", ({ id }) => id, {
    code: "InvalidAMIID.NotFound",
    what: "image ID",
  });
  const { items, nextToken } = ec2Page(filtered(asked, input, ec2Filters, fields), input);
  return { imagesSet: items.map(imageShape), nextToken };
};

function published(scenario: Scenario, release: PublishedRelease): Image {
  return {
    id: release.image,
    name: publicImage(release)?.imageName,
    owner: amazon,
    alias: "amazon",
    architecture: imageFacts(scenario, release.image)?.architecture ?? "x86_64",
    createdOn: release.publishedOn,
    ...(release.amiType.startsWith("WINDOWS") && { platform: "windows" }),
  };
}

function ownImage({ account }: Scenario, { image, name, architecture, createdOn }: OwnImage): Image {
  return { id: image, name, owner: account, architecture, createdOn };
}

function imageShape({ id, name, owner, alias, architecture, createdOn, platform }: Image) {
  return {
    imageId: id,
    imageLocation: `${alias ?? owner}/${name}`,
    imageState: "available",
    imageOwnerId: owner,
    imageOwnerAlias: alias,
    isPublic: alias === "amazon",
    architecture,
    imageType: "machine",
    name,
    creationDate: isoTime(Date.parse(createdOn)),
    platform,
    rootDeviceType: "ebs",
    virtualizationType: "hvm",
  };
}
