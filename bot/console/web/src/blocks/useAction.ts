/** One press at a time: asks first where the element says so, and keeps what went wrong. */
import { useState } from "react";
import type { Confirm, Held } from "../types";
import { useSurface } from "./surface";

interface Pressed {
  value?: string;
  selected?: Held;
}

export function useAction(blockId: string, actionId: string, confirm?: Confirm) {
  const { press } = useSurface();
  const [busy, setBusy] = useState(false);
  const [asked, setAsked] = useState<Pressed | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);

  const send = async (what: Pressed) => {
    setAsked(null);
    setBusy(true);
    setWrong(null);
    const answer = await press(blockId, actionId, what);
    setBusy(false);
    if (!answer.ok) setWrong(answer.message ?? "covcheck did not respond in time.");
  };
  const use = (what: Pressed) => (confirm ? setAsked(what) : void send(what));
  return {
    use,
    busy,
    wrong,
    asked,
    answer: (yes: boolean) => (yes && asked ? void send(asked) : setAsked(null)),
  };
}
