/** A little colour for code: diffs by line, else comments, strings and keywords. */
import type { ReactNode } from "react";

const KEYWORDS = new Set(
  (
    "break case chan const continue default defer else fallthrough for func go goto if import interface map " +
    "package range return select struct switch type var nil true false null yes no then fi do done in export " +
    "local FROM RUN COPY ENV ARG CMD ENTRYPOINT WORKDIR"
  ).split(" "),
);
const TOKEN =
  /(#[^\n]*|\/\/[^\n]*)|("(?:[^"\\\n]|\\.)*"|'[^'\n]*'|`[^`\n]*`)|([A-Za-z_][\w-]*)|(\d[\d.]*)|([^\w"'`#/]+|.)/g;
/** Longer lines and later ones stay plain: a quote that never closes is looked for to the line's end. */
const LONGEST = 300;
const MOST = 3_000;

export function highlighted(lines: string[], name: string): ReactNode {
  const diff = /\.(?:patch|diff)$/i.test(name);
  const plain = /\.(?:txt|md|markdown|log|csv|html)$/i.test(name);
  return lines.map((line, number) => (
    <span key={number} className={diff ? `line ${diffKind(line)}` : "line"}>
      {diff || plain || line.length > LONGEST || number >= MOST ? line || "\n" : tokens(line)}
    </span>
  ));
}

function diffKind(line: string): string {
  if (/^(?:diff |index |--- |\+\+\+ )/.test(line)) return "meta";
  if (line.startsWith("@@")) return "hunk";
  if (line.startsWith("+")) return "added";
  return line.startsWith("-") ? "removed" : "";
}

function tokens(line: string): ReactNode {
  if (!line) return "\n";
  return [...line.matchAll(TOKEN)].map((found, number) => {
    const kind = tokenKind(found);
    return kind ? (
      <span key={number} className={`tok-${kind}`}>
        {found[0]}
      </span>
    ) : (
      found[0]
    );
  });
}

function tokenKind([, comment, string, word, digits]: RegExpMatchArray): string {
  if (comment) return "comment";
  if (string) return "string";
  if (digits) return "number";
  return word && KEYWORDS.has(word) ? "keyword" : "";
}
