/** What Slack's client refuses before the bot is asked: empty required fields, lengths, numbers. Pure. */
import { valuesOf } from "../blocks/choices";
import type { Element, Held, Values, View } from "../types";

export function problems(view: View, values: Values): Record<string, string> {
  const found: Record<string, string> = {};
  view.blocks.forEach((block, number) => {
    if (block.type !== "input" || !block.element) return;
    const id = block.block_id ?? `b${number}`;
    const held = values[id]?.[block.element.action_id ?? ""];
    const said = problem(block.element, held, !block.optional);
    if (said) found[id] = said;
  });
  return found;
}

function problem(element: Element, held: Held | undefined, required: boolean): string | null {
  const text = held?.value ?? held?.selected_date ?? held?.selected_time ?? "";
  if (!text.trim() && !valuesOf(held).length) return required ? "Please complete this required field." : null;
  if (element.max_length !== undefined && text.length > element.max_length)
    return `This must be at most ${element.max_length} characters long.`;
  if (element.min_length !== undefined && text.length < element.min_length)
    return `This must be at least ${element.min_length} characters long.`;
  return element.type === "number_input" ? numberProblem(element, text) : null;
}

function numberProblem(element: Element, text: string): string | null {
  if (!/^-?\d+(?:[.,]\d+)?$/.test(text.trim())) return "Enter a number.";
  const value = Number(text.trim().replace(",", "."));
  if (element.is_decimal_allowed === false && !Number.isInteger(value)) return "Enter a whole number.";
  if (element.min_value !== undefined && value < Number(element.min_value))
    return `Enter a number of at least ${element.min_value}.`;
  if (element.max_value !== undefined && value > Number(element.max_value))
    return `Enter a number of at most ${element.max_value}.`;
  return null;
}
