/** What `early.ts` asked for before the page was there: each answer is taken once. */
import type { Message, World } from "./types";

export interface Page {
  messages: Message[];
  has_more?: boolean;
}

export interface Early {
  world: Promise<World> | null;
  messages: Promise<(Page & { channel: string }) | null> | null;
}

declare global {
  interface Window {
    early?: Early;
  }
}

/** The state that was asked for at the start; null when it was taken already. */
export function earlyWorld(): Promise<World> | null {
  const asked = window.early?.world ?? null;
  if (window.early) window.early.world = null;
  return asked;
}

/** The newest messages of the channel that was shown at the start; null for others, and when taken already. */
export async function earlyMessages(channel: string): Promise<Page | null> {
  const asked = window.early?.messages;
  if (!asked) return null;
  const answer = await asked.catch(() => null);
  if (answer?.channel !== channel || !window.early?.messages) return null;
  window.early.messages = null;
  return answer;
}
