import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { Failure } from "./failure";

export interface DialogProps {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  wide?: boolean;
}

/** A modal dialog: the browser's own. What has `data-focus` is focused first; Escape closes it. */
export function Dialog({ title, onClose, children, wide = false }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    dialog?.querySelector<HTMLElement>("[data-focus]")?.focus();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={element}
      class={wide ? "dialog dialog-wide" : "dialog"}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === element.current) onClose(); // beside the dialog
      }}
    >
      <div class="dialog-body">
        <h2 id={heading}>{title}</h2>
        {children}
      </div>
    </dialog>
  );
}

export interface ConfirmProps {
  title: string;
  children?: ComponentChildren;
  /** What the button that does it says. */
  action: string;
  /** Whether something is lost by it. */
  danger?: boolean;
  /** Does it; the dialog stays open with the failure when it throws. */
  onConfirm: () => Promise<void> | void;
  onClose: () => void;
}

/** Ask before something is done. */
export function Confirm({ title, children, action, danger = false, onConfirm, onClose }: ConfirmProps) {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);

  async function confirm(event: Event): Promise<void> {
    event.preventDefault();
    setBusy(true);
    try {
      await onConfirm();
      onClose();
    } catch (error) {
      setFailure(error);
      setBusy(false);
    }
  }

  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={(event) => void confirm(event)}>
        {children}
        {failure === null ? null : <Failure error={failure} />}
        <div class="dialog-actions">
          <button type="button" onClick={onClose}>
            Back
          </button>
          <button type="submit" class={danger ? "danger" : "primary"} disabled={isBusy} data-focus>
            {action}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
