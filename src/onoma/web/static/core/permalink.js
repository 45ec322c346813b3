// A text in an address: packed behind the #, which browsers never send to a server.

const MOST = 16_000; // characters of an address that mail programs and chats still carry

async function through(stream, bytes) {
  const out = new Response(new Blob([bytes]).stream().pipeThrough(stream));
  return new Uint8Array(await out.arrayBuffer());
}

/** Return a value packed as the part of an address behind #; null if it would be too long. */
export async function pack(value) {
  const bytes = await through(new CompressionStream("deflate-raw"), new TextEncoder().encode(JSON.stringify(value)));
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  const packed = btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return packed.length > MOST ? null : `#a=${packed}`;
}

/** Return the value that an address carries; null if it carries none, or a damaged one. */
export async function unpack(hash) {
  if (!hash.startsWith("#a=")) return null;
  try {
    const binary = atob(hash.slice(3).replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = await through(new DecompressionStream("deflate-raw"), Uint8Array.from(binary, (one) => one.charCodeAt(0)));
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}
