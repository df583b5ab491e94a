/** A text object, plain or mrkdwn, drawn as rich text. */
import { useMemo } from "react";
import type { TextObject } from "../types";
import { LibraryBlocks } from "./RichText";
import { mrkdwnParts, plainRuns, type Part } from "./mrkdwn";

export function TextView({ text }: { text: TextObject }) {
  const elements = useMemo((): Part[] => {
    if (text.type === "mrkdwn") return mrkdwnParts(text.text);
    return [{ type: "rich_text_section", elements: plainRuns(text.text, text.emoji ?? true) }];
  }, [text.type, text.text, text.emoji]);
  if (!elements.length) return null;
  const block = { type: "rich_text", elements };
  return <LibraryBlocks blocks={[block]} />;
}
