/** Rich text, dividers and tables as slack-blocks-to-jsx draws them, with our mentions and guarded links. */
import { lazy, memo, Suspense, type ReactNode } from "react";
import type { Block as LibraryBlock } from "slack-blocks-to-jsx";
import { go } from "../state/route";
import { useStore } from "../state/store";
import type { Run } from "./mrkdwn";
import { emojiOf } from "./emoji";

const loading = import("./library");
const LibraryMessage = lazy(() => loading);

/** An address that may be followed: http, https or mail, nothing else. */
export function safeAddress(address: string): string | null {
  try {
    const url = new URL(address);
    return ["http:", "https:", "mailto:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** Where a permalink of this console leads on the page; null for any other address. */
function withinPage(address: string): string | null {
  const url = new URL(address);
  const found = /^\/archives\/([A-Z0-9]{1,30})\/p(\d{10})(\d{6})$/.exec(url.pathname);
  if (url.origin !== location.origin || !found) return null;
  return `#/${found[1]}/${url.searchParams.get("thread_ts") ?? `${found[2]}.${found[3]}`}`;
}

export function Link({ href, children }: { href: string; children: ReactNode }) {
  const address = safeAddress(href);
  if (!address) return <span>{children}</span>;
  const here = withinPage(address);
  if (here) return <a href={here}>{children}</a>;
  return (
    <a href={address} target="_blank" rel="noopener noreferrer" title={address}>
      {children}
    </a>
  );
}

export function Person({ id }: { id: string }) {
  const name = useStore((now) => (now.world?.bot === id ? "covcheck" : now.world?.people[id]?.name));
  const mine = useStore((now) => now.world?.me === id);
  return <span className={mine ? "mention mention-me" : "mention"}>@{name ?? id}</span>;
}

function Place({ id }: { id: string }) {
  const channel = useStore((now) => now.world?.channels.find((each) => each.id === id || each.name === id));
  if (!channel) return <span className="mention">#{id}</span>;
  return (
    <button type="button" className="mention mention-link" onClick={() => go(channel.id)}>
      #{channel.name}
    </button>
  );
}

function Group({ id }: { id: string }) {
  const name = useStore((now) => groupName(now.world?.groups?.[id]));
  return <span className="mention">@{name ?? id}</span>;
}

function groupName(group: unknown): string | undefined {
  if (typeof group === "string") return group;
  const held = group as { handle?: string; name?: string } | undefined;
  return held?.handle ?? held?.name;
}

const HOOKS = {
  user: ({ id }: { id: string }) => <Person id={id} />,
  channel: ({ id }: { id: string }) => <Place id={id} />,
  usergroup: ({ id }: { id: string }) => <Group id={id} />,
  atHere: () => <span className="mention mention-me">@here</span>,
  atChannel: () => <span className="mention mention-me">@channel</span>,
  atEveryone: () => <span className="mention mention-me">@everyone</span>,
  emoji: ({ name }: { name: string }) => <Emoji name={name} />,
  link: ({ href, children, className }: { href: string; children: ReactNode; className: string }) => (
    <span className={className}>
      <Link href={href}>{children}</Link>
    </span>
  ),
};

export function Emoji({ name }: { name: string }) {
  return (
    <span role="img" aria-label={name.replaceAll("_", " ")} title={`:${name}:`}>
      {emojiOf(name)}
    </span>
  );
}

/** Blocks that the library draws, without block ids: those would become ids in the page. */
export const LibraryBlocks = memo(function LibraryBlocks({ blocks }: { blocks: { type: string }[] }) {
  const bare = blocks.map((block) => ({ ...block, block_id: undefined }));
  return (
    <Suspense fallback={null}>
      <LibraryMessage
        blocks={bare as unknown as LibraryBlock[]}
        name=""
        logo=""
        theme="light"
        className="said"
        withoutWrapper
        hooks={HOOKS}
      />
    </Suspense>
  );
});

/** Runs of text as one paragraph. */
export function Runs({ runs }: { runs: Run[] }) {
  if (!runs.length) return null;
  return (
    <LibraryBlocks
      blocks={[{ type: "rich_text", elements: [{ type: "rich_text_section", elements: runs }] } as never]}
    />
  );
}
