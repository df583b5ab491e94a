/** One message: who, when, what, its files, reactions, replies, and what can be done with it. */
import { memo, useMemo, useRef, useState } from "react";
import * as api from "../api";
import { Blocks, MrkdwnView } from "../blocks/BlockView";
import { Emoji, Link } from "../blocks/RichText";
import { SurfaceProvider, type Surface } from "../blocks/surface";
import { reactTo } from "../state/deeds";
import { go } from "../state/route";
import { useStore } from "../state/store";
import { clock, exact, when } from "../state/time";
import type { Attachment, Message } from "../types";
import { Avatar, useName } from "../ui/Avatar";
import { Guard } from "../ui/Guard";
import { Icon } from "../ui/Icon";
import { Files } from "./Files";
import { Tools } from "./Tools";

interface Props {
  message: Message;
  channel: string;
  /** Of the same author as the one before, moments later: without name and picture. */
  follows: boolean;
  inThread?: boolean;
  focusable: boolean;
  onFocus: (ts: string) => void;
}

export const MessageView = memo(function MessageView({
  message,
  channel,
  follows,
  inThread = false,
  focusable,
  onFocus,
}: Props) {
  const author = useAuthor(message);
  const name = useName(author);
  const bot = useStore((now) => now.world?.bot === author);
  const [held, setHeld] = useState(false);
  const row = useRef<HTMLDivElement>(null);
  const own = message.local !== undefined;
  const said = own ? "The console" : name;
  const quiet = Boolean(message.ephemeral);
  return (
    <div
      ref={row}
      role="article"
      aria-label={`${said}, ${when(message.ts)}`}
      className={[
        "message",
        follows ? "follows" : "",
        quiet ? "quiet" : "",
        own ? "own-line" : "",
        held ? "held" : "",
      ]
        .filter(Boolean)
        .join(" ")}
      data-testid={`message-${message.ts}`}
      data-ts={message.ts}
      data-user={author}
      tabIndex={focusable ? 0 : -1}
      onFocus={() => onFocus(message.ts)}
    >
      {quiet && (
        <div className="quiet-note">
          <Icon name="eye" size={14} />
          Only visible to you
        </div>
      )}
      <div className="message-side">
        {follows ? (
          <time className="message-gutter" title={exact(message.ts)}>
            {clock(message.ts)}
          </time>
        ) : own ? (
          <span className="avatar avatar-console" aria-hidden="true">
            <Icon name="warn" size={20} />
          </span>
        ) : (
          <Avatar user={author} />
        )}
      </div>
      <div className="message-main">
        {!follows && (
          <div className="message-head">
            <span className="message-name">{said}</span>
            {bot && !own && <span className="badge">APP</span>}
            <time
              title={exact(message.ts)}
              dateTime={new Date(Number(message.ts.split(".")[0]) * 1000).toISOString()}
            >
              {clock(message.ts)}
            </time>
            <Edited message={message} />
          </div>
        )}
        <Guard>
          <Content message={message} channel={channel} />
        </Guard>
        {follows && <Edited message={message} />}
        {message.files && message.files.length > 0 && <Files files={message.files} />}
        {message.reactions && message.reactions.length > 0 && (
          <Reactions message={message} channel={channel} />
        )}
        {!inThread && (message.reply_count ?? 0) > 0 && <Replies message={message} channel={channel} />}
      </div>
      {!quiet && <Tools message={message} channel={channel} inThread={inThread} onHold={setHeld} />}
    </div>
  );
});

/** Who wrote it: what only one person sees comes from the bot, though its `user` is that person. */
function useAuthor(message: Message): string | undefined {
  const bot = useStore((now) => now.world?.bot);
  return message.only_for !== undefined || message.ephemeral ? bot : message.user;
}

function Content({ message, channel }: { message: Message; channel: string }) {
  const { ts } = message;
  const surface = useMemo<Surface>(
    () => ({
      kind: "message",
      press: (block_id, action_id, what) => api.press({ channel, ts, block_id, action_id, ...what }),
    }),
    [channel, ts],
  );
  return (
    <SurfaceProvider value={surface}>
      {message.blocks?.length ? <Blocks blocks={message.blocks} /> : <MrkdwnView text={message.text ?? ""} />}
      {message.attachments?.map((attachment, number) => (
        <AttachmentView key={number} attachment={attachment} />
      ))}
    </SurfaceProvider>
  );
}

function Edited({ message }: { message: Message }) {
  if (!message.edited) return null;
  return (
    <span className="edited" title={message.edited.ts ? exact(message.edited.ts) : undefined}>
      (edited)
    </span>
  );
}

const COLOURS: Record<string, string> = { good: "#2eb67d", warning: "#ecb22e", danger: "#e01e5a" };

function AttachmentView({ attachment }: { attachment: Attachment }) {
  const given = attachment.color ?? "";
  const colour =
    COLOURS[given] ?? (/^#?[0-9a-f]{6}$/i.test(given) ? `#${given.replace("#", "")}` : undefined);
  return (
    <div className="attachment" style={colour ? { borderLeftColor: colour } : undefined}>
      {attachment.pretext && <MrkdwnView text={attachment.pretext} />}
      {attachment.title && (
        <div className="attachment-title">
          {attachment.title_link ? (
            <Link href={attachment.title_link}>{attachment.title}</Link>
          ) : (
            attachment.title
          )}
        </div>
      )}
      {attachment.blocks?.length ? (
        <Blocks blocks={attachment.blocks} />
      ) : (
        <MrkdwnView text={attachment.text ?? attachment.fallback ?? ""} />
      )}
      {attachment.footer && <div className="attachment-foot">{attachment.footer}</div>}
    </div>
  );
}

function Reactions({ message, channel }: { message: Message; channel: string }) {
  const me = useStore((now) => now.world?.me ?? "");
  const people = useStore((now) => now.world?.people);
  return (
    <div className="reactions">
      {message.reactions?.map((reaction) => {
        const users = reaction.users ?? [];
        const names = users.map((user) => people?.[user]?.name ?? user).join(", ");
        return (
          <button
            key={reaction.name}
            type="button"
            className={users.includes(me) ? "reaction mine" : "reaction"}
            title={names}
            aria-label={`${reaction.name.replaceAll("_", " ")}: ${reaction.count ?? users.length} (${names})`}
            onClick={() => void reactTo(channel, message.ts, reaction.name)}
          >
            <Emoji name={reaction.name} /> <span>{reaction.count ?? users.length}</span>
          </button>
        );
      })}
    </div>
  );
}

function Replies({ message, channel }: { message: Message; channel: string }) {
  const count = message.reply_count ?? 0;
  return (
    <button
      type="button"
      className="replies"
      onClick={() => go(channel, message.ts)}
      data-testid={`replies-${message.ts}`}
    >
      <span className="replies-faces">
        {(message.reply_users ?? []).slice(0, 4).map((user) => (
          <Avatar key={user} user={user} size={20} />
        ))}
      </span>
      <span className="replies-count">{count === 1 ? "1 reply" : `${count} replies`}</span>
      {message.latest_reply && <span className="replies-last">Last reply {when(message.latest_reply)}</span>}
    </button>
  );
}
