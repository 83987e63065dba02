import type { OwnImage } from "../scenarios/scaling-groups.js";
import type { PublishedRelease } from "../scenarios/types.js";
import { publicImage } from "../world/ami-families.js";
import { offerIn } from "../world/releases.js";
import { byId, ec2Filters, ec2Page } from "./ec2-page.js";
import { type FilterFields, filtered } from "./filters.js";
import type { Here } from "./here.js";
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

/** The AMI of every release that was ever published, which belong to Amazon, and those of the account itself. */
export const describeImages: QueryOperation = (here, input) => {
  const { releases, withdrawn } = offerIn(here.world, here.region);
  const owners = texts(input, "Owner");
  const all = [...[...releases, ...withdrawn].map(published), ...ownImages(here)];
  const visible = all.filter(({ owner, alias }) => {
    const names = owner === here.account ? [owner, "self"] : [owner, alias];
    return !owners || owners.some((wanted) => names.includes(wanted));
  });
  const asked = byId(visible, input, "ImageId", ({ id }) => id, {
    code: "InvalidAMIID.NotFound",
    what: "image ID",
  });
  const { items, nextToken } = ec2Page(filtered(asked, input, ec2Filters, fields), input);
  return { imagesSet: items.map(imageShape), nextToken };
};

function published(release: PublishedRelease): Image {
  return {
    id: release.image,
    name: publicImage(release)?.imageName,
    owner: amazon,
    alias: "amazon",
    architecture: release.amiType.includes("ARM_64") ? "arm64" : "x86_64",
    createdOn: release.publishedOn,
    ...(release.amiType.startsWith("WINDOWS") && { platform: "windows" }),
  };
}

/** Customers' own are in the scenario's region, and nobody shares any. */
function ownImages({ world: { scenario }, region, account }: Here): Image[] {
  const owner = (image: OwnImage) => image.account ?? scenario.account;
  return (scenario.images ?? [])
    .filter((image) => region === scenario.region && owner(image) === account)
    .map(({ image: id, name, architecture, createdOn }) => ({
      id,
      name,
      owner: account,
      architecture,
      createdOn,
    }));
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
