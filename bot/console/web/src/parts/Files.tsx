/** Files of a message: pictures, text that opens in place, and anything else as a download. */
import { useEffect, useMemo, useState } from "react";
import { fileAddress } from "../api";
import { Picture } from "../blocks/ImageView";
import type { SlackFile } from "../types";
import { Icon } from "../ui/Icon";
import { highlighted } from "./highlight";

const PICTURES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);
const TEXT = /\.(?:patch|diff|txt|md|markdown|json|ya?ml|go|sh|log|toml|csv|cfg|mod|html)$/i;
const FOLDED = 8;
const MOST = 400_000;

export function Files({ files }: { files: SlackFile[] }) {
  return (
    <div className="files">
      {files.map((file) => (
        <FileView key={file.id} file={file} />
      ))}
    </div>
  );
}

function FileView({ file }: { file: SlackFile }) {
  const name = file.name ?? file.title ?? file.id;
  const title = file.title ?? name;
  if (PICTURES.has(file.mimetype ?? "") || /\.(?:png|jpe?g|gif|webp)$/i.test(name))
    return (
      <Picture
        source={fileAddress(file)}
        alt={file.alt_txt ?? title}
        title={title}
        testId={`file-${file.id}`}
      />
    );
  const readable = (TEXT.test(name) || (file.mimetype ?? "").startsWith("text/")) && (file.size ?? 0) <= MOST;
  return readable ? (
    <Snippet file={file} name={name} title={title} />
  ) : (
    <Download file={file} name={name} title={title} />
  );
}

function Download({ file, name, title }: { file: SlackFile; name: string; title: string }) {
  return (
    <a className="file-card" href={fileAddress(file)} download={name} data-testid={`file-${file.id}`}>
      <span className="file-icon">
        <Icon name="file" size={22} />
      </span>
      <span>
        <span className="file-title">{title}</span>
        <span className="file-about">
          {[name === title ? "" : name, bytes(file.size)].filter(Boolean).join(" · ")}
        </span>
      </span>
    </a>
  );
}

function Snippet({ file, name, title }: { file: SlackFile; name: string; title: string }) {
  const [text, setText] = useState<string | null>(null);
  const [failed, setFailed] = useState(false);
  const [open, setOpen] = useState(false);
  const address = fileAddress(file);

  useEffect(() => {
    const stop = new AbortController();
    fetch(address, { signal: stop.signal })
      .then((response) =>
        response.ok ? response.text() : Promise.reject(new Error(String(response.status))),
      )
      .then((got) => setText(got.slice(0, MOST)))
      .catch(() => !stop.signal.aborted && setFailed(true));
    return () => stop.abort();
  }, [address]);

  const lines = useMemo(() => (text ?? "").replace(/\n$/, "").split("\n"), [text]);
  const shown = useMemo(() => highlighted(open ? lines : lines.slice(0, FOLDED), name), [lines, open, name]);
  if (failed) return <Download file={file} name={name} title={title} />;
  const more = lines.length > FOLDED;
  return (
    <section className="snippet" aria-label={`File ${title}`} data-testid={`file-${file.id}`}>
      <header>
        <span className="snippet-title">{title}</span>
        {name !== title && <span className="snippet-name">{name}</span>}
        <a
          className="icon-button"
          href={address}
          download={name}
          aria-label={`Download ${name}`}
          title="Download"
        >
          <Icon name="upload" size={16} />
        </a>
      </header>
      <pre className={more && !open ? "folded" : ""} tabIndex={0}>
        {text === null ? <span className="faint">Loading …</span> : shown}
      </pre>
      {more && (
        <button type="button" className="snippet-more" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? "Show less" : `Show all ${lines.length} lines`}
        </button>
      )}
    </section>
  );
}

export function bytes(size: number | undefined): string {
  if (size === undefined) return "";
  if (size < 1_000) return `${size} bytes`;
  return size < 1_000_000 ? `${Math.round(size / 100) / 10} kB` : `${Math.round(size / 100_000) / 10} MB`;
}
