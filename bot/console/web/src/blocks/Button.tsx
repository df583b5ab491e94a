import type { Element } from "../types";
import { Icon } from "../ui/Icon";
import { Spinner } from "../ui/Spinner";
import { ConfirmDialog } from "./ConfirmDialog";
import { plainText } from "./plain";
import { safeAddress } from "./RichText";
import { useAction } from "./useAction";

export function Button({ element, blockId }: { element: Element; blockId: string }) {
  const action = useAction(blockId, element.action_id ?? "", element.confirm);
  const style = element.style === "primary" || element.style === "danger" ? element.style : "";
  const label = plainText(element.text);
  const address = element.url ? safeAddress(element.url) : null;
  return (
    <>
      <button
        type="button"
        className={`button ${style}`}
        aria-label={element.accessibility_label}
        aria-busy={action.busy}
        aria-disabled={action.busy}
        data-testid={`action-${element.action_id ?? ""}`}
        onClick={() => {
          if (action.busy) return;
          if (address) window.open(address, "_blank", "noopener,noreferrer");
          action.use(element.value === undefined ? {} : { value: element.value });
        }}
      >
        <span className={action.busy ? "button-label faded" : "button-label"}>{label}</span>
        {action.busy && <Spinner />}
      </button>
      {action.wrong && <Wrong text={action.wrong} />}
      {action.asked && element.confirm && (
        <ConfirmDialog
          confirm={element.confirm}
          onYes={() => action.answer(true)}
          onNo={() => action.answer(false)}
        />
      )}
    </>
  );
}

/** What went wrong with a press, where it was made. */
export function Wrong({ text }: { text: string }) {
  return (
    <span className="wrong" role="alert">
      <Icon name="warn" size={16} />
      {text}
    </span>
  );
}
