/** What the console's API speaks of: Slack's own JSON, as far as the page reads it. */

export interface TextObject {
  type: "plain_text" | "mrkdwn";
  text: string;
  emoji?: boolean;
  verbatim?: boolean;
}

export interface Option {
  text: TextObject;
  value: string;
  description?: TextObject;
}

export interface Confirm {
  title?: TextObject;
  text?: TextObject;
  confirm?: TextObject;
  deny?: TextObject;
  style?: "primary" | "danger";
}

/** A block element: what it holds depends on `type`; see docs.slack.dev, "Block elements". */
export interface Element {
  type: string;
  action_id?: string;
  text?: TextObject | string;
  value?: string;
  url?: string;
  style?: string;
  confirm?: Confirm;
  accessibility_label?: string;
  placeholder?: TextObject;
  options?: Option[];
  option_groups?: { label: TextObject; options: Option[] }[];
  initial_option?: Option;
  initial_options?: Option[];
  initial_value?: string;
  initial_time?: string;
  initial_date?: string;
  initial_conversation?: string;
  initial_conversations?: string[];
  initial_channel?: string;
  initial_channels?: string[];
  initial_user?: string;
  initial_users?: string[];
  filter?: { include?: string[] };
  multiline?: boolean;
  min_length?: number;
  max_length?: number;
  min_value?: string;
  max_value?: string;
  is_decimal_allowed?: boolean;
  max_selected_items?: number;
  image_url?: string;
  slack_file?: { id?: string; url?: string };
  alt_text?: string;
}

export interface Block {
  type: string;
  block_id?: string;
  text?: TextObject;
  fields?: TextObject[];
  accessory?: Element;
  elements?: unknown[];
  label?: TextObject;
  hint?: TextObject;
  optional?: boolean;
  dispatch_action?: boolean;
  element?: Element;
  title?: TextObject;
  image_url?: string;
  slack_file?: { id?: string; url?: string };
  alt_text?: string;
  rows?: unknown[];
}

export interface SlackFile {
  id: string;
  name?: string;
  title?: string;
  mimetype?: string;
  filetype?: string;
  size?: number;
  alt_txt?: string;
}

export interface Reaction {
  name: string;
  count?: number;
  users?: string[];
}

export interface Attachment {
  blocks?: Block[];
  fallback?: string;
  text?: string;
  pretext?: string;
  title?: string;
  title_link?: string;
  color?: string;
  footer?: string;
  from_url?: string;
}

export interface Message {
  ts: string;
  user?: string;
  bot_id?: string;
  text?: string;
  blocks?: Block[];
  attachments?: Attachment[];
  thread_ts?: string;
  reply_count?: number;
  reply_users?: string[];
  latest_reply?: string;
  files?: SlackFile[];
  reactions?: Reaction[];
  edited?: { user?: string; ts?: string };
  ephemeral?: boolean;
  only_for?: string;
  /** Of the page's own lines ("covcheck did not respond in time"). */
  local?: "error";
}

export interface View {
  id: string;
  type: "modal" | "home";
  hash?: string;
  title?: TextObject;
  submit?: TextObject;
  close?: TextObject;
  blocks: Block[];
  previous_view_id?: string | null;
}

export interface Person {
  name: string;
  title?: string;
}

export interface Channel {
  id: string;
  name: string;
  kind: "channel" | "im";
  topic?: string;
  has_bot?: boolean;
}

export interface Shortcut {
  callback_id: string;
  name: string;
  kind: "message" | "global";
  description?: string;
}

export interface World {
  me: string;
  bot: string;
  people: Record<string, Person>;
  channels: Channel[];
  command: { name: string; usage_hint?: string; words: { text: string; help: string }[] };
  shortcuts: Shortcut[];
  groups?: Record<string, unknown>;
  seq: number;
}

export interface Happening {
  seq: number;
  type:
    "message" | "changed" | "deleted" | "ephemeral" | "view" | "view_closed" | "home" | "channel" | "reset";
  channel?: string;
  ts?: string;
  thread_ts?: string;
  message?: Message;
  view?: View;
  view_id?: string;
  user?: string;
}

/** A field's state, as `view.state.values` holds it. */
export interface Held {
  type: string;
  value?: string | null;
  selected_option?: Option | null;
  selected_options?: Option[];
  selected_time?: string | null;
  selected_date?: string | null;
  selected_user?: string | null;
  selected_users?: string[];
  selected_channel?: string | null;
  selected_channels?: string[];
  selected_conversation?: string | null;
  selected_conversations?: string[];
}

export type Values = Record<string, Record<string, Held>>;
