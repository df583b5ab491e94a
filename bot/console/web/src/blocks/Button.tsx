import type { Element } from "../types";
import { Spinner } from "../ui/Spinner";
import { After } from "./After";
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
      <After action={action} confirm={element.confirm} />
    </>
  );
}
