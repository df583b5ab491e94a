/** An input block of a modal: label, field, hint, and what is wrong. */
import { useId } from "react";
import type { Block } from "../types";
import { Icon } from "../ui/Icon";
import { Field } from "./Field";
import { initialOf } from "./choices";
import { plainText } from "./plain";
import { useSurface } from "./surface";

export function InputBlock({ block, id }: { block: Block; id: string }) {
  const surface = useSurface();
  const base = useId();
  const element = block.element;
  if (!element) return null;
  const actionId = element.action_id ?? "";
  const held = surface.held?.(id, actionId) ?? initialOf(element);
  const error = surface.errors?.[id];
  const hint = plainText(block.hint);
  const length = held.value?.length ?? 0;
  const nearEnd = element.max_length !== undefined && length > element.max_length * 0.8;
  const described = [error && `${base}-error`, hint && `${base}-hint`].filter(Boolean).join(" ");
  return (
    <div className="block-input" data-block-id={id} data-testid={`input-${id}`}>
      <div className="input-label" id={`${base}-label`}>
        {plainText(block.label)}
        {block.optional && <span className="input-optional"> (optional)</span>}
        {nearEnd && (
          <span className={length > (element.max_length ?? 0) ? "input-count over" : "input-count"}>
            {(element.max_length ?? 0) - length}
          </span>
        )}
      </div>
      <Field
        element={element}
        held={held}
        name={id}
        labelledBy={`${base}-label`}
        {...(described ? { describedBy: described } : {})}
        invalid={Boolean(error)}
        required={!block.optional}
        onHold={(next) => {
          surface.hold?.(id, actionId, next);
          if (block.dispatch_action && element.type !== "plain_text_input")
            void surface.press(id, actionId, { selected: next });
        }}
        {...(block.dispatch_action
          ? { onEnter: () => void surface.press(id, actionId, { value: held.value ?? "" }) }
          : {})}
      />
      {error && (
        <div className="input-error" id={`${base}-error`} role="alert">
          <Icon name="warn" size={14} />
          {error}
        </div>
      )}
      {hint && (
        <div className="input-hint" id={`${base}-hint`}>
          {hint}
        </div>
      )}
    </div>
  );
}
