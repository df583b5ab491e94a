/** An element of an actions block, or beside a section. */
import { useState } from "react";
import { useWorld } from "../state/store";
import type { Element, Held } from "../types";
import { Menu } from "../ui/Menu";
import { Icon } from "../ui/Icon";
import { Select } from "../ui/Select";
import { After } from "./After";
import { Button } from "./Button";
import { Field } from "./Field";
import { ImageView } from "./ImageView";
import { choicesOf, heldOf, initialOf, isSelect, isSeveral, valuesOf } from "./choices";
import { plainText } from "./plain";
import { useSurface } from "./surface";
import { useAction } from "./useAction";

export function ActionElement({ element, blockId }: { element: Element; blockId: string }) {
  if (element.type === "button") return <Button element={element} blockId={blockId} />;
  if (element.type === "image") return <ImageView holder={element} small />;
  if (element.type === "overflow") return <Overflow element={element} blockId={blockId} />;
  if (isSelect(element.type)) return <ActionSelect element={element} blockId={blockId} />;
  if (FIELDS.has(element.type)) return <ActionField element={element} blockId={blockId} />;
  return <span className="unknown">An element of type “{element.type}” is not shown in this console.</span>;
}

const FIELDS = new Set(["datepicker", "timepicker", "checkboxes", "radio_buttons"]);

function useHeld(element: Element, blockId: string): [Held, (held: Held) => void] {
  const surface = useSurface();
  const actionId = element.action_id ?? "";
  const [own, setOwn] = useState<Held>(() => initialOf(element));
  const set = (held: Held) => {
    setOwn(held);
    surface.hold?.(blockId, actionId, held);
  };
  return [surface.held?.(blockId, actionId) ?? own, set];
}

function ActionSelect({ element, blockId }: { element: Element; blockId: string }) {
  const world = useWorld();
  const action = useAction(blockId, element.action_id ?? "", element.confirm);
  const [held, setHeld] = useHeld(element, blockId);
  const choices = choicesOf(element, world);
  const label = plainText(element.placeholder) || "Choose";
  return (
    <div className="action-select">
      <Select
        choices={choices}
        chosen={valuesOf(held)}
        several={isSeveral(element.type)}
        most={element.max_selected_items ?? 100}
        placeholder={label}
        label={label}
        busy={action.busy}
        testId={`action-${element.action_id ?? ""}`}
        onChoose={(values) => {
          const next = heldOf(element, values);
          setHeld(next);
          action.use({ selected: next });
        }}
      />
      <After action={action} confirm={element.confirm} />
    </div>
  );
}

function ActionField({ element, blockId }: { element: Element; blockId: string }) {
  const action = useAction(blockId, element.action_id ?? "", element.confirm);
  const [held, setHeld] = useHeld(element, blockId);
  return (
    <div className="action-field">
      <Field
        element={element}
        held={held}
        name={`${blockId}-${element.action_id ?? ""}`}
        label={plainText(element.placeholder) || element.action_id || "Choose"}
        onHold={(next) => {
          setHeld(next);
          action.use({ selected: next });
        }}
      />
      <After action={action} confirm={element.confirm} />
    </div>
  );
}

function Overflow({ element, blockId }: { element: Element; blockId: string }) {
  const action = useAction(blockId, element.action_id ?? "", element.confirm);
  const items = (element.options ?? []).map((option) => ({
    key: option.value,
    label: plainText(option.text),
    run: () => action.use({ selected: { type: "overflow", selected_option: option } }),
  }));
  return (
    <>
      <Menu label="More" items={items} className="button square" testId={`action-${element.action_id ?? ""}`}>
        <Icon name="more" />
      </Menu>
      <After action={action} confirm={element.confirm} />
    </>
  );
}
