/**
 * Runs before anything is drawn and before the bundle is read: the chosen theme, so that a dark page does not
 * begin white, and the first requests, so that their answers are there when the page is.
 */
import type { Page } from "./ahead";
import { apply, chosen } from "./state/chosen";
import type { World } from "./types";

apply(chosen());

const asked = async <T>(path: string): Promise<T> => {
  const response = await fetch(`/api/console/${path}`);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return (await response.json()) as T;
};

const world = asked<World>("state");
const messages = world.then(async ({ channels }) => {
  const place = /^#\/([^/]*)/.exec(location.hash)?.[1];
  const first = channels.find(({ kind }) => kind === "channel") ?? channels[0];
  const channel = channels.find(({ id }) => id === place) ?? first;
  if (!channel || place === "home") return null;
  const answer = await asked<Page>(`messages?channel=${encodeURIComponent(channel.id)}`);
  return { channel: channel.id, ...answer };
});
messages.catch(() => undefined); // who asks later is told
window.early = { world, messages };
