// Which headers allow other origins to read answers.

/** `true` opens answers to every origin, without credentials. Headers of your own replace ours. */
export type CorsOption = boolean | HeadersInit;

/** The headers to add, or `null` when other origins may not read. */
export function corsHeaders(option: CorsOption | undefined): Headers | null {
  if (option === undefined || option === false) return null;
  if (option !== true) return new Headers(option);
  return new Headers({
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
  });
}

/** The same answer, readable elsewhere. */
export function withCors(response: Response, headers: Headers | null): Response {
  if (headers === null) return response;
  const opened = new Response(response.body, response);
  for (const [name, value] of headers) opened.headers.set(name, value);
  return opened;
}
