/** Light, dark, or as the system says. */
import { useSyncExternalStore } from "react";
import { apply, chosen, keep, type Theme } from "./chosen";

let theme = chosen();
const listeners = new Set<() => void>();

export function setTheme(next: Theme): void {
  theme = next;
  keep(next);
  apply(next);
  for (const listener of listeners) listener();
}

export function useTheme(): Theme {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => theme,
  );
}
