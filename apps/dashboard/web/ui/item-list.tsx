// A list on the left, the chosen one's page on the right; on narrow screens one after the other.
import { ChevronLeft, ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "../router/link.tsx";
import type { Route } from "../router/route.ts";
import { classes } from "./classes.ts";

export interface ListItem {
  readonly key: string;
  readonly title: string;
  readonly note?: string | undefined;
  readonly mono?: boolean;
}

export interface ItemListProps {
  readonly items: readonly ListItem[];
  readonly chosen: string | undefined;
  readonly routeTo: (key: string | undefined) => Route;
  readonly label: string;
  readonly backLabel: string;
  readonly above?: ReactNode;
  readonly children: ReactNode;
}

export function ItemList({ items, chosen, routeTo, label, backLabel, above, children }: ItemListProps) {
  return (
    <div className="grid gap-6 lg:grid-cols-[minmax(0,19rem)_minmax(0,1fr)] lg:gap-8">
      <nav aria-label={label} className={classes("min-w-0", chosen !== undefined && "max-lg:hidden")}>
        {above}
        <ul className="space-y-0.5">
          {items.map((item) => (
            <li key={item.key}>
              <Link
                to={routeTo(item.key)}
                aria-current={item.key === chosen ? "true" : undefined}
                className={classes(
                  "flex items-center gap-2 rounded-lg border border-transparent px-3 py-2 hover:bg-hover",
                  "aria-current:border-line aria-current:bg-surface aria-current:shadow-card max-lg:border-line max-lg:bg-surface",
                )}
              >
                <span className="min-w-0 flex-1">
                  <span
                    className={classes("block truncate text-sm font-medium", item.mono && "font-mono text-[0.8125rem]")}
                  >
                    {item.title}
                  </span>
                  {item.note && <span className="line-clamp-2 text-[0.8125rem] text-muted">{item.note}</span>}
                </span>
                <ChevronRight aria-hidden size={15} className="shrink-0 text-muted" />
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <div className={classes("min-w-0", chosen === undefined && "max-lg:hidden")}>
        {chosen !== undefined && (
          <Link
            to={routeTo(undefined)}
            className="mb-4 inline-flex items-center gap-1 rounded text-sm font-medium text-muted hover:text-ink lg:hidden"
          >
            <ChevronLeft aria-hidden size={16} />
            {backLabel}
          </Link>
        )}
        {children}
      </div>
    </div>
  );
}
