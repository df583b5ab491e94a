/** What can be put in at the cursor: the words of the slash command, people, channels. Pure. */
import type { World } from "../types";

export interface Offer {
  key: string;
  label: string;
  about: string;
  /** A person's id, for the picture. */
  user?: string;
  /** The whole text and the cursor after the offer was taken. */
  text: string;
  at: number;
}

const MOST = 12;
/** Of the command's words and the repo's services: the list scrolls. */
const MOST_WORDS = 60;

/** The offers for a text with the cursor at `at`; none where nothing fits. Threads take no commands. */
export function offers(world: World, text: string, at: number, inThread: boolean): Offer[] {
  if (text.startsWith("/")) return inThread ? [] : commandOffers(world, text, at);
  const before = /(^|[\s(])([@#])([\p{L}\p{N}_.-]{0,40})$/u.exec(text.slice(0, at));
  if (!before) return [];
  const [, , mark = "", typed = ""] = before;
  const start = at - typed.length - 1;
  const put = (name: string) => ({
    text: `${text.slice(0, start)}${mark}${name} ${text.slice(at).replace(/^ /, "")}`,
    at: start + name.length + 2,
  });
  const fits = (name: string) => name.toLowerCase().includes(typed.toLowerCase());
  if (mark === "#")
    return world.channels
      .filter((channel) => channel.kind === "channel" && fits(channel.name))
      .slice(0, MOST)
      .map((channel) => ({
        key: channel.id,
        label: `#${channel.name}`,
        about: channel.topic ?? "",
        ...put(channel.name),
      }));
  const people = Object.entries(world.people)
    .filter(([id]) => id !== world.bot)
    .map(([id, person]) => ({ id, ...person }));
  return [{ id: world.bot, name: "covcheck", title: "App" }, ...people]
    .filter((person) => fits(person.name))
    .slice(0, MOST)
    .map((person) => ({
      key: person.id,
      label: person.name,
      about: person.title ?? "",
      user: person.id,
      ...put(person.name),
    }));
}

function commandOffers(world: World, text: string, at: number): Offer[] {
  const { name, words, usage_hint } = world.command;
  const typed = text.slice(0, at);
  if (typed.includes("\n")) return [];
  if (name.startsWith(typed) && typed.length <= name.length) {
    const all = { key: name, label: name, about: usage_hint ?? "", text: `${name} `, at: name.length + 1 };
    return [all, ...(typed === name ? wordOffers(name, words, "") : [])].slice(0, MOST_WORDS);
  }
  return typed.startsWith(`${name} `) ? wordOffers(name, words, typed.slice(name.length + 1)) : [];
}

function wordOffers(name: string, words: World["command"]["words"], typed: string): Offer[] {
  return words
    .map((word) => ({
      ...word,
      text: word.text.startsWith(name) ? word.text.slice(name.length).trim() : word.text,
    }))
    .filter((word) => {
      const fixed = fixedPart(word.text);
      return fixed ? fixed.startsWith(typed) && fixed !== typed : typed === "";
    })
    .slice(0, MOST_WORDS)
    .map((word) => {
      const fixed = fixedPart(word.text);
      const put = `${name} ${fixed}`;
      return { key: word.text, label: `${name} ${word.text}`, about: word.help, text: put, at: put.length };
    });
}

/** The words before the first thing a person fills in: `compare ` of `compare A B`. */
function fixedPart(text: string): string {
  const kept: string[] = [];
  const parts = text.split(" ");
  for (const part of parts) {
    if (/[A-Z[<]/.test(part)) break;
    kept.push(part);
  }
  return kept.length ? `${kept.join(" ")}${kept.length < parts.length ? " " : ""}` : "";
}
