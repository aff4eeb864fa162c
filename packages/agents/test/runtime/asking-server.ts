// An MCP server of either era whose one tool answers with what a person told it.
import { createMockMcpServer, ECHO_TOOL, type FetchHandler } from "@agents-internal/testing";

export interface AskingServer {
  readonly handler: FetchHandler;
  /** Every `requestState` that came back. */
  readonly states: string[];
}

type Rpc = {
  readonly id?: string | number;
  readonly method?: string;
  readonly params?: {
    readonly arguments?: { readonly text?: string };
    readonly inputResponses?: object;
    readonly requestState?: string;
  };
  readonly result?: object;
};

/** What is asked, by the text the tool is called with. */
const QUESTIONS: Readonly<Record<string, object>> = {
  name: { mode: "form", message: "Who?", requestedSchema: schemaOf({ name: { type: "string", maxLength: 5 } }) },
  huge: {
    mode: "form",
    message: "Who?",
    requestedSchema: schemaOf({ name: { type: "string", title: "x".repeat(70_000) } }),
  },
  nested: { mode: "form", message: "Who?", requestedSchema: schemaOf({ name: { type: "object", properties: {} } }) },
  script: { mode: "url", message: "Go.", url: "javascript:alert(1)", elicitationId: "e" },
  loopback: { mode: "url", message: "Go.", url: "http://127.0.0.1/", elicitationId: "e" },
  page: { mode: "url", message: "Go.\u202e\u0000", url: "https://pay.example/a?b=c#d", elicitationId: "e" },
};

function schemaOf(properties: object): object {
  return { type: "object", properties, required: ["name"] };
}

export function createAskingServer(url: string, era: "legacy" | "modern"): AskingServer {
  const mock = createMockMcpServer({ url, era, tools: [{ ...ECHO_TOOL, name: "ask" }], faults: ["no-stream"] });
  const waiting = new Map<string, (answer: object) => void>();
  const states: string[] = [];

  /** Pushed in the middle of the call's own stream. */
  const push = (id: unknown, question: object): Response => {
    const asked = crypto.randomUUID();
    const encoder = new TextEncoder();
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        const say = (message: object) =>
          controller.enqueue(encoder.encode(`data: ${JSON.stringify({ jsonrpc: "2.0", ...message })}\n\n`));
        waiting.set(asked, (answer) => {
          say({ id, result: textOf(answer) });
          controller.close();
        });
        say({ id: asked, method: "elicitation/create", params: question });
      },
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  };

  const ask = ({ id, params = {} }: Rpc, question: object): Response => {
    if (era === "legacy") return push(id, question);
    const { inputResponses, requestState } = params;
    if (requestState !== undefined) states.push(requestState);
    const result =
      inputResponses === undefined
        ? {
            resultType: "input_required",
            inputRequests: { who: { method: "elicitation/create", params: question } },
            requestState: "exactly this, ümlauts too",
          }
        : { resultType: "complete", ...textOf(inputResponses) };
    return Response.json({ jsonrpc: "2.0", id, result });
  };

  return {
    states,
    async handler(request) {
      const message = request.method === "POST" ? ((await request.clone().json()) as Rpc) : {};
      const question = QUESTIONS[message.params?.arguments?.text ?? ""];
      if (message.method === "tools/call" && question) return ask(message, question);
      const answered = message.method === undefined ? waiting.get(String(message.id)) : undefined;
      if (!answered) return mock.handler(request);
      answered(message.result ?? message);
      return new Response(null, { status: 202 });
    },
  };
}

function textOf(value: object): object {
  return { content: [{ type: "text", text: JSON.stringify(value) }] };
}
