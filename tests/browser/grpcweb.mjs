// Reads a collection as a script in one of Onus's own pages would: gRPC-Web over fetch, framed by hand, no generated code.
//
// Standard input: {"base": URL, "name": "collections/…"}; the page at `base` is opened first, so its policies apply.
// Standard output: {"status": grpc-status, "message": grpc-message, "collection": {name, owner, reference, title}}
import { input, launch, output } from "./browser.mjs";

const METHOD = "/onus.v1.CollectionService/GetCollection";
// Field numbers of onus.v1.Collection that this script reads; the contract's compatibility check keeps them.
const FIELDS = { 1: "name", 2: "owner", 4: "reference", 7: "title" };

// Runs in the page.
async function call({ method, name }) {
  const text = new TextEncoder().encode(name);
  const varint = (value) => {
    const bytes = [];
    for (; value > 127; value >>>= 7) bytes.push((value & 127) | 128);
    return [...bytes, value];
  };
  // Field 1, length-delimited: the request's name.
  const message = [0x0a, ...varint(text.length), ...text];
  const frame = new Uint8Array(5 + message.length);
  new DataView(frame.buffer).setUint32(1, message.length);
  frame.set(message, 5);
  const answer = await fetch(method, {
    method: "POST",
    headers: { "content-type": "application/grpc-web+proto", "x-grpc-web": "1" },
    body: frame,
  });
  const headers = Object.fromEntries(answer.headers);
  return { http: answer.status, headers, body: [...new Uint8Array(await answer.arrayBuffer())] };
}

// The frames of a gRPC-Web body: messages, and the trailers as the last.
function frames(body) {
  const bytes = Uint8Array.from(body);
  const view = new DataView(bytes.buffer);
  const messages = [];
  let trailers = "";
  for (let at = 0; at < bytes.length; ) {
    const [flag, length] = [bytes[at], view.getUint32(at + 1)];
    const payload = bytes.subarray(at + 5, at + 5 + length);
    if (payload.length !== length) throw new Error("a frame is cut short");
    if (flag & 0x80) trailers = new TextDecoder().decode(payload);
    else messages.push(payload);
    at += 5 + length;
  }
  return { messages, trailers };
}

// The text fields of a message that FIELDS names; others are stepped over by their wire type.
function decode(bytes) {
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new Error("a number is cut short");
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return Number(value);
    }
  };
  const found = {};
  while (at < bytes.length) {
    const tag = varint();
    const [field, wire] = [tag >>> 3, tag & 7];
    if (wire === 0) varint();
    else if (wire === 1) at += 8;
    else if (wire === 5) at += 4;
    else if (wire === 2) {
      const length = varint();
      if (FIELDS[field]) found[FIELDS[field]] = new TextDecoder().decode(bytes.subarray(at, at + length));
      at += length;
    } else throw new Error(`wire type ${wire} of field ${field}`);
  }
  return found;
}

async function main() {
  const { base, name } = await input();
  const browser = await launch();
  try {
    const page = await browser.newPage();
    await page.goto(base, { waitUntil: "load" });
    const answer = await page.evaluate(call, { method: METHOD, name });
    const { messages, trailers } = frames(answer.body);
    const trailer = (key) => trailers.match(new RegExp(`^${key}:[ \\t]*(.*?)\\r?$`, "m"))?.[1] ?? answer.headers[key];
    await output({
      http: answer.http,
      status: trailer("grpc-status"),
      message: trailer("grpc-message") ?? "",
      collection: messages.length === 1 ? decode(messages[0]) : null,
    });
  } finally {
    await browser.close();
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 2;
});
