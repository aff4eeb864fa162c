// Class names and instance names as parts of a URL.

/** First path segment of agent URLs unless the application chose another. */
export const DEFAULT_PREFIX = "agents";

/**
 * Turn a class or binding name into its URL form: `MyAgent` → `my-agent`, `MY_AGENT` → `my-agent`.
 *
 * The rule is the reference's, so that addresses stay the same: an all-upper name is lower-cased as a whole,
 * otherwise each capital starts a word of its own (`AIAssistant` → `a-i-assistant`).
 */
export function camelCaseToKebabCase(name: string): string {
  if (name === name.toUpperCase() && name !== name.toLowerCase()) {
    return name.toLowerCase().replaceAll("_", "-");
  }
  return name
    .replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)
    .replaceAll("_", "-")
    .replace(/^-+|-+$/g, "");
}

/** Where an agent's instance lives below a host. */
export interface AgentAddress {
  /** Class or binding name, in any spelling. */
  readonly agent: string;
  readonly name: string;
  readonly prefix?: string;
}

/** Path of an agent's instance, without a trailing slash: `/agents/my-agent/default`. */
export function buildAgentPath({ agent, name, prefix = DEFAULT_PREFIX }: AgentAddress): string {
  const head = prefix.replace(/^\/+|\/+$/g, "");
  return `/${head}/${camelCaseToKebabCase(agent)}/${encodeURIComponent(name)}`;
}

/** The parts of an agent's path, or `null` when the path is not below the prefix. */
export interface ParsedAgentPath {
  /** Kebab-case, as it stands in the path. */
  readonly agent: string;
  readonly name: string;
  /** What follows the instance, without a leading slash. */
  readonly rest: string;
}

export function parseAgentPath(pathname: string, prefix: string = DEFAULT_PREFIX): ParsedAgentPath | null {
  const head = prefix.split("/").filter(Boolean);
  const segments = pathname.split("/").slice(1);
  if (!head.every((part, index) => segments[index] === part)) return null;
  const [agent, name, ...rest] = segments.slice(head.length);
  if (!agent || !name) return null;
  return { agent, name: decodeSegment(name), rest: rest.join("/") };
}

/** A segment that is not valid percent-encoding stands for itself. */
function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
