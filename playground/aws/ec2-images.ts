import type { PublishedRelease } from "../scenarios/types.js";
import { publicImage } from "../world/ami-families.js";
import { byId, ec2Filters, ec2Page } from "./ec2-page.js";
import { type FilterFields, filtered } from "./filters.js";
import { texts } from "./input.js";
import { isoTime, type QueryOperation } from "./query.js";

/** The account that owns Amazon's EKS AMIs in most commercial regions. */
const owner = "602401143452";

const fields: FilterFields<PublishedRelease> = {
  "image-id": ({ image }) => image,
  name: (release) => publicImage(release)?.imageName,
  architecture: (release) => architectureOf(release),
};

/** The AMI of every published release. They belong to Amazon: an account that asks for its own gets none. */
export const describeImages: QueryOperation = (world, input) => {
  const owners = texts(input, "Owner");
  const visible = world.scenario.releases.filter(
    () => !owners || owners.includes("amazon") || owners.includes(owner),
  );
  const asked = byId(visible, input, "ImageId", ({ image }) => image, {
    code: "InvalidAMIID.NotFound",
    what: "image ID",
  });
  const { items, nextToken } = ec2Page(filtered(asked, input, ec2Filters, fields), input);
  return { imagesSet: items.map(imageShape), nextToken };
};

function imageShape(release: PublishedRelease) {
  const name = publicImage(release)?.imageName;
  return {
    imageId: release.image,
    imageLocation: `amazon/${name}`,
    imageState: "available",
    imageOwnerId: owner,
    imageOwnerAlias: "amazon",
    isPublic: true,
    architecture: architectureOf(release),
    imageType: "machine",
    name,
    creationDate: isoTime(Date.parse(release.publishedOn)),
    platform: release.amiType.startsWith("WINDOWS") ? "windows" : undefined,
    rootDeviceType: "ebs",
    virtualizationType: "hvm",
  };
}

function architectureOf({ amiType }: PublishedRelease): string {
  return amiType.includes("ARM_64") ? "arm64" : "x86_64";
}
