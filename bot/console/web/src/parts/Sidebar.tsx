/** Channels, the bot, and who one is. */
import type { KeyboardEvent } from "react";
import { actAs } from "../state/deeds";
import { go } from "../state/route";
import { useStore, useWorld } from "../state/store";
import type { Theme } from "../state/chosen";
import { setTheme, useTheme } from "../state/theme";
import type { Channel } from "../types";
import { Avatar, BotMark } from "../ui/Avatar";
import { Icon } from "../ui/Icon";
import { Menu, type Item } from "../ui/Menu";

export function Sidebar({ place }: { place: string }) {
  const world = useWorld();
  const channels = world.channels.filter((channel) => channel.kind === "channel");
  const direct = world.channels.find((channel) => channel.kind === "im");
  const keys = (event: KeyboardEvent<HTMLElement>) => {
    const rows = [...event.currentTarget.querySelectorAll<HTMLElement>(".side-row")];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    rows[(rows.indexOf(document.activeElement as HTMLElement) + step + rows.length) % rows.length]?.focus();
    event.preventDefault();
  };
  return (
    <nav className="sidebar" aria-label="Channels" onKeyDown={keys}>
      <div className="side-head">
        <BotMark size={28} />
        <div>
          <div className="side-title">covcheck</div>
          <div className="side-sub">Local console</div>
        </div>
        <ThemeMenu />
      </div>
      <div className="side-scroll">
        <h2 className="side-heading">Channels</h2>
        {channels.map((channel) => (
          <Row key={channel.id} channel={channel} current={place === channel.id} />
        ))}
        <h2 className="side-heading">Apps</h2>
        {direct && <Row channel={direct} current={place === direct.id || place === "home"} />}
      </div>
      <Me />
    </nav>
  );
}

function Row({ channel, current }: { channel: Channel; current: boolean }) {
  const unread = useStore((now) => now.unread[channel.id] ?? 0);
  const direct = channel.kind === "im";
  return (
    <button
      type="button"
      className={["side-row", current ? "current" : "", unread ? "unread" : ""].filter(Boolean).join(" ")}
      aria-current={current ? "page" : undefined}
      data-testid={`channel-${channel.id}`}
      onClick={() => go(channel.id)}
    >
      <span className="side-icon">{direct ? <BotMark size={20} /> : <Icon name="hash" size={16} />}</span>
      <span className="side-name">{direct ? "covcheck" : channel.name}</span>
      {unread > 0 && (
        <span className="unread-count">
          {unread}
          <span className="sr-only"> unread</span>
        </span>
      )}
    </button>
  );
}

function Me() {
  const world = useWorld();
  const me = world.people[world.me];
  const people: Item[] = Object.entries(world.people)
    .filter(([id]) => id !== world.bot)
    .map(([id, person], number) => ({
      key: id,
      label: person.name,
      icon: <Avatar user={id} size={28} />,
      checked: id === world.me,
      ...(person.title ? { about: person.title } : {}),
      ...(number === 0 ? { heading: "Act as" } : {}),
      run: () => void (id === world.me || actAs(id)),
    }));
  return (
    <div className="side-me">
      <Menu
        label="Act as someone else"
        named
        items={people}
        side="above"
        align="start"
        className="me-button"
        testId="people"
      >
        <Avatar user={world.me} size={32} />
        <span className="me-text">
          <span className="sr-only">You are </span>
          <span className="me-name">{me?.name ?? world.me}</span>
          {me?.title && <span className="me-title">{me.title}</span>}
          <span className="sr-only">, act as someone else</span>
        </span>
        <Icon name="people" size={16} />
      </Menu>
    </div>
  );
}

const THEMES: [Theme, string][] = [
  ["system", "As the system"],
  ["light", "Light"],
  ["dark", "Dark"],
];

function ThemeMenu() {
  const theme = useTheme();
  const items = THEMES.map(([key, label]) => ({
    key,
    label,
    checked: key === theme,
    run: () => setTheme(key),
  }));
  return (
    <Menu label="Appearance" items={items} className="icon-button side-button" testId="theme">
      <Icon name={theme === "dark" ? "moon" : "sun"} />
    </Menu>
  );
}
