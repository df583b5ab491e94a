/** The page's memory: one frozen snapshot, changed by `set`, read by `useStore`. */
import { useSyncExternalStore } from "react";
import type { Message, View, World } from "../types";

export interface Talk {
  /** Messages of a channel (without replies), oldest first. */
  messages: Message[];
  hasMore: boolean;
  loaded: boolean;
  failed?: boolean;
  /** Of a thread: the message it hangs on. */
  parent?: Message;
}

export interface Snapshot {
  world: World | null;
  /** By channel id. */
  talks: Record<string, Talk>;
  /** Replies by `channel/ts`, without the parent. */
  threads: Record<string, Talk>;
  /** Open modals, the one on top last. */
  views: View[];
  home: View | null;
  /** How many messages of others came while a channel was not looked at. */
  unread: Record<string, number>;
  online: boolean;
  toast: { id: number; text: string } | null;
}

const EMPTY: Snapshot = {
  world: null,
  talks: {},
  threads: {},
  views: [],
  home: null,
  unread: {},
  online: true,
  toast: null,
};

let snapshot = EMPTY;
const listeners = new Set<() => void>();

export const get = (): Snapshot => snapshot;

export function set(change: Partial<Snapshot> | ((now: Snapshot) => Partial<Snapshot>)): void {
  snapshot = { ...snapshot, ...(typeof change === "function" ? change(snapshot) : change) };
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A part of the snapshot; the component is drawn anew when that part changes. */
export function useStore<T>(part: (now: Snapshot) => T): T {
  return useSyncExternalStore(subscribe, () => part(snapshot));
}

/** The state, once it has come; components under <App> have it always. */
export function useWorld(): World {
  const world = useStore((now) => now.world);
  if (!world) throw new Error("the state has not come yet");
  return world;
}

let toasts = 0;
/** A short line at the foot of the page, read out, gone after some seconds. */
export function toast(text: string): void {
  const id = ++toasts;
  set({ toast: { id, text } });
  setTimeout(() => set((now) => (now.toast?.id === id ? { toast: null } : {})), 4_000);
}
