/** A thread at the right: the message, its replies, and where to answer. */
import { useEffect, type KeyboardEvent } from "react";
import { go } from "../state/route";
import { useStore, useWorld } from "../state/store";
import { loadThread, NOTHING, threadKey } from "../state/talks";
import type { Channel } from "../types";
import { Icon } from "../ui/Icon";
import { Composer } from "./Composer";
import { DropZone } from "./DropZone";
import { MessageList } from "./MessageList";
import { MessageView } from "./Message";
import { Skeleton } from "./Skeleton";
import { useUploads } from "./uploads";

/** The first message of a thread is always reached by Tab. */
const ignored = () => undefined;

export function ThreadPane({ channel, ts }: { channel: Channel; ts: string }) {
  const world = useWorld();
  const thread = useStore((now) => now.threads[threadKey(channel.id, ts)]) ?? NOTHING;
  const known = useStore((now) => now.talks[channel.id]?.messages.find((message) => message.ts === ts));
  const parent = known ?? thread.parent;
  const uploads = useUploads();
  const shut = () => go(channel.id);
  const name = channel.kind === "im" ? "covcheck" : `#${channel.name}`;
  const count = thread.messages.filter((message) => !message.ephemeral).length;

  useEffect(() => {
    if (!thread.loaded) void loadThread(channel.id, ts);
  }, [channel.id, ts, thread.loaded]);

  const keys = (event: KeyboardEvent) => {
    if (event.key === "Escape" && !event.defaultPrevented) shut();
  };

  return (
    <aside className="thread" aria-label="Thread" onKeyDown={keys} data-testid="thread">
      <header className="head">
        <button
          type="button"
          className="icon-button head-back"
          aria-label="Back to the channel"
          onClick={shut}
          data-testid="thread-back"
        >
          <Icon name="back" />
        </button>
        <h1>Thread</h1>
        <p className="head-topic">{name}</p>
        <button
          type="button"
          className="icon-button head-close"
          aria-label="Close thread"
          onClick={shut}
          data-testid="thread-close"
        >
          <Icon name="close" />
        </button>
      </header>
      <DropZone onFiles={uploads.add} label="Upload to the thread">
        {thread.loaded ? (
          <MessageList
            key={`${ts}/${world.me}`}
            channel={channel.id}
            messages={thread.messages}
            label="Replies"
            inThread
            me={world.me}
            head={
              <>
                {parent && (
                  <MessageView
                    message={parent}
                    channel={channel.id}
                    follows={false}
                    inThread
                    focusable
                    onFocus={ignored}
                  />
                )}
                {count > 0 && (
                  <div className="reply-line" role="separator">
                    <span>{count === 1 ? "1 reply" : `${count} replies`}</span>
                  </div>
                )}
              </>
            }
          />
        ) : (
          <Skeleton />
        )}
        <Composer key={ts} channel={channel.id} thread={ts} label="Reply …" uploads={uploads} autoFocus />
      </DropZone>
    </aside>
  );
}
