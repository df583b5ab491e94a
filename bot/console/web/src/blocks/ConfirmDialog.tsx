/** Slack's confirmation dialog: nothing happens before it is answered. */
import type { Confirm } from "../types";
import { Dialog } from "../ui/Dialog";
import { TextView } from "./TextView";

interface Props {
  confirm: Confirm;
  onYes: () => void;
  onNo: () => void;
}

export function ConfirmDialog({ confirm, onYes, onNo }: Props) {
  const style = confirm.style === "danger" ? "danger" : "primary";
  return (
    <Dialog
      title={confirm.title?.text ?? "Are you sure?"}
      onClose={onNo}
      alert
      className="dialog-small"
      focus="[data-yes]"
      testId="confirm"
      footer={
        <>
          <button type="button" className="button" onClick={onNo} data-testid="confirm-deny">
            {confirm.deny?.text ?? "Cancel"}
          </button>
          <button
            type="button"
            data-yes
            className={`button filled ${style}`}
            onClick={onYes}
            data-testid="confirm-yes"
          >
            {confirm.confirm?.text ?? "Yes"}
          </button>
        </>
      }
    >
      {confirm.text && <TextView text={confirm.text} />}
    </Dialog>
  );
}
