// A small quiet label with an icon.
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

export function StatusChip({ icon: Icon, children }: { readonly icon: LucideIcon; readonly children: ReactNode }) {
  return (
    <span className="inline-flex h-6 items-center gap-1.5 rounded-full border border-line px-2 text-[0.8125rem] text-muted">
      <Icon aria-hidden size={13} />
      {children}
    </span>
  );
}
