// What else can be done with a server: disconnect, sign out, remove.
import { Menu } from "@base-ui/react/menu";
import { EllipsisVertical, LogOut, type LucideIcon, Trash2, Unplug } from "lucide-react";
import { useState } from "react";
import { text } from "../../i18n/en.ts";
import { classes } from "../../ui/classes.ts";
import { IconButton } from "../../ui/icon-button.tsx";
import { RemoveDialog } from "./remove-dialog.tsx";
import type { ServerActs, ServerModel } from "./server-model.ts";

export function ServerMenu({ model, acts }: { readonly model: ServerModel; readonly acts: ServerActs }) {
  const [asking, setAsking] = useState(false);
  const { id, server, pending } = model;
  const canDisconnect = server.state !== "not-connected" && server.state !== "failed";
  return (
    <>
      <Menu.Root>
        <Menu.Trigger render={<IconButton icon={EllipsisVertical} label={text.action.more(server.name)} />} />
        <Menu.Portal>
          <Menu.Positioner align="end" sideOffset={4} className="z-30 outline-none">
            <Menu.Popup className="min-w-44 rounded-xl border border-line bg-surface p-1 text-ink shadow-pop outline-none">
              {canDisconnect && (
                <Item icon={Unplug} label={text.action.disconnect} onClick={() => acts.disconnect(id)} />
              )}
              {server.signed_in === true && (
                <Item icon={LogOut} label={text.action.signOut} onClick={() => acts.signOut(id)} />
              )}
              <Item icon={Trash2} label={`${text.action.remove}…`} danger onClick={() => setAsking(true)} />
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
      <RemoveDialog
        name={server.name}
        open={asking}
        onOpenChange={setAsking}
        busy={pending === "remove"}
        onRemove={() => acts.remove(id)}
      />
    </>
  );
}

interface ItemProps {
  readonly icon: LucideIcon;
  readonly label: string;
  readonly danger?: boolean;
  readonly onClick: () => void;
}

function Item({ icon: Icon, label, danger = false, onClick }: ItemProps) {
  return (
    <Menu.Item
      onClick={onClick}
      className={classes(
        "flex cursor-default items-center gap-2.5 rounded-lg px-2.5 py-1.5 text-sm outline-none data-highlighted:bg-hover",
        danger && "text-bad data-highlighted:bg-bad-soft",
      )}
    >
      <Icon aria-hidden size={15} />
      {label}
    </Menu.Item>
  );
}
