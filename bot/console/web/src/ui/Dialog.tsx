/** The browser's own modal dialog: it keeps the focus within and gives it back. */
import { useEffect, useId, useRef, type ReactNode } from "react";
import { Icon } from "./Icon";

interface Props {
  title: string;
  onClose: () => void;
  children: ReactNode;
  footer?: ReactNode;
  className?: string;
  /** What gets the focus at first: a selector within the dialog. */
  focus?: string;
  alert?: boolean;
  testId?: string;
  icon?: ReactNode;
}

export function Dialog({
  title,
  onClose,
  children,
  footer,
  className = "",
  focus,
  alert = false,
  testId,
  icon,
}: Props) {
  const box = useRef<HTMLDialogElement>(null);
  const heading = useId();

  useEffect(() => {
    const dialog = box.current;
    if (!dialog) return;
    const before = document.activeElement as HTMLElement | null;
    dialog.showModal();
    const first = focus ? dialog.querySelector<HTMLElement>(focus) : null;
    first?.focus();
    return () => {
      dialog.close();
      if (before?.isConnected) before.focus();
    };
  }, [focus]);

  return (
    <dialog
      ref={box}
      className={`dialog ${className}`}
      role={alert ? "alertdialog" : "dialog"}
      aria-modal="true"
      aria-labelledby={heading}
      data-testid={testId}
      onCancel={(event) => {
        event.preventDefault();
        if (event.target === box.current) onClose();
      }}
      onClose={(event) => {
        if (event.target === box.current) onClose();
      }}
      onPointerDown={(event) => {
        if (event.target === box.current && alert) onClose();
      }}
    >
      <div className="dialog-frame">
        <header className="dialog-head">
          {icon}
          <h2 id={heading}>{title}</h2>
          <button
            type="button"
            className="icon-button"
            aria-label="Close"
            onClick={onClose}
            data-testid={testId && `${testId}-x`}
          >
            <Icon name="close" />
          </button>
        </header>
        <div className="dialog-body">{children}</div>
        {footer && <footer className="dialog-foot">{footer}</footer>}
      </div>
    </dialog>
  );
}
