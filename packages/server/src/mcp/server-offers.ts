// What servers offer, from rows: listed, given to models, and decided about by people.
import type { ToolChangeDetail } from "@agents-internal/protocol";
import { createAIToolSets } from "./catalog/ai-tool-sets.ts";
import type { AIToolsOptions, MCPAIToolSet } from "./catalog/ai-tools.ts";
import type { Catalogue } from "./catalog/catalogue.ts";
import type { Engine } from "./engine.ts";
import type { ServerRunner } from "./lifecycle/runner.ts";
import { serverEntry } from "./publish/server-views.ts";
import { offersCatalogue } from "./publish/snapshot.ts";
import { ServerCalls } from "./server-calls.ts";
import { matches, type MCPServerFilter } from "./servers/filter.ts";
import { listChanges, type ToolAcceptance, type ToolPolicyRequest } from "./tool-changes.ts";

/** An item of a catalogue and the server it came from. */
export type Listed<K extends keyof Catalogue> = Catalogue[K][number] & { readonly serverId: string };

/** The catalogues of an `MCPClientManager`. Nothing here asks a server. */
export abstract class ServerOffers extends ServerCalls {
  readonly #engine: Engine;
  readonly #aiTools = createAIToolSets((call, given) => this.callTool(call, given));

  constructor(engine: Engine) {
    super(engine);
    this.#engine = engine;
  }

  listServers(filter?: MCPServerFilter) {
    return this.#runners(filter).map(serverEntry);
  }

  listTools(filter?: MCPServerFilter): Listed<"tools">[] {
    return this.#list("tools", filter);
  }

  listPrompts(filter?: MCPServerFilter): Listed<"prompts">[] {
    return this.#list("prompts", filter);
  }

  listResources(filter?: MCPServerFilter): Listed<"resources">[] {
    return this.#list("resources", filter);
  }

  listResourceTemplates(filter?: MCPServerFilter): Listed<"resourceTemplates">[] {
    return this.#list("resourceTemplates", filter);
  }

  /**
   * The tools of all usable servers as a `ToolSet` of AI SDK 6 or 7. Schemas are passed through as the servers sent
   * them, names are legal for every provider, and the order never depends on which server came first. Tools that are
   * denied or held are left out; those with the policy `ask` have `needsApproval`.
   */
  getAITools(filter?: MCPServerFilter, options?: AIToolsOptions): MCPAIToolSet {
    const { catalogue, trust } = this.#engine;
    const sources = this.#offering(filter).map(({ record: { id: serverId } }) => {
      const { tools } = catalogue.of(serverId);
      return { serverId, tools, verdicts: trust.verdicts(serverId) };
    });
    return this.#aiTools(sources, options);
  }

  /** Tools that are not as they were accepted, with both definitions. Throws `server-not-found`. */
  listToolChanges(serverId: string): readonly ToolChangeDetail[] {
    return listChanges(this.#engine, serverId);
  }

  /**
   * What a server offers now is what was meant: its changed tools, or those named, are used again. Throws `server-not-found`.
   */
  acceptToolChanges({ serverId, names }: ToolAcceptance): void {
    const { connections, trust, publisher } = this.#engine;
    trust.accept(connections.require(serverId).record.id, names);
    publisher.touch();
  }

  /**
   * Decide what may be done with a tool, for models and for {@link callTool}; `null`: what the server's options say. Stored.
   * Throws `server-not-found`, `tool-not-found`.
   */
  setToolPolicy({ serverId, name, policy }: ToolPolicyRequest): void {
    const { connections, trust, publisher } = this.#engine;
    trust.setPolicy(connections.require(serverId).record.id, name, policy);
    publisher.touch();
  }

  #runners(filter?: MCPServerFilter): readonly ServerRunner[] {
    return this.#engine.connections.all().filter((runner) => matches(runner, filter));
  }

  #offering(filter?: MCPServerFilter): readonly ServerRunner[] {
    return this.#runners(filter).filter((runner) => offersCatalogue(runner.state));
  }

  #list<K extends keyof Catalogue>(kind: K, filter?: MCPServerFilter): Listed<K>[] {
    return this.#offering(filter).flatMap(({ record: { id } }) =>
      this.#engine.catalogue.of(id)[kind].map((item) => ({ ...item, serverId: id })),
    );
  }
}
