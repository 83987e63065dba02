import { describe, expect, it } from "vitest";
import { parseForm } from "../../../playground/aws/query.js";
import { element, type XmlValue } from "../../../playground/aws/xml.js";

describe("a form becomes structures and lists", () => {
  it.each([
    ["a plain field", "Action=A&MaxRecords=5", { Action: "A", MaxRecords: "5" }],
    ["a Query list", "Names.member.1=a&Names.member.2=b", { Names: ["a", "b"] }],
    ["an EC2 list", "InstanceId.1=i-1&InstanceId.2=i-2", { InstanceId: ["i-1", "i-2"] }],
    ["a list in a list", "Filter.1.Name=n&Filter.1.Value.1=v", { Filter: [{ Name: "n", Value: ["v"] }] }],
    ["a list of ten and more, in order", "N.10=j&N.2=b&N.1=a", { N: ["a", "b", "j"] }],
    ["escaped text", "Name=tag%3Ax+y", { Name: "tag:x y" }],
  ])("%s", (_sentence, form, input) => {
    expect(parseForm(new URLSearchParams(form))).toEqual(input);
  });
});

describe("a value becomes XML", () => {
  it.each<[string, XmlValue, string]>([
    ["text is escaped", `<a & "b">`, "<x>&lt;a &amp; &quot;b&quot;&gt;</x>"],
    ["numbers and truth as they are written", { n: 0, t: false }, "<x><n>0</n><t>false</t></x>"],
    ["a list repeats its entries", ["a", "b"], "<x><item>a</item><item>b</item></x>"],
    ["an empty list is an empty element", [], "<x></x>"],
    ["what is absent leaves nothing", { a: undefined, b: "" }, "<x><b></b></x>"],
    ["absent as a whole", undefined, ""],
  ])("%s", (_sentence, value, xml) => {
    expect(element("x", value, "item")).toBe(xml);
  });
});
