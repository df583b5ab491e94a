/** What is known of channels and threads, and how a happening changes it. Pure but for `set`. */
import { getMessages } from "../api";
import type { Happening, Message } from "../types";
import { get, set, type Snapshot, type Talk } from "./store";

export const NOTHING: Talk = { messages: [], hasMore: false, loaded: false };
export const threadKey = (channel: string, ts: string) => `${channel}/${ts}`;
export const isReply = (message: Message) =>
  message.thread_ts !== undefined && message.thread_ts !== message.ts;

const byTime = (a: Message, b: Message) => (a.ts < b.ts ? -1 : a.ts > b.ts ? 1 : 0);

/** Messages with these put in, each time stamp once, oldest first. */
export function merged(known: Message[], more: Message[]): Message[] {
  const all = new Map(known.map((message) => [message.ts, message]));
  for (const message of more) all.set(message.ts, { ...all.get(message.ts), ...message });
  return [...all.values()].sort(byTime);
}

/** Load a channel's newest messages, or those before the oldest known. */
export async function loadChannel(channel: string, older = false): Promise<void> {
  const before = older ? get().talks[channel]?.messages[0]?.ts : undefined;
  try {
    const { messages, has_more } = await getMessages(channel, before ? { before } : {});
    const tops = messages.filter((message) => !isReply(message));
    set((now) => {
      const talk = now.talks[channel] ?? NOTHING;
      const kept = older ? talk.messages : talk.messages.filter((message) => message.local);
      const next = { messages: merged(kept, tops), hasMore: Boolean(has_more), loaded: true };
      return { talks: { ...now.talks, [channel]: next } };
    });
  } catch {
    set((now) => ({
      talks: { ...now.talks, [channel]: { ...(now.talks[channel] ?? NOTHING), failed: true } },
    }));
  }
}

/** Load the replies under a message. */
export async function loadThread(channel: string, ts: string): Promise<void> {
  const key = threadKey(channel, ts);
  try {
    const { messages } = await getMessages(channel, { thread: ts });
    const replies = messages.filter((message) => message.ts !== ts);
    const parent = messages.find((message) => message.ts === ts);
    set((now) => {
      const thread = {
        messages: merged([], replies),
        hasMore: false,
        loaded: true,
        ...(parent ? { parent } : {}),
      };
      return {
        threads: { ...now.threads, [key]: thread },
        ...(parent ? { talks: withMessage(now, channel, parent) } : {}),
      };
    });
  } catch {
    set((now) => ({
      threads: { ...now.threads, [key]: { ...(now.threads[key] ?? NOTHING), failed: true } },
    }));
  }
}

/** A channel with a message; one older than what is loaded stays out, so that no gap is left before it. */
function withMessage(now: Snapshot, channel: string, message: Message): Snapshot["talks"] {
  const talk = now.talks[channel] ?? NOTHING;
  const oldest = talk.messages[0]?.ts;
  if (!talk.loaded || (talk.hasMore && oldest !== undefined && message.ts < oldest)) return now.talks;
  return { ...now.talks, [channel]: { ...talk, messages: merged(talk.messages, [message]) } };
}

/** Put in what came of a message: new, changed, or only for this person. */
export function took(now: Snapshot, channel: string, message: Message): Partial<Snapshot> {
  if (!isReply(message)) return tookTop(now, channel, message);
  const parentTs = message.thread_ts as string;
  const key = threadKey(channel, parentTs);
  const thread = now.threads[key];
  const talk = now.talks[channel];
  const parent = talk?.messages.find((each) => each.ts === parentTs);
  const known = thread?.messages.some((each) => each.ts === message.ts) ?? false;
  const counts = parent && !known && !message.ephemeral && (parent.latest_reply ?? "") < message.ts;
  return {
    ...(thread
      ? { threads: { ...now.threads, [key]: { ...thread, messages: merged(thread.messages, [message]) } } }
      : {}),
    ...(counts ? { talks: withMessage(now, channel, withReply(parent, message)) } : {}),
  };
}

function tookTop(now: Snapshot, channel: string, message: Message): Partial<Snapshot> {
  const key = threadKey(channel, message.ts);
  const thread = now.threads[key];
  return {
    talks: withMessage(now, channel, message),
    ...(thread?.parent
      ? { threads: { ...now.threads, [key]: { ...thread, parent: { ...thread.parent, ...message } } } }
      : {}),
  };
}

function withReply(parent: Message, reply: Message): Message {
  const users = parent.reply_users ?? [];
  return {
    ...parent,
    thread_ts: parent.ts,
    reply_count: (parent.reply_count ?? 0) + 1,
    reply_users: reply.user && !users.includes(reply.user) ? [...users, reply.user] : users,
    latest_reply: reply.ts,
  };
}

/** Take a message out, from its channel and from every thread. */
export function dropped(now: Snapshot, channel: string, ts: string): Partial<Snapshot> {
  const without = (talk: Talk): Talk => ({
    ...talk,
    messages: talk.messages.filter((each) => each.ts !== ts),
  });
  const talk = now.talks[channel];
  const threads = Object.entries(now.threads).map(([key, each]) => [
    key,
    key.startsWith(`${channel}/`) ? without(each) : each,
  ]);
  return {
    ...(talk ? { talks: { ...now.talks, [channel]: without(talk) } } : {}),
    threads: Object.fromEntries(threads) as Snapshot["threads"],
  };
}

/** Whether a message that came makes its channel unread for this person. */
export function isNews(now: Snapshot, happening: Happening): boolean {
  return happening.type === "message" && happening.message?.user !== now.world?.me;
}

let locals = 0;
/** A line of the page's own in a channel or thread, for this person only. */
export function addLocal(channel: string, text: string, thread?: string): void {
  const ts = `${(Date.now() / 1000).toFixed(6)}${++locals}`;
  const message: Message = {
    ts,
    text,
    local: "error",
    ephemeral: true,
    ...(thread ? { thread_ts: thread } : {}),
  };
  set((now) => took(now, channel, message));
}
