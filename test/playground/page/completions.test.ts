import { expect, it } from "vitest";
import { subcommands } from "../../../commands/parse.js";
import { completions, usages } from "../../../playground/page/completions.js";
import { stage } from "../world/stage.js";

it("the page completes what the bot's help tells", () => {
  expect(usages).toEqual(subcommands.map(({ usage }) => usage));
});

it("targets are the ones of this world", async () => {
  const { world } = await stage();
  expect(completions(world)).toEqual([
    "/eks-upgrade",
    "/eks-upgrade list",
    "/eks-upgrade plan eks-workshop/default",
    "/eks-upgrade start eks-workshop/default",
    "/eks-upgrade status",
    "/eks-upgrade cancel <run>",
    "/eks-upgrade watch eks-workshop/default",
    "/eks-upgrade help",
  ]);
});
