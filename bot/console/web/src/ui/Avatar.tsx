/** A square with initials in a colour of the person's own; the bot has its mark. */
import { useStore } from "../state/store";

export function hue(id: string): number {
  let sum = 7;
  for (const char of id) sum = (sum * 31 + char.charCodeAt(0)) % 65_536;
  return ((sum * 5) % 12) * 30;
}

export function Avatar({ user, size = 36 }: { user: string | undefined; size?: number }) {
  const world = useStore((now) => now.world);
  const box = { width: size, height: size, fontSize: Math.round(size * 0.4) };
  if (user !== undefined && user === world?.bot) return <BotMark size={size} />;
  const name = world?.people[user ?? ""]?.name ?? user ?? "?";
  const initials = name
    .split(/\s+/)
    .map((word) => word[0] ?? "")
    .slice(0, 2)
    .join("")
    .toUpperCase();
  return (
    <span className={`avatar avatar-${hue(user ?? "")}`} style={box} aria-hidden="true">
      {initials}
    </span>
  );
}

export function BotMark({ size = 36 }: { size?: number }) {
  return <img className="avatar" src="/static/icon.svg" width={size} height={size} alt="" />;
}

/** How a person (or the bot) is called. */
export function useName(user: string | undefined): string {
  return useStore((now) =>
    user !== undefined && user === now.world?.bot
      ? "covcheck"
      : (now.world?.people[user ?? ""]?.name ?? user ?? ""),
  );
}
