/** The bot's home tab, as it published it. */
import { useEffect, useMemo, useState } from "react";
import * as api from "../api";
import { Blocks } from "../blocks/BlockView";
import { SurfaceProvider, type Surface } from "../blocks/surface";
import { set, useStore } from "../state/store";
import { Guard } from "../ui/Guard";
import { Skeleton } from "./Skeleton";

/** After so long nothing will come by itself; what comes later is shown all the same. */
const PATIENCE = 5_000;

export function HomeTab({ me }: { me: string }) {
  const view = useStore((now) => now.home);
  const [wrong, setWrong] = useState<string | null>(null);
  const viewId = view?.id ?? "";

  useEffect(() => {
    let waiting = 0;
    void api.openHome().then((answer) => {
      if (answer.view) set({ home: answer.view });
      if (!answer.ok) setWrong(answer.message ?? "covcheck did not respond in time.");
      else
        waiting = window.setTimeout(() => setWrong("covcheck has not published a home tab yet."), PATIENCE);
    });
    return () => clearTimeout(waiting);
  }, [me]);

  const surface = useMemo<Surface>(
    () => ({
      kind: "home",
      press: (block_id, action_id, what) => api.press({ view_id: viewId, block_id, action_id, ...what }),
    }),
    [viewId],
  );
  if (!view)
    return wrong ? (
      <p className="empty" role="alert">
        {wrong}
      </p>
    ) : (
      <Skeleton />
    );
  return (
    <div className="home" data-testid="home" tabIndex={-1}>
      <div className="home-inner">
        <SurfaceProvider value={surface}>
          <Guard>
            <Blocks blocks={view.blocks} />
          </Guard>
        </SurfaceProvider>
      </div>
    </div>
  );
}
