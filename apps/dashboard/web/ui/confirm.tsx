// A question that must be answered before something is lost.
import { AlertDialog } from "@base-ui/react/alert-dialog";
import type { ReactNode } from "react";
import { text } from "../i18n/en.ts";
import { Button } from "./button.tsx";
import { classes } from "./classes.ts";
import { BACKDROP_LOOK, POPUP_LOOK } from "./modal.tsx";

export interface ConfirmProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: string;
  readonly children: ReactNode;
  readonly confirmLabel: string;
  readonly busy?: boolean;
  readonly onConfirm: () => void;
}

export function Confirm({ open, onOpenChange, title, children, confirmLabel, busy = false, onConfirm }: ConfirmProps) {
  return (
    <AlertDialog.Root open={open} onOpenChange={onOpenChange}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={BACKDROP_LOOK} />
        <AlertDialog.Popup className={classes(POPUP_LOOK, "p-5 sm:max-w-md sm:p-6")}>
          <AlertDialog.Title className="text-lg font-semibold tracking-tight wrap-anywhere">{title}</AlertDialog.Title>
          <AlertDialog.Description render={<div />} className="mt-2 space-y-2 text-sm text-muted wrap-anywhere">
            {children}
          </AlertDialog.Description>
          <div className="mt-6 flex justify-end gap-2">
            <AlertDialog.Close render={<Button>{text.cancel}</Button>} />
            <Button variant="danger" busy={busy} onClick={onConfirm}>
              {confirmLabel}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
