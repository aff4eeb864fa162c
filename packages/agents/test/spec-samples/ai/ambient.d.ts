// The samples name a model provider that this repository does not install.
declare module "@ai-sdk/openai" {
  export function openai(model: string): import("ai").LanguageModel;
}
