/** What can be done with a message: react, reply, the bot's shortcuts, copy. */
import { REACTIONS } from "../blocks/emoji";
import { Emoji } from "../blocks/RichText";
import { copy, reactTo, runShortcut } from "../state/deeds";
import { go } from "../state/route";
import { useWorld } from "../state/store";
import type { Message } from "../types";
import { Icon } from "../ui/Icon";
import { Menu, type Item } from "../ui/Menu";
import { BotMark } from "../ui/Avatar";

interface Props {
  message: Message;
  channel: string;
  inThread: boolean;
  onHold: (held: boolean) => void;
}

export function Tools({ message, channel, inThread, onHold }: Props) {
  const world = useWorld();
  const parent = message.thread_ts ?? message.ts;
  const shortcuts: Item[] = world.shortcuts
    .filter((shortcut) => shortcut.kind === "message")
    .map((shortcut, number) => ({
      key: shortcut.callback_id,
      label: shortcut.name,
      icon: <BotMark size={20} />,
      ...(shortcut.description ? { about: shortcut.description } : {}),
      ...(number === 0 ? { heading: "covcheck" } : {}),
      run: () => void runShortcut(shortcut.callback_id, channel, message.ts),
    }));
  const copies: Item[] = [
    {
      key: "link",
      label: "Copy link to message",
      icon: <Icon name="link" />,
      heading: "Message",
      run: () => void copy(linkTo(channel, message), "The link is copied."),
    },
    {
      key: "text",
      label: "Copy text",
      icon: <Icon name="copy" />,
      run: () => void copy(message.text ?? "", "The text is copied."),
    },
  ];
  const reactions: Item[] = REACTIONS.map((name) => ({
    key: name,
    label: name.replaceAll("_", " "),
    icon: <Emoji name={name} />,
    run: () => void reactTo(channel, message.ts, name),
  }));
  return (
    <div className="tools-rail">
      <div className="tools" role="group" aria-label="Message actions">
        <Menu label="Add reaction" items={reactions} onOpen={onHold} testId={`react-${message.ts}`}>
          <Icon name="react" />
        </Menu>
        {!inThread && (
          <button
            type="button"
            className="icon-button"
            aria-label="Reply in thread"
            title="Reply in thread"
            onClick={() => go(channel, parent)}
            data-testid={`reply-${message.ts}`}
          >
            <Icon name="reply" />
          </button>
        )}
        <Menu
          label="More actions"
          items={[...shortcuts, ...copies]}
          onOpen={onHold}
          testId={`more-${message.ts}`}
        >
          <Icon name="more" />
        </Menu>
      </div>
    </div>
  );
}

function linkTo(channel: string, message: Message): string {
  const thread = message.thread_ts ?? (message.reply_count ? message.ts : "");
  return `${location.origin}/#/${channel}${thread ? `/${thread}` : ""}`;
}
