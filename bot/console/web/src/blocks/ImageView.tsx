/** A picture of ours with its alt text, opened large when pressed; pictures from elsewhere are not asked for. */
import { useState } from "react";
import { Dialog } from "../ui/Dialog";
import { Link } from "./RichText";

interface Holder {
  image_url?: string;
  slack_file?: { id?: string; url?: string };
  alt_text?: string;
}

const OURS = "/api/console/files/";

function address(holder: Holder): { own: string | null; given: string } {
  const given = holder.image_url ?? holder.slack_file?.url ?? "";
  if (holder.slack_file?.id)
    return { own: `${OURS}${encodeURIComponent(holder.slack_file.id)}/image`, given };
  try {
    const url = new URL(given, location.href);
    return {
      own: url.origin === location.origin && url.pathname.startsWith(OURS) ? url.pathname : null,
      given,
    };
  } catch {
    return { own: null, given };
  }
}

export function ImageView({
  holder,
  title,
  small = false,
}: {
  holder: Holder;
  title?: string;
  small?: boolean;
}) {
  const { own, given } = address(holder);
  const alt = holder.alt_text ?? "";
  if (!own) return <Link href={given}>{alt || given}</Link>;
  if (small) return <img className="image-small" src={own} alt={alt} />;
  return <Picture source={own} alt={alt} {...(title ? { title } : {})} />;
}

export function Picture({
  source,
  alt,
  title,
  testId,
}: {
  source: string;
  alt: string;
  title?: string;
  testId?: string;
}) {
  const [large, setLarge] = useState(false);
  const [failed, setFailed] = useState(false);
  if (failed) return <p className="unknown">The picture could not be loaded. {alt}</p>;
  return (
    <figure className="picture">
      {title && <figcaption>{title}</figcaption>}
      <button
        type="button"
        onClick={() => setLarge(true)}
        aria-label={`Open large: ${alt || title || "picture"}`}
        data-testid={testId}
      >
        <img src={source} alt={alt} onError={() => setFailed(true)} />
      </button>
      {large && (
        <Dialog
          title={title ?? "Picture"}
          onClose={() => setLarge(false)}
          className="dialog-picture"
          testId="picture-large"
        >
          <img src={source} alt={alt} />
          {alt && <p className="picture-alt">{alt}</p>}
        </Dialog>
      )}
    </figure>
  );
}
