/** A button that opens a menu: arrow keys, Home, End, letters, Escape; focus goes back to the button. */
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { Popover } from "./Popover";

export interface Item {
  key: string;
  label: string;
  about?: string;
  icon?: ReactNode;
  checked?: boolean;
  danger?: boolean;
  /** A thin line and a small heading before this item. */
  heading?: string;
  run: () => void;
}

interface Props {
  label: string;
  items: Item[];
  children: ReactNode;
  className?: string;
  side?: "below" | "above";
  align?: "start" | "end";
  testId?: string;
  /** What stands in the button names it. */
  named?: boolean;
  onOpen?: (open: boolean) => void;
}

export function Menu({
  label,
  items,
  children,
  className = "icon-button",
  side = "below",
  align = "end",
  testId,
  named = false,
  onOpen,
}: Props) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const show = (next: boolean) => {
    setOpen(next);
    onOpen?.(next);
  };
  const shut = () => {
    show(false);
    button.current?.focus();
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        className={className}
        aria-label={named ? undefined : label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={open}
        data-testid={testId}
        onClick={() => show(!open)}
      >
        {children}
      </button>
      {open && (
        <Popover anchor={button} onClose={() => show(false)} side={side} align={align} className="menu-layer">
          <List label={label} items={items} onClose={shut} />
        </Popover>
      )}
    </>
  );
}

function List({ label, items, onClose }: { label: string; items: Item[]; onClose: () => void }) {
  const list = useRef<HTMLDivElement>(null);
  const rows = () => [...(list.current?.querySelectorAll<HTMLElement>("[role^=menuitem]") ?? [])];

  useEffect(() => {
    (rows().find((row) => row.getAttribute("aria-checked") === "true") ?? rows()[0])?.focus();
  }, []);

  const keys = (event: KeyboardEvent) => {
    const all = rows();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to !== undefined) all[(to + all.length) % all.length]?.focus();
    else if (event.key === "Escape" || event.key === "Tab") onClose();
    else if (event.key.length === 1 && event.key !== " ") {
      const next = [...all.slice(at + 1), ...all].find((row) =>
        row.textContent?.trim().toLowerCase().startsWith(event.key.toLowerCase()),
      );
      next?.focus();
      return;
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div ref={list} role="menu" aria-label={label} className="menu" onKeyDown={keys}>
      {items.map((item) => (
        <div key={item.key} role="none">
          {item.heading && <div className="menu-heading">{item.heading}</div>}
          <button
            type="button"
            role={item.checked === undefined ? "menuitem" : "menuitemradio"}
            aria-checked={item.checked}
            tabIndex={-1}
            className={item.danger ? "menu-item danger" : "menu-item"}
            onClick={() => {
              onClose();
              item.run();
            }}
          >
            {item.icon && <span className="menu-icon">{item.icon}</span>}
            <span className="menu-text">
              <span>{item.label}</span>
              {item.about && <span className="menu-about">{item.about}</span>}
            </span>
          </button>
        </div>
      ))}
      {!items.length && <div className="menu-heading">Nothing here</div>}
    </div>
  );
}
