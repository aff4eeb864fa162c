// Asks before a server is removed and its access given up.
import { text } from "../../i18n/en.ts";
import { Confirm } from "../../ui/confirm.tsx";

export interface RemoveDialogProps {
  readonly name: string;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly busy: boolean;
  readonly onRemove: () => void;
}

export function RemoveDialog({ name, open, onOpenChange, busy, onRemove }: RemoveDialogProps) {
  return (
    <Confirm
      open={open}
      onOpenChange={onOpenChange}
      title={text.remove.title(name)}
      confirmLabel={text.remove.confirm}
      busy={busy}
      onConfirm={onRemove}
    >
      <p>{text.remove.body}</p>
      <p>{text.remove.hint}</p>
    </Confirm>
  );
}
