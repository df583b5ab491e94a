/** The field of an element, without its label: text, number, date, time, choices. */
import type { Element, Held } from "../types";
import { useWorld } from "../state/store";
import { Select } from "../ui/Select";
import { choicesOf, heldOf, isSelect, isSeveral, valuesOf } from "./choices";
import { plainText } from "./plain";

export interface FieldProps {
  element: Element;
  held: Held;
  name: string;
  label?: string;
  labelledBy?: string;
  describedBy?: string;
  invalid?: boolean;
  required?: boolean;
  onHold: (held: Held) => void;
  onEnter?: () => void;
}

export function Field(props: FieldProps) {
  const { type } = props.element;
  if (isSelect(type)) return <SelectField {...props} />;
  if (type === "checkboxes" || type === "radio_buttons") return <Boxes {...props} />;
  return <TextField {...props} />;
}

function SelectField({ element, held, labelledBy, describedBy, invalid, name, onHold }: FieldProps) {
  const world = useWorld();
  return (
    <Select
      choices={choicesOf(element, world)}
      chosen={valuesOf(held)}
      several={isSeveral(element.type)}
      most={element.max_selected_items ?? 100}
      placeholder={plainText(element.placeholder) || "Choose"}
      testId={`field-${name}`}
      {...(labelledBy ? { labelledBy } : {})}
      {...(describedBy ? { describedBy } : {})}
      invalid={invalid ?? false}
      onChoose={(values) => onHold(heldOf(element, values))}
    />
  );
}

function Boxes({ element, held, labelledBy, describedBy, label, name, onHold }: FieldProps) {
  const several = element.type === "checkboxes";
  const chosen = valuesOf(held);
  const tick = (value: string, on: boolean) =>
    onHold(
      heldOf(element, !several ? [value] : on ? [...chosen, value] : chosen.filter((each) => each !== value)),
    );
  return (
    <div
      role={several ? "group" : "radiogroup"}
      className="boxes"
      aria-label={labelledBy ? undefined : label}
      aria-labelledby={labelledBy}
      aria-describedby={describedBy}
      data-testid={`field-${name}`}
    >
      {(element.options ?? []).map((option) => (
        <label key={option.value} className="box">
          <input
            type={several ? "checkbox" : "radio"}
            name={name}
            value={option.value}
            checked={chosen.includes(option.value)}
            onChange={(event) => tick(option.value, event.target.checked)}
          />
          <span className="box-mark" aria-hidden="true" />
          <span>
            {plainText(option.text)}
            {option.description && <span className="box-about">{plainText(option.description)}</span>}
          </span>
        </label>
      ))}
    </div>
  );
}

const INPUTS: Record<string, string> = {
  datepicker: "date",
  timepicker: "time",
  email_text_input: "email",
  url_text_input: "url",
};

function TextField({
  element,
  held,
  name,
  label,
  labelledBy,
  describedBy,
  invalid,
  required,
  onHold,
  onEnter,
}: FieldProps) {
  const { type } = element;
  const value = held.value ?? held.selected_date ?? held.selected_time ?? "";
  const change = (next: string) => {
    if (type === "datepicker") onHold({ type, selected_date: next || null });
    else if (type === "timepicker") onHold({ type, selected_time: next || null });
    else onHold({ type, value: next || null });
  };
  const common = {
    value,
    className: invalid ? "field invalid" : "field",
    placeholder: plainText(element.placeholder),
    "aria-label": labelledBy ? undefined : label,
    "aria-labelledby": labelledBy,
    "aria-describedby": describedBy,
    "aria-invalid": invalid || undefined,
    "aria-required": required || undefined,
    "data-testid": `field-${name}`,
  };
  if (element.multiline)
    return (
      <textarea
        {...common}
        rows={Math.min(Math.max(value.split("\n").length + 1, 4), 12)}
        onChange={(event) => change(event.target.value)}
      />
    );
  return (
    <input
      {...common}
      type={INPUTS[type] ?? "text"}
      inputMode={type === "number_input" ? "decimal" : undefined}
      autoComplete="off"
      onChange={(event) => change(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === "Enter" && onEnter) {
          event.preventDefault();
          onEnter();
        }
      }}
    />
  );
}
