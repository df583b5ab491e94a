/** Where the person is, kept in the address: `#/C1`, `#/C1/1700000000.000100`, `#/home`, `#/` (the list). */
import { useSyncExternalStore } from "react";

export interface Route {
  /** A channel's id, `home`, or empty: on a narrow screen the list, on a wide one the first channel. */
  place: string;
  thread: string | null;
}

function read(hash: string): Route {
  const [place = "", thread = ""] = hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  return { place, thread: thread || null };
}

let route = read(location.hash);
const listeners = new Set<() => void>();
window.addEventListener("hashchange", () => {
  route = read(location.hash);
  for (const listener of listeners) listener();
});

export function useRoute(): Route {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => route,
  );
}

/** Go to a channel, a thread in it, the bot's home or (empty) the list. */
export function go(place: string, thread?: string | null): void {
  location.hash = `#/${encodeURIComponent(place)}${thread ? `/${encodeURIComponent(thread)}` : ""}`;
}

let active: string | null = null;
/** The channel on screen, which is read while it is. */
export const activeChannel = () => active;
export function setActiveChannel(channel: string | null): void {
  active = channel;
}
