// connecting-to-mcp-servers: integration with the AI SDK
import { generateText } from "ai";
import { openai } from "@ai-sdk/openai";
import { Agent } from "agents";

export class MyAgent extends Agent {
  async onRequest(request: Request) {
    const response = await generateText({
      model: openai("gpt-4"),
      prompt: "What's the weather in San Francisco?",
      tools: this.mcp.getAITools(), // Converts MCP tools to AI SDK format
    });

    return new Response(response.text);
  }
}
