// SPDX-FileCopyrightText: The Cardea contributors
// SPDX-License-Identifier: GPL-3.0-or-later

// A server of a model for tests: llama.cpp (npm node-llama-cpp) behind as much of OpenAI's protocol as the
// assistant speaks. What the model says is held to a grammar made of the tools it was offered, so that its
// calls are valid whatever its weights are.
// usage: node llama-shim.mjs NODE_LLAMA_CPP MODEL.gguf SEED   says its port, then serves

import http from "node:http";
import { pathToFileURL } from "node:url";

const [, , library, modelPath, seedText] = process.argv;
const { getLlama, LlamaCompletion, LlamaLogLevel } = await import(pathToFileURL(library));
const TOOLS = 6; // offered at a time, and as many calls in one answer
const ITEMS = 3;
const CHARACTERS = 60; // of a text
const TOKENS = 3000; // of an answer
const counts = { requests: 0, calls: 0, tokens: 0, cut: 0, last: "" };

let state = Number(seedText) >>> 0;
function chance() { // mulberry32
  state = (state + 0x6d2b79f5) >>> 0;
  let t = Math.imul(state ^ (state >>> 15), state | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
const below = (n) => Math.floor(chance() * n);

// JSON Schema as the tools have it, as far as the grammar knows it: numbers in their range are a choice of a
// few, what may be absent sometimes is.
function narrow(schema) {
  if (schema.enum !== undefined) return { enum: schema.enum };
  if (schema.type === "integer") {
    const low = schema.minimum ?? -5, high = schema.maximum ?? 2 ** 40;
    return { enum: [low, high, low + below(Math.min(high - low, 50) + 1)] };
  }
  if (schema.type === "array") return { type: "array", maxItems: ITEMS, items: narrow(schema.items) };
  if (schema.type === "object") {
    const names = Object.keys(schema.properties ?? {})
      .filter((name) => (schema.required ?? []).includes(name) || chance() < 0.4);
    return { type: "object", required: names,
             properties: Object.fromEntries(names.map((name) => [name, narrow(schema.properties[name])])) };
  }
  if (schema.type === "string") return { type: "string", minLength: schema.minLength ?? 0, maxLength: CHARACTERS };
  return { type: schema.type };
}

function grammarOf(tools) {
  const offered = Array.from({ length: TOOLS }, () => tools[below(tools.length)].function);
  const count = 1 + below(TOOLS);
  return { type: "array", minItems: count, maxItems: count,
           items: { oneOf: offered.map((tool) => ({
             type: "object", required: ["name", "arguments"],
             properties: { name: { const: tool.name }, arguments: narrow(tool.parameters) } })) } };
}

const llama = await getLlama({ gpu: false, build: "never", logLevel: LlamaLogLevel.error });
const model = await llama.loadModel({ modelPath, useMmap: false });
const context = await model.createContext({ contextSize: 4096, batchSize: 512, threads: 1 });
const sequence = context.getSequence();
const completion = new LlamaCompletion({ contextSequence: sequence });

// It is told the end of the conversation, byte by byte.
async function say(body, grammar, maxTokens) {
  const told = [1, ...Array.from(Buffer.from(JSON.stringify(body.messages)).subarray(-200), (byte) => byte + 3)];
  await sequence.clearHistory();
  return completion.generateCompletion(told, {
    grammar, maxTokens, temperature: 1, topK: 0, topP: 1, seed: below(2 ** 31),
    onToken: (tokens) => { counts.tokens += tokens.length; } });
}

async function callsOf(body) {
  if (!body.tools?.length || chance() < 0.05) return null;
  const grammar = await llama.createGrammarForJsonSchema(grammarOf(body.tools));
  try {
    return JSON.parse(await say(body, grammar, TOKENS));
  } catch {
    counts.cut++; // in the middle of a call
    return null;
  }
}

async function answer(body, response) {
  const calls = await callsOf(body);
  const event = (data) => response.write(`data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`);
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  if (calls === null)
    event({ choices: [{ delta: { content: await say(body, undefined, 40) } }] });
  calls?.forEach((call, index) => {
    const written = JSON.stringify(call.arguments);
    const half = written.length >> 1;
    event({ choices: [{ delta: { tool_calls: [{ index, id: `call${below(2 ** 31)}`,
      function: { name: call.name, arguments: written.slice(0, half) } }] } }] });
    event({ choices: [{ delta: { tool_calls: [{ index, function: { arguments: written.slice(half) } }] } }] });
  });
  counts.calls += calls?.length ?? 0;
  event({ choices: [{ delta: {}, finish_reason: calls === null ? "stop" : "tool_calls" }] });
  event("[DONE]");
  response.end();
}

// One after another: there is one sequence.
let before = Promise.resolve();
const server = http.createServer(async (request, response) => {
  if (request.method === "GET") {
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify(request.url === "/counts" ? counts
      : { object: "list", data: [{ id: "test-1" }] }));
    return;
  }
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  counts.requests++;
  counts.last = Buffer.concat(pieces).toString();
  before = before.then(() => answer(JSON.parse(counts.last), response))
    .catch((error) => { console.error(error); response.destroy(); });
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
