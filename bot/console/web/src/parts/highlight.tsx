/** A little colour for code: diffs by line, else comments, strings and keywords. Linear in the text's length. */
import { Fragment, type ReactNode } from "react";

const KEYWORDS = new Set(
  (
    "break case chan const continue default defer else fallthrough for func go goto if import interface map package range return " +
    "select struct switch type var nil true false null yes no then fi do done in export local FROM RUN COPY ENV ARG CMD ENTRYPOINT WORKDIR"
  ).split(" "),
);
const TOKEN =
  /(#[^\n]*|\/\/[^\n]*)|("(?:[^"\\\n]|\\.)*"|'[^'\n]*'|`[^`\n]*`)|([A-Za-z_][\w-]*)|(\d[\d.]*)|([^\w"'`#/]+|.)/g;
const LONG = 2_000;

export function highlighted(lines: string[], name: string): ReactNode {
  const diff = /\.(?:patch|diff)$/i.test(name);
  const plain = /\.(?:txt|md|markdown|log|csv|html)$/i.test(name);
  return lines.map((line, number) => (
    <Fragment key={number}>
      {diff ? (
        <DiffLine line={line} />
      ) : plain || line.length > LONG ? (
        <span className="line">{line || "\n"}</span>
      ) : (
        <span className="line">{tokens(line)}</span>
      )}
    </Fragment>
  ));
}

function DiffLine({ line }: { line: string }) {
  const kind = /^(?:diff |index |--- |\+\+\+ )/.test(line)
    ? "meta"
    : line.startsWith("@@")
      ? "hunk"
      : line.startsWith("+")
        ? "added"
        : line.startsWith("-")
          ? "removed"
          : "";
  return <span className={`line ${kind}`}>{line || "\n"}</span>;
}

function tokens(line: string): ReactNode {
  if (!line) return "\n";
  return [...line.matchAll(TOKEN)].map((found, number) => {
    const [text, comment, string, word, digits] = found;
    const kind = comment
      ? "comment"
      : string
        ? "string"
        : digits
          ? "number"
          : word && KEYWORDS.has(word)
            ? "keyword"
            : "";
    return kind ? (
      <span key={number} className={`tok-${kind}`}>
        {text}
      </span>
    ) : (
      text
    );
  });
}
