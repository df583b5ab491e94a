/** A modal of the bot: its fields, what is wrong with them, submitted or closed. */
import { useMemo, useState, type FormEvent } from "react";
import * as api from "../api";
import { Blocks } from "../blocks/BlockView";
import { initialOf } from "../blocks/choices";
import { plainText } from "../blocks/plain";
import { SurfaceProvider, type Surface } from "../blocks/surface";
import { get, set } from "../state/store";
import type { Held, Values, View } from "../types";
import { BotMark } from "../ui/Avatar";
import { Dialog } from "../ui/Dialog";
import { Icon } from "../ui/Icon";
import { Spinner } from "../ui/Spinner";
import { problems } from "./problems";

export function Modal({ view }: { view: View }) {
  const [touched, setTouched] = useState<Values>({});
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);

  const values = useMemo(() => filled(view, touched), [view, touched]);
  const surface = useMemo<Surface>(
    () => ({
      kind: "modal",
      errors,
      held: (blockId, actionId) => values[blockId]?.[actionId],
      hold: (blockId, actionId, held: Held) => {
        setTouched((now) => ({ ...now, [blockId]: { ...now[blockId], [actionId]: held } }));
        setErrors(({ [blockId]: _mended, ...rest }) => rest);
      },
      press: (block_id, action_id, what) =>
        api.press({ view_id: view.id, block_id, action_id, ...what, values }),
    }),
    [view.id, values, errors],
  );

  const gone = () => set((now) => ({ views: now.views.filter((each) => each.id !== view.id) }));
  const close = (all: boolean) => {
    if (all) set({ views: [] });
    else gone();
    void api.close(view.id, all);
  };

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (busy) return;
    const form = event.currentTarget;
    const wrong = problems(view, values);
    if (Object.keys(wrong).length) return show(form, wrong);
    setBusy(true);
    setFailed(null);
    const answer = await api.submit(view.id, values);
    setBusy(false);
    if (answer.errors) show(form, answer.errors);
    else if (!answer.ok) setFailed(answer.message ?? "covcheck did not respond in time. Try again.");
    else
      setTimeout(
        () => get().views.find((each) => each.id === view.id && each.hash === view.hash) && gone(),
        1_500,
      );
  };

  const show = (form: HTMLFormElement, wrong: Record<string, string>) => {
    setErrors(wrong);
    const first = view.blocks.findIndex((block, number) => wrong[block.block_id ?? `b${number}`]);
    const id = view.blocks[first]?.block_id ?? `b${first}`;
    requestAnimationFrame(() =>
      form.querySelector<HTMLElement>(`[data-block-id="${CSS.escape(id)}"] :is(input, textarea)`)?.focus(),
    );
  };

  const form = `form-${view.id}`;
  return (
    <Dialog
      title={plainText(view.title)}
      icon={<BotMark size={28} />}
      onClose={() => close(true)}
      testId="modal"
      focus=".dialog-body :is(input:not([type=hidden]), textarea, button, select)"
      footer={
        <>
          <button type="button" className="button" onClick={() => close(false)} data-testid="modal-close">
            {plainText(view.close) || (view.submit ? "Cancel" : "Close")}
          </button>
          {view.submit && (
            <button
              type="submit"
              form={form}
              className="button filled primary"
              aria-busy={busy}
              data-testid="modal-submit"
            >
              <span className={busy ? "button-label faded" : "button-label"}>{plainText(view.submit)}</span>
              {busy && <Spinner />}
            </button>
          )}
        </>
      }
    >
      {failed && (
        <p className="banner" role="alert">
          <Icon name="warn" /> {failed}
        </p>
      )}
      <form id={form} noValidate onSubmit={(event) => void submit(event)}>
        <SurfaceProvider value={surface}>
          <Blocks blocks={view.blocks} />
        </SurfaceProvider>
      </form>
    </Dialog>
  );
}

/** The state of all inputs: what was touched, else what they showed at first. */
function filled(view: View, touched: Values): Values {
  const values: Values = {};
  view.blocks.forEach((block, number) => {
    const element = block.type === "input" ? block.element : undefined;
    if (!element) return;
    const id = block.block_id ?? `b${number}`;
    const actionId = element.action_id ?? "";
    values[id] = { [actionId]: touched[id]?.[actionId] ?? initialOf(element) };
  });
  return values;
}
