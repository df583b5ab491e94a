/** What a person does, and what they are told when the bot does not answer. */
import * as api from "../api";
import { get, set, toast } from "./store";
import { begin } from "./live";
import { addLocal } from "./talks";

const SILENT = "covcheck did not respond in time.";

/** Write a message, or use the slash command when the text is one; false where the text should stay typed. */
export async function write(
  channel: string,
  typed: string,
  thread: string | null,
  files: string[],
): Promise<boolean> {
  const told = (text: string) => addLocal(channel, text, thread ?? undefined);
  const text = typed.trim();
  if (text.startsWith("/")) return runCommand(channel, text, thread !== null, told);
  const answer = await api.say({
    channel,
    text: asSlackSends(text),
    ...(thread ? { thread_ts: thread } : {}),
    ...(files.length ? { file_ids: files } : {}),
  });
  if (!answer.ok) told(answer.message ?? "The message was not sent.");
  return answer.ok;
}

async function runCommand(
  channel: string,
  text: string,
  inThread: boolean,
  told: (text: string) => void,
): Promise<boolean> {
  const name = get().world?.command.name ?? "/covcheck";
  const used = text.split(/\s/)[0];
  if (used !== name) told(`\`${used}\` is not a valid command. This console knows \`${name}\`.`);
  else if (inThread) told(`\`${name}\` cannot be used in threads. Mention \`@covcheck\` here instead.`);
  else {
    const answer = await api.command(channel, text.slice(name.length).trim());
    if (!answer.ok) told(`\`${name}\` failed: ${answer.message ?? SILENT}`);
    return answer.ok;
  }
  return false;
}

/** Text as Slack's own client sends it: escaped, with people, channels and addresses marked. */
export function asSlackSends(text: string): string {
  const world = get().world;
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const marked = escaped.replace(/https?:\/\/(?:(?!&[lg]t;)[^\s|]){1,2000}/g, (address) => {
    const end = /[.,;:!?)\]'"*_~`]{0,5}$/.exec(address)?.[0] ?? "";
    return `<${address.slice(0, address.length - end.length)}>${end}`;
  });
  const names = new Map<string, string>([["covcheck", world?.bot ?? ""]]);
  for (const [id, person] of Object.entries(world?.people ?? {})) names.set(person.name.toLowerCase(), id);
  const people = [...names].sort((a, b) => b[0].length - a[0].length);
  const named = people.reduce(
    (said, [name, id]) =>
      said.replace(new RegExp(`(^|[\\s(])@${literal(name)}(?![\\w-])`, "gi"), `$1<@${id}>`),
    marked,
  );
  const channels = world?.channels.filter((each) => each.kind === "channel") ?? [];
  return channels.reduce(
    (said, each) =>
      said.replace(new RegExp(`(^|[\\s(])#${literal(each.name)}(?![\\w-])`, "g"), `$1<#${each.id}>`),
    named,
  );
}

const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

export async function runShortcut(callback: string, channel?: string, ts?: string): Promise<void> {
  const answer = await api.shortcut({
    callback_id: callback,
    ...(channel ? { channel } : {}),
    ...(ts ? { ts } : {}),
  });
  if (!answer.ok) toast(answer.message ?? SILENT);
}

export async function reactTo(channel: string, ts: string, name: string): Promise<void> {
  const answer = await api.react(channel, ts, name);
  if (!answer.ok && answer.error !== "operation_timeout")
    toast(answer.message ?? "The reaction was not kept.");
}

/** Act as another person from now on. */
export async function actAs(user: string): Promise<void> {
  const answer = await api.become(user);
  if (!answer.ok) return toast(answer.message ?? "That did not work.");
  await begin();
  toast(`You are now ${get().world?.people[user]?.name ?? user}.`);
}

export function markRead(channel: string): void {
  if (get().unread[channel]) set((now) => ({ unread: { ...now.unread, [channel]: 0 } }));
}

export async function copy(text: string, said: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast(said);
  } catch {
    toast("The browser did not allow copying.");
  }
}
