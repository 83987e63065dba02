import { expect, it } from "vitest";
import { age } from "../../../playground/kubernetes/api/age.js";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

it.each([
  ["a moment of the future", -5 * second, "0s"],
  ["119 seconds", 119 * second, "119s"],
  ["two minutes", 2 * minute, "2m"],
  ["a few minutes and some seconds", 7 * minute + 12 * second, "7m12s"],
  ["a while, in minutes", 179 * minute, "179m"],
  ["a few hours and some minutes", 5 * hour + 30 * minute, "5h30m"],
  ["two days less an hour, in hours", 47 * hour, "47h"],
  ["a few days and some hours", 3 * day + 4 * hour, "3d4h"],
  ["most of a year, in days", 237 * day, "237d"],
  ["a few years and some days", 3 * 365 * day + 10 * day, "3y10d"],
  ["ten years", 3650 * day, "10y"],
])("%s", (_what, milliseconds, told) => {
  expect(age(milliseconds)).toBe(told);
});
