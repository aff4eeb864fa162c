// What a server tells without being asked, and who hears it. Strangers write it: what has not the shape is not heard.
import { type JsonValue, LOGGING_LEVELS, type LoggingLevel } from "@agents-internal/protocol";
import type { Exchange } from "./protocol/exchange.ts";
import type { NotificationHandler } from "./protocol/inbound.ts";
import type { Subscriptions } from "./protocol/subscriptions.ts";
import type { CatalogueKind, SessionListener } from "./session.ts";

export function unaskedNotifications(
  listener: SessionListener,
  changed: (list: CatalogueKind) => void,
  exchange: Exchange,
  subscriptions: Subscriptions,
): ReadonlyMap<string, NotificationHandler> {
  // Under the names of both generations. Only that a task changed is believed, not what it is.
  const taskChanged: NotificationHandler = ({ taskId }) => {
    if (typeof taskId === "string") listener.taskChanged?.(taskId);
  };
  return new Map<string, NotificationHandler>([
    ...subscriptions.notifications,
    ["notifications/progress", exchange.progressed],
    ["notifications/tools/list_changed", () => changed("tools")],
    ["notifications/prompts/list_changed", () => changed("prompts")],
    [
      "notifications/resources/list_changed",
      () => {
        changed("resources");
        changed("resourceTemplates");
      },
    ],
    [
      "notifications/resources/updated",
      ({ uri }) => {
        if (typeof uri === "string") listener.resourceUpdated(uri);
      },
    ],
    [
      "notifications/message",
      ({ level, logger, data }) => {
        if (isLevel(level))
          listener.logged({
            level,
            logger: typeof logger === "string" ? logger : null,
            data: (data ?? null) as JsonValue,
          });
      },
    ],
    [
      "notifications/elicitation/complete",
      ({ elicitationId }) => {
        if (typeof elicitationId === "string") listener.elicitationCompleted?.(elicitationId);
      },
    ],
    ["notifications/tasks/status", taskChanged],
    ["notifications/tasks", taskChanged],
  ]);
}

function isLevel(level: unknown): level is LoggingLevel {
  return LOGGING_LEVELS.some((known) => known === level);
}
