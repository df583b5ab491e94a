/** Emoji by Slack's names; the system's own glyphs draw them. What is not here stays `:name:`. */
const EMOJI: Readonly<Record<string, string>> = {
  "+1": "👍", thumbsup: "👍", "-1": "👎", thumbsdown: "👎", bookmark: "🔖", white_check_mark: "✅", heavy_check_mark: "✔️",
  x: "❌", warning: "⚠️", eyes: "👀", tada: "🎉", rocket: "🚀", fire: "🔥", bulb: "💡", question: "❓", grey_question: "❔",
  exclamation: "❗", pray: "🙏", raised_hands: "🙌", clap: "👏", wave: "👋", ok_hand: "👌", muscle: "💪", point_right: "👉",
  smile: "😄", smiley: "😃", grin: "😁", joy: "😂", wink: "😉", blush: "😊", slightly_smiling_face: "🙂", thinking_face: "🤔",
  sweat_smile: "😅", cry: "😢", sob: "😭", heart: "❤️", star: "⭐", sparkles: "✨", hourglass: "⌛", hourglass_flowing_sand: "⏳",
  stopwatch: "⏱️", alarm_clock: "⏰", calendar: "📆", date: "📅", chart_with_upwards_trend: "📈",
  chart_with_downwards_trend: "📉", bar_chart: "📊", mag: "🔍", link: "🔗", memo: "📝", pencil2: "✏️", clipboard: "📋",
  package: "📦", wrench: "🔧", hammer: "🔨", gear: "⚙️", lock: "🔒", unlock: "🔓", key: "🔑", bug: "🐛", construction: "🚧",
  no_entry: "⛔", no_entry_sign: "🚫", recycle: "♻️", arrow_up: "⬆️", arrow_down: "⬇️", arrow_right: "➡️", arrow_left: "⬅️",
  arrows_counterclockwise: "🔄", red_circle: "🔴", large_blue_circle: "🔵", large_green_circle: "🟢", large_yellow_circle: "🟡",
  large_orange_circle: "🟠", white_circle: "⚪", black_circle: "⚫", green_heart: "💚", robot_face: "🤖", zzz: "💤",
  information_source: "ℹ️", speech_balloon: "💬", bell: "🔔", no_bell: "🔕", mega: "📣", paperclip: "📎", pushpin: "📌",
  "100": "💯", heavy_plus_sign: "➕", heavy_minus_sign: "➖", zap: "⚡", bust_in_silhouette: "👤",
};

/** Those that the reaction menu offers. */
export const REACTIONS = ["bookmark", "white_check_mark", "eyes", "+1", "-1", "tada", "pray", "heart", "question", "rocket"] as const;

/** The character of a name, where it is known. */
export const glyph = (name: string): string | undefined => (Object.hasOwn(EMOJI, name) ? EMOJI[name] : undefined);
export const emojiOf = (name: string): string => glyph(name) ?? `:${name}:`;
