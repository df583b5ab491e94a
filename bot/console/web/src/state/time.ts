/** Times as people read them, in the browser's own zone. */
const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long" });
const DAY_OF_YEAR = new Intl.DateTimeFormat("en-GB", {
  weekday: "long",
  day: "numeric",
  month: "long",
  year: "numeric",
});
const EXACT = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "medium" });

export const dateOf = (ts: string): Date => new Date(Number.parseFloat(ts) * 1000);
export const clock = (ts: string): string => CLOCK.format(dateOf(ts));
export const exact = (ts: string): string => EXACT.format(dateOf(ts));
export const sameDay = (a: string, b: string): boolean =>
  dateOf(a).toDateString() === dateOf(b).toDateString();

export function day(ts: string, now: Date = new Date()): string {
  const date = dateOf(ts);
  const yesterday = new Date(now);
  yesterday.setDate(now.getDate() - 1);
  if (date.toDateString() === now.toDateString()) return "Today";
  if (date.toDateString() === yesterday.toDateString()) return "Yesterday";
  return (date.getFullYear() === now.getFullYear() ? DAY : DAY_OF_YEAR).format(date);
}

/** "today at 08:15", "Monday 3 May at 08:15". */
export function when(ts: string): string {
  const said = day(ts);
  return `${said === "Today" || said === "Yesterday" ? said.toLowerCase() : said} at ${clock(ts)}`;
}
