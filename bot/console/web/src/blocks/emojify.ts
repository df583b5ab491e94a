/** Stands in for node-emoji, which slack-blocks-to-jsx asks; `fallback` is its own list of names. */
import { glyph } from "./emoji";

interface Given {
  fallback?: (name: string) => string;
}

export function emojify(text: string, given: Given = {}): string {
  const name = text.replace(/^:|:$/g, "").replace(/::skin-tone-\d$/, "");
  const other = given.fallback?.(name);
  return glyph(name) ?? (other && other !== name ? other : `:${name}:`);
}
