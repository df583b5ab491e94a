import type { TextObject } from "../types";
import { emojiOf } from "./emoji";
import { plainRuns } from "./mrkdwn";

/** What a plain text says, for labels. */
export function plainText(text: TextObject | string | undefined): string {
  if (text === undefined) return "";
  if (typeof text === "string") return text;
  const said = plainRuns(text.text, text.emoji ?? true);
  return said
    .map((run) => (run.type === "text" ? run.text : run.type === "emoji" ? emojiOf(run.name) : ""))
    .join("");
}
