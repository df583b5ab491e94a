/** The choices that a menu element offers, and what Slack's JSON holds of those that were made. */
import type { Element, Held, Option, World } from "../types";
import type { Choice } from "../ui/Select";
import { plainText } from "./plain";

export const isSelect = (type: string): boolean =>
  /^(?:multi_)?(?:static|users|channels|conversations)_select$/.test(type);
export const isSeveral = (type: string): boolean => type.startsWith("multi_") || type === "checkboxes";

const options = (element: Element): Option[] =>
  element.options ?? element.option_groups?.flatMap((group) => group.options) ?? [];

export function choicesOf(element: Element, world: World): Choice[] {
  if (element.type.endsWith("users_select"))
    return Object.entries(world.people).map(([value, person]) => ({
      value,
      label: person.name,
      ...(person.title ? { about: person.title } : {}),
    }));
  if (element.type.endsWith("channels_select") || element.type.endsWith("conversations_select")) {
    const include = element.filter?.include;
    const fits = (kind: string) =>
      !include ||
      (kind === "im" ? include.includes("im") : include.includes("public") || include.includes("private"));
    return world.channels
      .filter((channel) =>
        element.type.endsWith("channels_select") ? channel.kind === "channel" : fits(channel.kind),
      )
      .map((channel) => ({
        value: channel.id,
        label: channel.kind === "im" ? channel.name : `#${channel.name}`,
      }));
  }
  if (element.option_groups)
    return element.option_groups.flatMap((group) =>
      group.options.map((each) => ({ ...choice(each), group: plainText(group.label) })),
    );
  return options(element).map(choice);
}

function choice(option: Option): Choice {
  return {
    value: option.value,
    label: plainText(option.text),
    ...(option.description ? { about: plainText(option.description) } : {}),
  };
}

/** What `state.values` says of a choice. */
export function heldOf(element: Element, values: string[]): Held {
  const { type } = element;
  const picked = values.flatMap((value) => options(element).filter((option) => option.value === value));
  switch (type) {
    case "static_select":
    case "radio_buttons":
      return { type, selected_option: picked[0] ?? null };
    case "multi_static_select":
    case "checkboxes":
      return { type, selected_options: picked };
    case "users_select":
      return { type, selected_user: values[0] ?? null };
    case "multi_users_select":
      return { type, selected_users: values };
    case "channels_select":
      return { type, selected_channel: values[0] ?? null };
    case "multi_channels_select":
      return { type, selected_channels: values };
    case "multi_conversations_select":
      return { type, selected_conversations: values };
    default:
      return { type, selected_conversation: values[0] ?? null };
  }
}

/** The values that a held choice names. */
export function valuesOf(held: Held | undefined): string[] {
  if (!held) return [];
  const one =
    held.selected_option?.value ?? held.selected_user ?? held.selected_channel ?? held.selected_conversation;
  if (one) return [one];
  const several = held.selected_options?.map((option) => option.value);
  return several ?? held.selected_users ?? held.selected_channels ?? held.selected_conversations ?? [];
}

/** What an element holds before anybody touched it. */
export function initialOf(element: Element): Held {
  const { type } = element;
  if (type === "timepicker") return { type, selected_time: element.initial_time ?? null };
  if (type === "datepicker") return { type, selected_date: element.initial_date ?? null };
  if (!isSelect(type) && type !== "checkboxes" && type !== "radio_buttons")
    return { type, value: element.initial_value ?? null };
  const one =
    element.initial_option?.value ??
    element.initial_user ??
    element.initial_channel ??
    element.initial_conversation;
  const several =
    element.initial_options?.map((option) => option.value) ??
    element.initial_users ??
    element.initial_channels ??
    element.initial_conversations ??
    [];
  return heldOf(element, one ? [one] : several);
}
