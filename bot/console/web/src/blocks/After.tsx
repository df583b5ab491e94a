import type { Confirm } from "../types";
import { Icon } from "../ui/Icon";
import { ConfirmDialog } from "./ConfirmDialog";
import type { useAction } from "./useAction";

interface Props {
  action: ReturnType<typeof useAction>;
  confirm: Confirm | undefined;
}

/** What follows the use of an element, where it was used: what went wrong, and the question before it counts. */
export function After({ action, confirm }: Props) {
  return (
    <>
      {action.wrong && (
        <span className="wrong" role="alert">
          <Icon name="warn" size={16} />
          {action.wrong}
        </span>
      )}
      {action.asked && confirm && (
        <ConfirmDialog
          confirm={confirm}
          onYes={() => action.answer(true)}
          onNo={() => action.answer(false)}
        />
      )}
    </>
  );
}
