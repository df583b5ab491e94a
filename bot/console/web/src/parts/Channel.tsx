/** A channel, or the bot's messages: its head, what was said, and where to write. */
import { useEffect, useRef, useState } from "react";
import { markRead } from "../state/deeds";
import { go, setActiveChannel } from "../state/route";
import { useStore, useWorld } from "../state/store";
import { loadChannel, NOTHING } from "../state/talks";
import type { Channel } from "../types";
import { BotMark } from "../ui/Avatar";
import { Icon } from "../ui/Icon";
import { Composer } from "./Composer";
import { DropZone } from "./DropZone";
import { MessageList } from "./MessageList";
import { Skeleton } from "./Skeleton";
import { useUploads } from "./uploads";

export function ChannelView({ channel, focus }: { channel: Channel; focus: boolean }) {
  const world = useWorld();
  const talk = useStore((now) => now.talks[channel.id]) ?? NOTHING;
  const uploads = useUploads();
  const direct = channel.kind === "im";
  const name = direct ? "covcheck" : `#${channel.name}`;
  const readTo = useReadTo(channel.id);
  const loading = useRef(false);

  useEffect(() => {
    if (!talk.loaded) void loadChannel(channel.id);
  }, [channel.id, talk.loaded]);

  const older = () => {
    if (!talk.hasMore || loading.current) return;
    loading.current = true;
    void loadChannel(channel.id, true).finally(() => (loading.current = false));
  };

  return (
    <DropZone onFiles={uploads.add} label={`Upload to ${name}`}>
      {talk.failed && !talk.loaded ? (
        <p className="empty" role="alert">
          The messages could not be loaded.{" "}
          <button type="button" className="link" onClick={() => void loadChannel(channel.id)}>
            Try again
          </button>
        </p>
      ) : talk.loaded ? (
        <MessageList
          key={`${channel.id}/${world.me}`}
          channel={channel.id}
          messages={talk.messages}
          label={`Messages in ${name}`}
          me={world.me}
          readTo={readTo}
          onTop={older}
          head={
            talk.hasMore ? (
              <div className="older" role="status">
                Loading older messages …
              </div>
            ) : (
              <Welcome channel={channel} />
            )
          }
        />
      ) : (
        <Skeleton />
      )}
      <Composer
        key={channel.id}
        channel={channel.id}
        thread={null}
        label={`Message ${name}`}
        uploads={uploads}
        autoFocus={focus}
      />
    </DropZone>
  );
}

/** The newest message that was there when the channel was opened with unread ones; none otherwise. */
function useReadTo(channel: string): string | undefined {
  const count = useStore((now) => now.unread[channel] ?? 0);
  const messages = useStore((now) => now.talks[channel]?.messages);
  const [mark, setMark] = useState<{ channel: string; ts: string } | null>(null);

  useEffect(() => {
    setActiveChannel(channel);
    const shown = () => {
      if (document.visibilityState === "visible") markRead(channel);
    };
    document.addEventListener("visibilitychange", shown);
    return () => {
      setActiveChannel(null);
      document.removeEventListener("visibilitychange", shown);
    };
  }, [channel]);

  useEffect(() => {
    if (!count || document.visibilityState !== "visible") return;
    const before = messages?.at(-count - 1)?.ts ?? "0";
    setMark({ channel, ts: before });
    markRead(channel);
  }, [channel, count, messages]);
  return mark?.channel === channel ? mark.ts : undefined;
}

function Welcome({ channel }: { channel: Channel }) {
  const { command } = useWorld();
  const direct = channel.kind === "im";
  return (
    <div className="welcome">
      {direct ? (
        <BotMark size={48} />
      ) : (
        <span className="welcome-mark">
          <Icon name="hash" size={26} />
        </span>
      )}
      <h2>{direct ? "covcheck" : channel.name}</h2>
      <p>
        {direct
          ? "This is your direct line to covcheck."
          : channel.topic || "This is the start of the channel."}
      </p>
      <p>
        {direct ? "Ask it here, or type" : "To ask covcheck, type"} <code>{command.name} SERVICE</code>
        {direct ? (
          "."
        ) : (
          <>
            {" "}
            or mention <span className="mention">@covcheck</span>.
          </>
        )}
      </p>
    </div>
  );
}

export function ChannelHead({ channel, tab }: { channel: Channel; tab: "messages" | "home" }) {
  const direct = channel.kind === "im";
  return (
    <header className="head">
      <button
        type="button"
        className="icon-button head-back"
        aria-label="Back to the channels"
        onClick={() => go("")}
        data-testid="back"
      >
        <Icon name="back" />
      </button>
      <h1>
        {direct ? <BotMark size={24} /> : <Icon name="hash" size={18} />}
        <span>{direct ? "covcheck" : channel.name}</span>
      </h1>
      {direct ? (
        <div className="tabs" role="tablist" aria-label="covcheck">
          <Tab label="Home" on={tab === "home"} onClick={() => go("home")} />
          <Tab label="Messages" on={tab === "messages"} onClick={() => go(channel.id)} />
        </div>
      ) : (
        channel.topic && <p className="head-topic">{channel.topic}</p>
      )}
    </header>
  );
}

function Tab({ label, on, onClick }: { label: string; on: boolean; onClick: () => void }) {
  return (
    <button
      type="button"
      role="tab"
      aria-selected={on}
      className="tab"
      onClick={onClick}
      data-testid={`tab-${label.toLowerCase()}`}
    >
      {label}
    </button>
  );
}
