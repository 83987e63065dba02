import { expect, it } from "vitest";
import { subcommands } from "../../../commands/parse.js";
import { completions, usages } from "../../../playground/page/completions.js";
import { workshopImages } from "../../../playground/scenarios/retail-store.js";
import { ownStage, stage } from "../world/stage.js";

it("the page completes what the bot's help tells", () => {
  expect(usages).toEqual(subcommands.map(({ usage }) => usage));
});

it("targets are the ones of this world", async () => {
  const { world } = await stage();
  expect(completions(world)).toEqual(
    [
      "",
      " list",
      " check",
      " plan eks-workshop/default",
      " start eks-workshop/default",
      " status",
      " pause <run>",
      " resume <run>",
      " cancel <run>",
      " retry <run>",
      " repair eks-workshop",
      " watch eks-workshop/default",
      " lock prod <reason>",
      " lock eks-workshop <reason>",
      " unlock prod",
      " unlock eks-workshop",
      " history",
      " break-glass eks-workshop/default <reason>",
      " help",
    ].map((rest) => `/eks-upgrade${rest}`),
  );
});

it("a self-managed group can go to any AMI on offer, newest first; EKS has no update of it to watch", async () => {
  const { world } = await ownStage();
  const offered = completions(world);
  const ids = offered.filter((text) => text.startsWith("/eks-upgrade start eks-workshop/workers --ami "));
  expect(ids.map((text) => text.split(" ").at(-1))).toEqual([
    workshopImages.latest,
    "ami-09c3e5b17fa2d8046",
    workshopImages.current,
  ]);
  expect(offered.filter((text) => text.includes("watch"))).toEqual([]);
});
