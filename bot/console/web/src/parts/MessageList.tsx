/** The messages of a channel or a thread: a log that stays at its end unless the reader scrolled up. */
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { day, sameDay } from "../state/time";
import type { Message } from "../types";
import { Icon } from "../ui/Icon";
import { MessageView } from "./Message";

const TOGETHER = 300;
const NEAR_END = 120;

interface Props {
  channel: string;
  messages: Message[];
  label: string;
  /** What stands before the first message. */
  head?: ReactNode;
  inThread?: boolean;
  /** The newest message that was read when the channel was opened. */
  readTo?: string | undefined;
  me: string;
  onTop?: () => void;
}

export function MessageList({ channel, messages, label, head, inThread = false, readTo, me, onTop }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const stuck = useRef(true);
  const height = useRef(0);
  const newest = useRef<string | undefined>(undefined);
  const [behind, setBehind] = useState(false);
  const [focused, setFocused] = useState<string | null>(null);
  const last = messages.at(-1)?.ts;
  const first = messages[0]?.ts;

  useLayoutEffect(() => {
    const list = box.current;
    if (list && !stuck.current) list.scrollTop += list.scrollHeight - height.current;
  }, [first]);

  useLayoutEffect(() => {
    const list = box.current;
    if (!list) return;
    if (stuck.current) list.scrollTop = list.scrollHeight;
    else if (newest.current !== last) setBehind(true);
    newest.current = last;
    height.current = list.scrollHeight;
  }, [last, messages]);

  useEffect(() => {
    const list = box.current;
    const inner = list?.firstElementChild;
    if (!list || !inner) return;
    const observer = new ResizeObserver(() => {
      if (stuck.current) list.scrollTop = list.scrollHeight;
      height.current = list.scrollHeight;
    });
    observer.observe(inner);
    observer.observe(list);
    return () => observer.disconnect();
  }, []);

  const scrolled = () => {
    const list = box.current;
    if (!list) return;
    if (stuck.current && list.scrollHeight !== height.current) {
      // moved by what was laid out anew, not by the reader
      list.scrollTop = height.current = list.scrollHeight;
      return;
    }
    stuck.current = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END;
    if (stuck.current) setBehind(false);
    if (list.scrollTop < 200) onTop?.();
  };

  const toEnd = () => {
    const list = box.current;
    if (list) list.scrollTop = list.scrollHeight;
    stuck.current = true;
    setBehind(false);
  };

  const keys = (event: KeyboardEvent) => {
    const target = event.target as HTMLElement;
    if (
      !["ArrowUp", "ArrowDown", "Home", "End"].includes(event.key) ||
      target.getAttribute("role") !== "article"
    )
      return;
    const rows = [...(box.current?.querySelectorAll<HTMLElement>(".message") ?? [])];
    const at = rows.indexOf(target);
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: rows.length - 1 }[event.key] ?? at;
    rows[Math.min(Math.max(to, 0), rows.length - 1)]?.focus();
    event.preventDefault();
  };

  const stop = messages.some((message) => message.ts === focused) ? focused : last;
  const firstNew =
    readTo === undefined
      ? undefined
      : messages.find((message) => message.ts > readTo && message.user !== me)?.ts;
  return (
    <div className="list-frame">
      <div
        ref={box}
        className="list"
        role="log"
        aria-label={label}
        aria-live="polite"
        onScroll={scrolled}
        onKeyDown={keys}
        data-testid={inThread ? "thread-list" : "message-list"}
      >
        <div className="list-inner">
          {head}
          {messages.map((message, number) => {
            const before = messages[number - 1];
            const newDay = !inThread && (!before || !sameDay(before.ts, message.ts));
            const isNew = message.ts === firstNew;
            return (
              <div key={message.ts} role="presentation">
                {newDay && <DayLine ts={message.ts} />}
                {isNew && (
                  <div className="new-line" role="separator" aria-label="New messages">
                    <span>New</span>
                  </div>
                )}
                <MessageView
                  message={message}
                  channel={channel}
                  follows={!newDay && !isNew && follows(before, message)}
                  inThread={inThread}
                  focusable={message.ts === stop}
                  onFocus={setFocused}
                />
              </div>
            );
          })}
        </div>
      </div>
      {behind && (
        <button type="button" className="to-end" onClick={toEnd}>
          <Icon name="down" size={14} /> New messages
        </button>
      )}
    </div>
  );
}

function DayLine({ ts }: { ts: string }) {
  return (
    <div className="day-line" role="separator" aria-label={day(ts)}>
      <span>{day(ts)}</span>
    </div>
  );
}

function follows(before: Message | undefined, message: Message): boolean {
  if (!before || before.user !== message.user || before.local !== message.local) return false;
  if (before.ephemeral || message.ephemeral || (before.reply_count ?? 0) > 0) return false;
  if (before.blocks?.length || message.blocks?.length) return false; // an answer stands by itself
  return Number.parseFloat(message.ts) - Number.parseFloat(before.ts) < TOGETHER;
}
