// Adds a server: from the short catalogue, or by its address.
import { type RefObject, useState } from "react";
import { text } from "../../i18n/en.ts";
import type { AddServerRequest, CatalogueEntry } from "../../model.ts";
import { Modal } from "../../ui/modal.tsx";
import type { Problem } from "../../ui/problem.ts";
import { Tabs } from "../../ui/tabs.tsx";
import { AddByUrlForm } from "./add-by-url-form.tsx";
import { CatalogueList, type CatalogueState } from "./catalogue-list.tsx";

export interface AddServerDialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly opener?: RefObject<HTMLElement | null>;
  readonly catalogue: CatalogueState;
  /** Addresses that are there already. */
  readonly known: ReadonlySet<string>;
  /** Address that is being added. */
  readonly adding: string | null;
  readonly problem: Problem | null;
  readonly onAdd: (request: AddServerRequest) => void;
}

export function AddServerDialog({
  open,
  onOpenChange,
  opener,
  catalogue,
  known,
  adding,
  problem,
  onAdd,
}: AddServerDialogProps) {
  const [tab, setTab] = useState<"catalogue" | "url">("catalogue");
  const [picked, setPicked] = useState<CatalogueEntry | null>(null);
  const addEntry = (entry: CatalogueEntry) => {
    if (entry.auth !== "bearer") return onAdd({ name: entry.name, url: entry.url });
    setPicked(entry);
    setTab("url");
  };
  return (
    <Modal
      open={open}
      onOpenChange={onOpenChange}
      opener={opener}
      title={text.add.title}
      description={text.add.description}
    >
      <Tabs
        value={tab}
        onChange={setTab}
        tabs={[
          {
            id: "catalogue",
            label: text.add.catalogue,
            content: (
              <CatalogueList state={catalogue} known={known} adding={adding} problem={problem} onAdd={addEntry} />
            ),
          },
          {
            id: "url",
            label: text.add.byUrl,
            content: (
              <AddByUrlForm key={picked?.id} start={picked} adding={adding !== null} problem={problem} onAdd={onAdd} />
            ),
          },
        ]}
      />
    </Modal>
  );
}
