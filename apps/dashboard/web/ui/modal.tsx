// A dialog: title, description, content; a sheet from below on narrow screens.
import { Dialog } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { type ReactNode, type RefObject, useEffect } from "react";
import { text } from "../i18n/en.ts";
import { classes } from "./classes.ts";
import { IconButton } from "./icon-button.tsx";

export const POPUP_LOOK =
  "fixed z-50 flex max-h-[92dvh] flex-col overflow-hidden border border-line bg-surface text-ink shadow-pop outline-none transition duration-150 " +
  "inset-x-0 bottom-0 rounded-t-2xl data-starting-style:translate-y-4 data-starting-style:opacity-0 data-ending-style:translate-y-4 data-ending-style:opacity-0 " +
  "sm:inset-x-auto sm:bottom-auto sm:top-[12dvh] sm:left-1/2 sm:max-h-[76dvh] sm:w-[calc(100vw-3rem)] sm:-translate-x-1/2 sm:rounded-2xl";

export const BACKDROP_LOOK =
  "fixed inset-0 z-40 bg-scrim transition-opacity duration-150 data-starting-style:opacity-0 data-ending-style:opacity-0";

export interface ModalProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: string;
  readonly description?: string;
  readonly children: ReactNode;
  readonly wide?: boolean;
  /** Takes the focus when the dialog closes; default: what had it before. */
  readonly opener?: RefObject<HTMLElement | null>;
}

export function Modal({ open, onOpenChange, title, description, children, wide = false, opener }: ModalProps) {
  // At once and not when the dialog has faded out: by then a person may have gone on somewhere else.
  useEffect(() => {
    const element = opener?.current;
    return open ? () => element?.focus() : undefined;
  }, [open, opener]);
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className={BACKDROP_LOOK} />
        <Dialog.Popup
          finalFocus={opener ? false : undefined}
          className={classes(POPUP_LOOK, wide ? "sm:max-w-2xl" : "sm:max-w-lg")}
        >
          <header className="flex items-start gap-4 px-5 pt-5 pb-4 sm:px-6">
            <div className="min-w-0 flex-1">
              <Dialog.Title className="text-lg font-semibold tracking-tight">{title}</Dialog.Title>
              {description && (
                <Dialog.Description className="mt-0.5 text-sm text-muted">{description}</Dialog.Description>
              )}
            </div>
            <Dialog.Close render={<IconButton icon={X} label={text.close} className="-mt-1 -mr-2" />} />
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 pb-5 sm:px-6 sm:pb-6">{children}</div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
