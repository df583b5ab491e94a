/**
 * Slack's mrkdwn and plain text as the elements of a `rich_text` block, so that one renderer draws all text.
 *
 * Only what Slack itself reads as markup becomes markup; `&amp;`, `&lt;` and `&gt;` are characters again.
 */
import { glyph } from "./emoji";

export interface Style {
  bold?: boolean;
  italic?: boolean;
  strike?: boolean;
  code?: boolean;
}

export type Run =
  | { type: "text"; text: string; style?: Style }
  | { type: "link"; url: string; text?: string; style?: Style }
  | { type: "user"; user_id: string; style?: Style }
  | { type: "channel"; channel_id: string; style?: Style }
  | { type: "usergroup"; usergroup_id: string; style?: Style }
  | { type: "broadcast"; range: "here" | "channel" | "everyone"; style?: Style }
  | { type: "emoji"; name: string };

export type Part =
  | { type: "rich_text_section"; elements: Run[] }
  | { type: "rich_text_quote"; elements: Run[] }
  | { type: "rich_text_preformatted"; elements: Run[] };

const ENTITIES: Record<string, string> = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
export const decoded = (text: string): string =>
  text.replace(/&(?:amp|lt|gt);/g, (found) => ENTITIES[found] ?? found);

/** Text in which only emoji names are read, as in `plain_text`. */
export function plainRuns(text: string, emoji = true): Run[] {
  return emoji ? emojiRuns(decoded(text), {}) : [{ type: "text", text: decoded(text) }];
}

/** The parts of a mrkdwn text: sections, quotes and preformatted boxes. */
export function mrkdwnParts(text: string): Part[] {
  const parts: Part[] = [];
  text.split("```").forEach((piece, number, all) => {
    const boxed = number % 2 === 1 && number < all.length - 1;
    if (boxed)
      parts.push({ type: "rich_text_preformatted", elements: [{ type: "text", text: bare(piece) }] });
    else if (number % 2 === 1) parts.push(...lines("```" + piece));
    else parts.push(...lines(piece));
  });
  return parts;
}

/** One line's runs. */
export function mrkdwnRuns(text: string): Run[] {
  return spans(text, {});
}

const bare = (piece: string) =>
  decoded(piece.replace(/^\n|\n$/g, "").replace(/<((?:https?:\/\/|mailto:)[^|>]+)(?:\|[^>]*)?>/gi, "$1"));

function lines(piece: string): Part[] {
  const parts: Part[] = [];
  for (const line of piece.replace(/^\n|\n$/g, "").split("\n")) {
    const quoted = /^(?:&gt;|>) ?/.exec(line);
    const type = quoted ? "rich_text_quote" : "rich_text_section";
    const elements = mrkdwnRuns(quoted ? line.slice(quoted[0].length) : line);
    const last = parts.at(-1);
    if (last?.type === type) last.elements.push({ type: "text", text: "\n" }, ...elements);
    else parts.push({ type, elements });
  }
  return parts.filter((part) => part.elements.some((run) => run.type !== "text" || run.text !== ""));
}

const MARKS: Record<string, keyof Style> = { "*": "bold", _: "italic", "~": "strike", "`": "code" };

function spans(text: string, style: Style, depth = 0): Run[] {
  const runs: Run[] = [];
  const lastAngle = text.lastIndexOf(">");
  let plain = "";
  const flush = () => {
    if (plain) runs.push(...emojiRuns(decoded(plain), style));
    plain = "";
  };
  for (let at = 0; at < text.length; at++) {
    const char = text[at] as string;
    const angle = char === "<" && at < lastAngle ? text.indexOf(">", at) : -1;
    const mark = MARKS[char];
    const end = mark && depth < DEEPEST && opens(text, at) ? closes(text, at) : -1;
    if (angle > at) {
      flush();
      runs.push(angled(text.slice(at + 1, angle), style));
      at = angle;
    } else if (mark && end > at) {
      flush();
      const inner = text.slice(at + 1, end);
      const styled = { ...style, [mark]: true };
      runs.push(
        ...(mark === "code"
          ? [{ type: "text" as const, text: decoded(inner), style: styled }]
          : spans(inner, styled, depth + 1)),
      );
      at = end;
    } else plain += char;
  }
  flush();
  return runs;
}

const opens = (text: string, at: number) =>
  /^$|[\s([{"'*_~.,;:!?/-]/.test(text[at - 1] ?? "") && /\S/.test(text[at + 1] ?? " ");

/** So many marks are looked at for the one that closes; what is written is bounded, not trusted. */
const TRIES = 40;
/** Styles within styles. */
const DEEPEST = 6;

function closes(text: string, at: number): number {
  const mark = text[at] as string;
  let end = text.indexOf(mark, at + 1);
  for (let tries = 0; end > 0 && tries < TRIES; tries++) {
    const inside = /\S/.test(text[end - 1] ?? " ") && end > at + 1;
    const outside = !/[\p{L}\p{N}]/u.test(text[end + 1] ?? "");
    if (inside && outside) return end;
    end = text.indexOf(mark, end + 1);
  }
  return -1;
}

function angled(held: string, style: Style): Run {
  const [target = "", label] = held.split("|", 2);
  const styled = Object.keys(style).length ? { style } : {};
  if (target.startsWith("@")) return { type: "user", user_id: target.slice(1), ...styled };
  if (target.startsWith("#")) return { type: "channel", channel_id: target.slice(1), ...styled };
  if (target.startsWith("!subteam^")) return { type: "usergroup", usergroup_id: target.slice(9), ...styled };
  if (target === "!here" || target === "!channel" || target === "!everyone")
    return { type: "broadcast", range: target.slice(1) as "here", ...styled };
  if (target.startsWith("!")) return { type: "text", text: decoded(label ?? `<${held}>`), ...styled };
  if (!/^(?:https?:\/\/|mailto:)/i.test(target))
    return { type: "text", text: decoded(`<${held}>`), ...styled };
  return { type: "link", url: decoded(target), ...(label ? { text: decoded(label) } : {}), ...styled };
}

function emojiRuns(text: string, style: Style): Run[] {
  const styled = Object.keys(style).length ? { style } : {};
  const runs: Run[] = [];
  let at = 0;
  for (const found of text.matchAll(/:([a-z0-9_+-]{1,40})(?=:)/g)) {
    const name = found[1] ?? "";
    if (found.index < at || glyph(name) === undefined) continue;
    if (found.index > at) runs.push({ type: "text", text: text.slice(at, found.index), ...styled });
    runs.push({ type: "emoji", name });
    at = found.index + found[0].length + 1;
  }
  if (at < text.length) runs.push({ type: "text", text: text.slice(at), ...styled });
  return runs;
}
