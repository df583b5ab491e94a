/** What else the composer can do: a file, the slash command, the bot's global shortcuts. */
import { runShortcut } from "../state/deeds";
import { useWorld } from "../state/store";
import { BotMark } from "../ui/Avatar";
import { Icon } from "../ui/Icon";
import { Menu, type Item } from "../ui/Menu";

interface Props {
  inThread: boolean;
  onFile: () => void;
  onSlash: () => void;
}

export function PlusMenu({ inThread, onFile, onSlash }: Props) {
  const world = useWorld();
  const global: Item[] = world.shortcuts
    .filter((shortcut) => shortcut.kind === "global")
    .map((shortcut, number) => ({
      key: shortcut.callback_id,
      label: shortcut.name,
      icon: <BotMark size={20} />,
      ...(shortcut.description ? { about: shortcut.description } : {}),
      ...(number === 0 ? { heading: "Shortcuts" } : {}),
      run: () => void runShortcut(shortcut.callback_id),
    }));
  const slash: Item = {
    key: "slash",
    label: "Slash command",
    icon: <Icon name="slash" />,
    about: world.command.name,
    run: onSlash,
  };
  const items: Item[] = [
    { key: "file", label: "Upload a file", icon: <Icon name="upload" />, run: onFile },
    ...(inThread ? [] : [slash]),
    ...global,
  ];
  return (
    <Menu
      label="Attach, or use a shortcut"
      items={items}
      side="above"
      align="start"
      className="icon-button round"
      testId={inThread ? "plus-thread" : "plus"}
    >
      <Icon name="plus" />
    </Menu>
  );
}
