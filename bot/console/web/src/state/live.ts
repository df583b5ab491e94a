/** Start-up and the long poll: keeps the snapshot as the server has it, through restarts of the server. */
import { getEvents, getWorld } from "../api";
import type { Happening, View } from "../types";
import { activeChannel } from "./route";
import { get, set, type Snapshot } from "./store";
import { dropped, isNews, loadChannel, loadThread, NOTHING, took } from "./talks";

const PAUSES = [500, 1_000, 2_000, 4_000, 8_000];

/** Load the state, then follow what happens; never returns but when stopped. */
export async function live(signal: AbortSignal): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    try {
      const seq = get().world ? (get().world?.seq ?? 0) : await begin(signal);
      const answer = await getEvents(seq, signal);
      failures = 0;
      if (!get().online) return location.reload(); // the server was started anew: so is the page, with its token
      follow(answer.events, answer.seq);
    } catch {
      if (signal.aborted) return;
      failures += 1;
      if (failures > 1) set({ online: false });
      await pause(PAUSES[Math.min(failures - 1, PAUSES.length - 1)] ?? 8_000);
    }
  }
}

/** Load the state anew, and what is on screen with it. */
export async function begin(signal?: AbortSignal): Promise<number> {
  const world = await getWorld(signal);
  const before = get();
  const same = before.world?.me === world.me;
  const anew = { talks: emptied(before.talks), threads: {}, views: [], home: null, unread: {} };
  set({ world, online: true, ...(same ? {} : anew) });
  const open = Object.keys(before.talks);
  await Promise.all([
    ...open.map((channel) => loadChannel(channel)),
    ...Object.keys(before.threads).map((key) => {
      const [channel = "", ts = ""] = key.split("/");
      return loadThread(channel, ts);
    }),
  ]);
  return world.seq;
}

function follow(events: Happening[], seq: number): void {
  if (events.some((event) => event.type === "reset")) {
    location.reload();
    return;
  }
  for (const event of events) set((now) => after(now, event));
  set((now) => (now.world ? { world: { ...now.world, seq } } : {}));
  if (events.some((event) => event.type === "channel")) void refreshWorld();
}

const emptied = (talks: Snapshot["talks"]) =>
  Object.fromEntries(Object.keys(talks).map((key) => [key, NOTHING]));

async function refreshWorld(): Promise<void> {
  const { channels, people, groups } = await getWorld();
  set((now) =>
    now.world ? { world: { ...now.world, channels, people, ...(groups ? { groups } : {}) } } : {},
  );
}

function after(now: Snapshot, event: Happening): Partial<Snapshot> {
  const { channel, message } = event;
  if (event.type === "deleted" && channel && event.ts) return dropped(now, channel, event.ts);
  if (event.type === "view" && event.view) return { views: withView(now.views, event.view) };
  if (event.type === "view_closed")
    return { views: now.views.filter((view) => view.id !== (event.view_id ?? event.view?.id)) };
  if (event.type === "home" && event.view) return { home: event.view };
  if (!channel || !message || (message.only_for && message.only_for !== now.world?.me)) return {};
  const shown = event.type === "ephemeral" ? { ...message, ephemeral: true } : message;
  const seen = document.visibilityState === "visible" && activeChannel() === channel;
  const unread =
    isNews(now, event) && !seen
      ? { unread: { ...now.unread, [channel]: (now.unread[channel] ?? 0) + 1 } }
      : {};
  return { ...took(now, channel, shown), ...unread };
}

function withView(views: View[], view: View): View[] {
  const known = views.some((each) => each.id === view.id);
  return known ? views.map((each) => (each.id === view.id ? view : each)) : [...views, view];
}

const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));
