// The local providers, for whoever starts them from code.
export type { TokenLifetimes } from "./auth/authorization-server.ts";
export type { ProvidersControl, ServerId } from "./control.ts";
export type { ProviderId, ProviderInfo } from "./provider-info.ts";
export {
  DEFAULT_BASE_PORT,
  type RunningProviders,
  startProviders,
  type StartProvidersOptions,
} from "./start-providers.ts";
export { DEMO_TOKEN } from "./vault-door/vault-door-server.ts";
