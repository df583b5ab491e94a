/** The page: the list at the left, a channel, a thread at the right, modals over all. */
import { useEffect } from "react";
import { setActiveChannel, useRoute } from "../state/route";
import { useStore } from "../state/store";
import { Icon } from "../ui/Icon";
import { ChannelHead, ChannelView } from "./Channel";
import { HomeTab } from "./Home";
import { Modal } from "./Modal";
import { Sidebar } from "./Sidebar";
import { Skeleton } from "./Skeleton";
import { ThreadPane } from "./Thread";

export function App() {
  const world = useStore((now) => now.world);
  const route = useRoute();
  const unread = useStore((now) => Object.values(now.unread).reduce((sum, count) => sum + count, 0));
  const direct = world?.channels.find((channel) => channel.kind === "im");
  const first = world?.channels.find((channel) => channel.kind === "channel") ?? direct;
  const channel =
    route.place === "home" ? direct : (world?.channels.find((each) => each.id === route.place) ?? first);
  const home = route.place === "home";
  const shown = route.thread ? "thread" : route.place ? "channel" : "list";
  const title = channel ? (channel.kind === "im" ? "covcheck" : `#${channel.name}`) : "covcheck";

  useEffect(() => {
    document.title = `${unread ? `(${unread}) ` : ""}${title} · covcheck console`;
  }, [title, unread]);

  useEffect(() => {
    if (home) setActiveChannel(null);
  }, [home]);

  useChannelKeys();

  return (
    <>
      <Skip label="Skip to the messages" to='.message[tabindex="0"], #main' />
      <Skip label="Skip to writing" to=".composer textarea" />
      <div className={`app shows-${shown} ${route.thread && !home ? "with-thread" : ""}`}>
        {world ? <Sidebar place={home ? "home" : (channel?.id ?? "")} /> : <div className="sidebar" />}
        <main id="main" className="panes" tabIndex={-1}>
          <section className="main" aria-label={title}>
            <Offline />
            {channel && <ChannelHead channel={channel} tab={home ? "home" : "messages"} />}
            {!channel || !world ? (
              <Skeleton />
            ) : home ? (
              <HomeTab me={world.me} key={world.me} />
            ) : (
              <ChannelView key={channel.id} channel={channel} focus={!route.thread} />
            )}
          </section>
          {channel && route.thread && !home && (
            <ThreadPane key={route.thread} channel={channel} ts={route.thread} />
          )}
        </main>
      </div>
      <Modals />
      <Toast />
    </>
  );
}

/** A link that is seen only with the focus on it; it goes to the first visible of some elements. */
function Skip({ label, to }: { label: string; to: string }) {
  const follow = () => {
    const found = [...document.querySelectorAll<HTMLElement>(to)].filter((each) => each.checkVisibility());
    (found.find((each) => each.id !== "main") ?? found[0])?.focus();
  };
  return (
    <a
      className="skip"
      href="#main"
      onClick={(event) => {
        event.preventDefault();
        follow();
      }}
    >
      {label}
    </a>
  );
}

/** Alt and an arrow go to the channel above or below. */
function useChannelKeys(): void {
  useEffect(() => {
    const keys = (event: KeyboardEvent) => {
      if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
      const rows = [...document.querySelectorAll<HTMLElement>(".side-row")];
      const at = rows.findIndex((row) => row.classList.contains("current"));
      rows[at + (event.key === "ArrowDown" ? 1 : -1)]?.click();
      event.preventDefault();
    };
    document.addEventListener("keydown", keys);
    return () => document.removeEventListener("keydown", keys);
  }, []);
}

function Modals() {
  const views = useStore((now) => now.views);
  return views.map((view) => <Modal key={view.id} view={view} />);
}

function Offline() {
  const online = useStore((now) => now.online);
  if (online) return null;
  return (
    <div className="offline" role="status">
      <Icon name="warn" size={16} /> The console's server does not answer. Trying again …
    </div>
  );
}

function Toast() {
  const toast = useStore((now) => now.toast);
  return (
    <div className="toast-place" role="status" aria-live="polite">
      {toast && <div className="toast">{toast.text}</div>}
    </div>
  );
}
