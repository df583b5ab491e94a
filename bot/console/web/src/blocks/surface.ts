/** What the elements of blocks need from where they stand: a message, a modal or the home tab. */
import { createContext, useContext } from "react";
import type { Answer } from "../api";
import type { Held } from "../types";

export interface Surface {
  kind: "message" | "modal" | "home";
  /** Tell the bot of an element that was used; comes back when the bot acknowledged. */
  press: (blockId: string, actionId: string, what: { value?: string; selected?: Held }) => Promise<Answer>;
  /** What a field holds, and how it is changed; in modals only. */
  held?: (blockId: string, actionId: string) => Held | undefined;
  hold?: (blockId: string, actionId: string, held: Held) => void;
  /** What is wrong with a field. */
  errors?: Record<string, string>;
}

const Place = createContext<Surface>({ kind: "message", press: async () => ({ ok: false }) });
export const SurfaceProvider = Place.Provider;
export const useSurface = (): Surface => useContext(Place);
