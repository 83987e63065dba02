import { onTestFinished } from "vitest";
import { serveAws } from "../../../playground/aws/server.js";
import { eksWorkshop } from "../../../playground/scenarios/eks-workshop.js";
import { startClock } from "../../../playground/world/clock.js";
import { createWorld } from "../../../playground/world/world.js";
import { runner } from "../programs.js";
import { origin } from "../world/stage.js";

/** A scenario, the workshop unless told otherwise, at `speed`, and the `aws` command pointed at it: as text, or as parsed JSON. */
export async function commandLine(speed: number, scenario = eksWorkshop) {
  const clock = startClock({ speed, worldOrigin: origin });
  const world = createWorld({ scenario, clock });
  const server = await serveAws(world);
  onTestFinished(async () => {
    await server.close();
    world.stop();
  });
  const aws = runner("aws", {
    PATH: process.env.PATH,
    AWS_ENDPOINT_URL: server.url,
    AWS_DEFAULT_REGION: "us-west-2",
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_PAGER: "",
  });
  const json = async (...words: string[]): Promise<Record<string, unknown>> =>
    JSON.parse((await aws(...words)) || "{}");
  return { aws, json, world };
}

export const defaultGroup = ["--cluster-name", "eks-workshop", "--nodegroup-name", "default"];

export const standardAmi = "/aws/service/eks/optimized-ami/1.34/amazon-linux-2023/x86_64/standard";
