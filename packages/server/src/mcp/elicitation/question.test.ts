import { expect, test } from "vitest";
import type { ElicitRequest } from "@agents-internal/protocol";
import { checkUrl } from "../transport/url-policy.ts";
import { readQuestion } from "./question.ts";

const check = (url: string) => checkUrl(url, ["http://localhost:3000"]).href;
const read = (params: object) => readQuestion(params as ElicitRequest["params"], check);
const form = (properties: unknown) => ({ message: "Who?", requestedSchema: { type: "object", properties } });
const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}`, { type: "string" }]));

test.each<[string, object]>([
  ["no message", { requestedSchema: { type: "object", properties: {} } }],
  ["no form", { message: "Who?" }],
  ["fields that are none", form({ a: "string" })],
  ["nested fields", form({ a: { type: "object", properties: {} } })],
  ["a list of objects", form({ a: { type: "array", items: { type: "object", properties: {} } } })],
  ["a thousand fields", form(many(1000))],
  ["a form without measure", form({ a: { type: "string", title: "x".repeat(70_000) } })],
  ["a script", { mode: "url", message: "Go", url: "javascript:alert(1)" }],
  ["data", { mode: "url", message: "Go", url: "data:text/html,hi" }],
  ["plain http", { mode: "url", message: "Go", url: "http://pay.example/" }],
  ["a place inside the network", { mode: "url", message: "Go", url: "https://10.0.0.1/" }],
  ["an address with a password", { mode: "url", message: "Go", url: "https://a:b@pay.example/" }],
  ["an address without measure", { mode: "url", message: "Go", url: `https://pay.example/${"a".repeat(5000)}` }],
  ["no address", { mode: "url", message: "Go" }],
])("%s is put to nobody", (_what, params) => {
  expect(() => read(params)).toThrow(expect.objectContaining({ code: "elicitation-refused" }));
});

test("what is put to people is whole, but for what disguises it", () => {
  expect(read(form(many(100)))).toMatchObject({ mode: "form", message: "Who?" });
  const page = {
    mode: "url",
    message: "two\nlines\u202e\u0007",
    url: "https://pay.example/a?b=c#d",
    elicitationId: "e",
  };
  expect(read(page)).toEqual({ ...page, message: "two\nlines  ", elicitationId: undefined, serverRef: "e" });
  expect(read({ ...page, message: "x".repeat(9000) }).message).toHaveLength(4000);
  expect(read({ ...page, url: "http://localhost:3000/pay" })).toMatchObject({ url: "http://localhost:3000/pay" });
});
