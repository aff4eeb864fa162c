// Credentials that a scenario hands over, as the options a developer would pass.
import type { AddMcpServerOptions } from "agents";

type Context = Readonly<Record<string, unknown>>;

export function handedOver(context: Context): AddMcpServerOptions {
  const { client_id: clientId, client_secret: clientSecret } = context;
  if (typeof clientId !== "string" || typeof clientSecret !== "string") return {};
  return { oauth: { client: { clientId, clientSecret } } };
}
