import { expect, it } from "vitest";
import { environmentOf } from "../../../playground/page/environment-shown.js";
import { eksWorkshop } from "../../../playground/scenarios/eks-workshop.js";
import { fleet } from "../../../playground/scenarios/fleet.js";

const [test, prod] = ["111122223333", "444455556666"];
const role = { arn: `arn:aws:iam::${prod}:role/bot`, account: prod };
const regions = ["us-west-2"];
const scenario = {
  ...eksWorkshop,
  account: test,
  environments: [
    { name: "test", clusters: ["special"], discover: { regions, exclude: ["*-sandbox", "a.c"] } },
    { name: "prod", role, discover: { regions, include: ["shop-?", "pay*"] } },
  ],
};

it.each([
  ["discovered", "shop", test, "us-west-2", "test"],
  ["left out", "my-sandbox", test, "us-west-2", ""],
  ["no pattern but a name with a dot", "abc", test, "us-west-2", "test"],
  ["in another region", "shop", test, "eu-west-1", ""],
  ["named, wherever it is", "special", test, "eu-west-1", "test"],
  ["in another account", "shop-1", prod, "us-west-2", "prod"],
  ["of another name there", "shop-10", prod, "us-west-2", ""],
  ["of a name that begins so", "payments", prod, "us-west-2", "prod"],
])("a cluster that is %s: %s", (_sentence, name, account, region, environment) => {
  expect(environmentOf(scenario, { name, account, region })).toBe(environment);
});

it("without environments all are in prod", () => {
  expect(environmentOf(eksWorkshop, { name: "any", account: test, region: "us-west-2" })).toBe("prod");
});

it("every cluster of the scenario fleet is in one", () => {
  const { region: usual, account: home } = fleet;
  const found = fleet.clusters.map(({ name, region = usual, account = home }) => [
    name.split("-").at(-1),
    environmentOf(fleet, { name, region, account }),
  ]);
  expect(found.filter(([, environment]) => environment === "")).toEqual([]);
  expect(new Set(found.map(([, environment]) => environment))).toEqual(new Set(["test", "prod"]));
});
