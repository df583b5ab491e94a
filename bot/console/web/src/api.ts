/** The console's HTTP API, one function a deed. */
import { earlyMessages, earlyWorld, type Page } from "./ahead";
import type { Happening, Held, SlackFile, Values, View, World } from "./types";

const ROOT = "/api/console/";
const TOKEN = document.querySelector<HTMLMetaElement>('meta[name="console-token"]')?.content ?? "";

/** What a POST gives: `ok`, or what a person is told. */
export interface Answer {
  ok: boolean;
  error?: string;
  message?: string;
  errors?: Record<string, string>;
  view?: View;
}

const LOST: Answer = {
  ok: false,
  error: "unreachable",
  message: "The console's server did not answer. Is it still running?",
};

export async function getWorld(signal?: AbortSignal): Promise<World> {
  return earlyWorld() ?? get<World>("state", {}, signal);
}

export async function getMessages(
  channel: string,
  more: { thread?: string; before?: string } = {},
): Promise<Page> {
  const ahead = more.thread || more.before ? null : await earlyMessages(channel);
  return ahead ?? get("messages", { channel, ...more });
}

/** Long poll: what happened after `seq`; comes back empty after some 25 seconds. */
export async function getEvents(
  seq: number,
  signal: AbortSignal,
): Promise<{ seq: number; events: Happening[] }> {
  return get("events", { after: String(seq) }, signal);
}

/** Where a file's bytes are. */
export function fileAddress(file: SlackFile): string {
  return `${ROOT}files/${encodeURIComponent(file.id)}/${encodeURIComponent(file.name ?? "file")}`;
}

export const say = (said: { channel: string; text: string; thread_ts?: string; file_ids?: string[] }) =>
  post("say", said);
export const command = (channel: string, text: string) => post("command", { channel, text });
export const shortcut = (used: { callback_id: string; channel?: string; ts?: string }) =>
  post("shortcut", used);
export const react = (channel: string, ts: string, name: string) => post("react", { channel, ts, name });
export const submit = (view_id: string, values: Values) => post("submit", { view_id, values });
/** Close a modal, or with it all that lie under it. */
export const close = (view_id: string, all: boolean) => post("close", { view_id, all });
export const openHome = () => post("home", {});
export const become = (user: string) => post("become", { user });

export interface Press {
  channel?: string;
  ts?: string;
  view_id?: string;
  block_id: string;
  action_id: string;
  value?: string;
  selected?: Held;
  values?: Values;
}
export const press = (pressed: Press) => post("press", pressed);

/** Send a file's bytes; `id` stands in the answer. */
export async function upload(file: File): Promise<Answer & Partial<SlackFile>> {
  return send(`upload?name=${encodeURIComponent(file.name)}`, file, "application/octet-stream");
}

async function get<T>(path: string, query: Record<string, string>, signal?: AbortSignal): Promise<T> {
  const asked = new URLSearchParams(query).toString();
  const response = await fetch(ROOT + path + (asked ? `?${asked}` : ""), signal ? { signal } : {});
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return (await response.json()) as T;
}

const post = (path: string, body: object) => send(path, JSON.stringify(body), "application/json");

async function send(path: string, body: BodyInit, kind: string): Promise<Answer> {
  try {
    const headers = { "Content-Type": kind, "X-Console-Token": TOKEN };
    const response = await fetch(ROOT + path, { method: "POST", headers, body });
    const answer = (await response.json()) as Partial<Answer>;
    return { ...answer, ok: answer.ok ?? (response.ok && !answer.errors) };
  } catch {
    return LOST;
  }
}
