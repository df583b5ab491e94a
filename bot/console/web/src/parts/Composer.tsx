/** Where people write: Enter sends, Shift+Enter makes a line; commands and mentions are completed. */
import {
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
  type ClipboardEvent,
  type KeyboardEvent,
} from "react";
import { write } from "../state/deeds";
import { useWorld } from "../state/store";
import { Avatar } from "../ui/Avatar";
import { Icon } from "../ui/Icon";
import { Popover } from "../ui/Popover";
import { Options } from "../ui/Select";
import { Spinner } from "../ui/Spinner";
import { offers, type Offer } from "./completion";
import { PlusMenu } from "./PlusMenu";
import { UploadList } from "./UploadList";
import type { Uploads } from "./uploads";

interface Props {
  channel: string;
  thread: string | null;
  label: string;
  uploads: Uploads;
  autoFocus?: boolean;
}

/** What was typed and not sent, kept while the tab is open. */
const drafts = {
  get: (key: string): string => sessionStorage.getItem(`draft ${key}`) ?? "",
  set: (key: string, text: string): void =>
    text ? sessionStorage.setItem(`draft ${key}`, text) : sessionStorage.removeItem(`draft ${key}`),
};

export function Composer({ channel, thread, label, uploads, autoFocus = false }: Props) {
  const world = useWorld();
  const key = `${channel}/${thread ?? ""}`;
  const [text, setText] = useState(() => drafts.get(key));
  const [cursor, setCursor] = useState(0);
  const [at, setAt] = useState(0);
  const [dismissed, setDismissed] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const box = useRef<HTMLTextAreaElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const list = useId();

  const offered = dismissed === text ? [] : offers(world, text, cursor, thread !== null);
  const open = offered.length > 0 && document.activeElement === box.current;

  useLayoutEffect(() => {
    const area = box.current;
    if (!area) return;
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight, 220)}px`;
  }, [text]);

  useEffect(() => {
    if (autoFocus && !matchMedia("(max-width: 760px)").matches) box.current?.focus({ preventScroll: true });
  }, [autoFocus, key]);

  const put = (next: string, where = next.length) => {
    setText(next);
    drafts.set(key, next);
    setCursor(where);
    setAt(0);
  };

  const type = (next: string, where = next.length) => {
    put(next, where);
    requestAnimationFrame(() => {
      box.current?.focus();
      box.current?.setSelectionRange(where, where);
    });
  };
  const take = (offer: Offer | undefined) => offer && type(offer.text, offer.at);

  const send = async () => {
    const files = uploads.files.flatMap((file) => (file.id ? [file.id] : []));
    if (!uploads.ready || (!text.trim() && !files.length)) return;
    const typed = text;
    put("");
    uploads.clear();
    setBusy(typed.trim().startsWith("/"));
    const sent = await write(channel, typed, thread, files);
    setBusy(false);
    if (!sent && !drafts.get(key)) put(typed);
    box.current?.focus({ preventScroll: true });
  };

  const keys = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) return;
    if (open && ["ArrowDown", "ArrowUp", "Tab", "Escape"].includes(event.key)) {
      if (event.key === "Tab") take(offered[at]);
      else if (event.key === "Escape") setDismissed(text);
      else setAt((at + (event.key === "ArrowDown" ? 1 : offered.length - 1)) % offered.length);
      event.preventDefault();
      event.stopPropagation();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      const offer = offered[at];
      if (open && offer && changes(offer, text)) take(offer);
      else void send();
    }
  };

  const pasted = (event: ClipboardEvent) => {
    if (event.clipboardData.files.length) {
      event.preventDefault();
      uploads.add(event.clipboardData.files);
    }
  };

  const empty = !text.trim() && !uploads.files.length;
  return (
    <div className="composer-frame">
      <div ref={frame} className="composer">
        <UploadList uploads={uploads} />
        <textarea
          ref={box}
          rows={1}
          value={text}
          placeholder={label}
          aria-label={label}
          aria-controls={open ? list : undefined}
          aria-autocomplete="list"
          aria-activedescendant={open ? `${list}-${at}` : undefined}
          data-testid={thread ? "composer-thread" : "composer"}
          onChange={(event) => put(event.target.value, event.target.selectionStart)}
          onSelect={(event) => setCursor(event.currentTarget.selectionStart)}
          onBlur={() => setDismissed(text)}
          onFocus={() => setDismissed(null)}
          onKeyDown={keys}
          onPaste={pasted}
        />
        <div className="composer-bar">
          <PlusMenu
            inThread={thread !== null}
            onFile={() => picker.current?.click()}
            onSlash={() => type(`${world.command.name} `)}
          />
          <input
            ref={picker}
            type="file"
            multiple
            hidden
            data-testid={thread ? "file-input-thread" : "file-input"}
            aria-label="Upload files"
            onChange={(event) => {
              if (event.target.files) uploads.add([...event.target.files]);
              event.target.value = "";
            }}
          />
          <span className="composer-hint" aria-hidden="true">
            {empty ? "" : "Shift + Enter for a new line"}
          </span>
          <button
            type="button"
            className={empty ? "send" : "send ready"}
            aria-label="Send"
            title="Send"
            disabled={empty || !uploads.ready}
            data-testid={thread ? "send-thread" : "send"}
            onClick={() => void send()}
          >
            {busy ? <Spinner /> : <Icon name="send" />}
          </button>
        </div>
      </div>
      <span className="sr-only" role="status">
        {open
          ? `${offered.length} ${offered.length === 1 ? "suggestion" : "suggestions"}; arrow keys to choose`
          : ""}
      </span>
      {open && (
        <Popover
          anchor={frame}
          onClose={() => setDismissed(text)}
          side="above"
          fit
          className="menu-layer completion"
        >
          <Options
            id={list}
            label="Suggestions"
            shown={offered.map((offer) => ({
              value: offer.key,
              label: offer.label,
              about: offer.about,
              icon: offer.user ? <Avatar user={offer.user} size={24} /> : undefined,
            }))}
            at={at}
            chosen={[]}
            several={false}
            onAt={setAt}
            onChoose={(choice) => take(offered.find((offer) => offer.key === choice.value))}
          />
        </Popover>
      )}
    </div>
  );
}

/** Whether taking an offer would put anything in; when not, Enter sends. */
const changes = (offer: Offer, text: string): boolean => offer.text.trimEnd() !== text.trimEnd();
