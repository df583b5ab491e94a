/** A menu to choose from, with a field to narrow it: the combobox of ARIA's patterns, for one or several choices. */
import { useId, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { Icon } from "./Icon";
import { Popover } from "./Popover";

export interface Choice {
  value: string;
  label: string;
  about?: string;
  icon?: ReactNode;
  group?: string;
}

interface Props {
  choices: Choice[];
  chosen: string[];
  several?: boolean;
  most?: number;
  placeholder: string;
  label?: string;
  labelledBy?: string;
  describedBy?: string;
  invalid?: boolean;
  busy?: boolean;
  testId?: string;
  onChoose: (values: string[]) => void;
}

export function Select(props: Props) {
  const { choices, chosen, several = false, most = 100, placeholder, onChoose } = props;
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const frame = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const list = useId();
  const one = several ? undefined : choices.find((choice) => choice.value === chosen[0]);
  const wanted = typed.trim().toLowerCase();
  const shown = choices.filter((choice) => !wanted || choice.label.toLowerCase().includes(wanted));

  const show = () => {
    if (open) return;
    setTyped("");
    setAt(
      Math.max(
        0,
        choices.findIndex((choice) => choice.value === chosen[0]),
      ),
    );
    setOpen(true);
  };
  const shut = () => {
    setOpen(false);
    setTyped("");
  };
  const choose = (choice: Choice | undefined) => {
    if (!choice) return;
    if (!several) {
      shut();
      onChoose([choice.value]);
      return;
    }
    setTyped("");
    if (chosen.includes(choice.value)) onChoose(chosen.filter((value) => value !== choice.value));
    else if (chosen.length < most) onChoose([...chosen, choice.value]);
  };

  const keys = (event: KeyboardEvent<HTMLInputElement>) => {
    const last = Math.max(shown.length - 1, 0);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!open) show();
      else
        setAt((now) => (event.key === "ArrowDown" ? (now >= last ? 0 : now + 1) : now <= 0 ? last : now - 1));
    } else if (open && event.key === "Enter") choose(shown[at]);
    else if (open && event.key === "Escape") shut();
    else if (open && (event.key === "Home" || event.key === "End") && !typed)
      setAt(event.key === "Home" ? 0 : last);
    else if (several && event.key === "Backspace" && !typed && chosen.length) onChoose(chosen.slice(0, -1));
    else if (!open && event.key === "Enter") show();
    else {
      if (event.key === "Tab") shut();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div
      ref={frame}
      className={`select ${props.invalid ? "invalid" : ""}`}
      onPointerDown={(event) => {
        if (event.target !== input.current && !(event.target as HTMLElement).closest("button, [popover]")) {
          event.preventDefault();
          input.current?.focus();
          if (open) shut();
          else show();
        }
      }}
    >
      {several &&
        chosen.map((value) => (
          <Chip
            key={value}
            label={choices.find((choice) => choice.value === value)?.label ?? value}
            onRemove={() => onChoose(chosen.filter((each) => each !== value))}
          />
        ))}
      <input
        ref={input}
        role="combobox"
        aria-expanded={open}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={open && shown[at] ? `${list}-${at}` : undefined}
        aria-label={props.label}
        aria-labelledby={props.labelledBy}
        aria-describedby={props.describedBy}
        aria-invalid={props.invalid || undefined}
        aria-busy={props.busy || undefined}
        data-testid={props.testId}
        autoComplete="off"
        spellCheck={false}
        placeholder={one && open ? one.label : several && chosen.length ? "" : placeholder}
        value={open ? typed : (one?.label ?? "")}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
          setOpen(true);
        }}
        onClick={show}
        onKeyDown={keys}
      />
      <span className="select-mark">
        <Icon name="down" size={14} />
      </span>
      {open && (
        <Popover anchor={frame} onClose={shut} fit className="menu-layer">
          <Options
            id={list}
            label={props.label ?? placeholder}
            shown={shown}
            at={at}
            chosen={chosen}
            several={several}
            onChoose={choose}
            onAt={setAt}
          />
        </Popover>
      )}
    </div>
  );
}

function Chip({ label, onRemove }: { label: string; onRemove: () => void }) {
  return (
    <span className="chip">
      {label}
      <button type="button" aria-label={`Remove ${label}`} onClick={onRemove}>
        <Icon name="close" size={12} />
      </button>
    </span>
  );
}

interface OptionsProps {
  id: string;
  label: string;
  shown: Choice[];
  at: number;
  chosen: string[];
  several: boolean;
  onChoose: (choice: Choice) => void;
  onAt: (at: number) => void;
}

export function Options({ id, label, shown, at, chosen, several, onChoose, onAt }: OptionsProps) {
  return (
    <div
      role="listbox"
      id={id}
      className="menu"
      aria-label={label}
      aria-multiselectable={several || undefined}
    >
      {shown.map((choice, number) => (
        <div key={`${choice.group ?? ""}/${choice.value}`} role="presentation">
          {choice.group && choice.group !== shown[number - 1]?.group && (
            <div className="menu-heading">{choice.group}</div>
          )}
          <div
            id={`${id}-${number}`}
            role="option"
            aria-selected={chosen.includes(choice.value)}
            data-value={choice.value}
            className={`menu-item ${number === at ? "at" : ""}`}
            ref={(row) => {
              if (row && number === at) row.scrollIntoView({ block: "nearest" });
            }}
            onPointerMove={() => number !== at && onAt(number)}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => onChoose(choice)}
          >
            {choice.icon && <span className="menu-icon">{choice.icon}</span>}
            <span className="menu-text">
              <span>{choice.label}</span>
              {choice.about && <span className="menu-about">{choice.about}</span>}
            </span>
            {chosen.includes(choice.value) && (
              <span className="menu-check">
                <Icon name="check" size={14} />
              </span>
            )}
          </div>
        </div>
      ))}
      {!shown.length && <div className="menu-heading">No match</div>}
    </div>
  );
}
