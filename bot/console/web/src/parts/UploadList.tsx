/** The files that go with the next message. */
import { Icon } from "../ui/Icon";
import { Spinner } from "../ui/Spinner";
import { bytes } from "./Files";
import type { Uploads } from "./uploads";

export function UploadList({ uploads }: { uploads: Uploads }) {
  if (!uploads.files.length) return null;
  return (
    <ul className="uploads" aria-label="Files to send">
      {uploads.files.map((file) => (
        <li key={file.key} className="upload">
          {file.id ? <Icon name="file" /> : <Spinner label="Uploading" />}
          <span className="upload-name">{file.name}</span>
          <span className="faint">{bytes(file.size)}</span>
          <button type="button" aria-label={`Remove ${file.name}`} onClick={() => uploads.remove(file.key)}>
            <Icon name="close" size={14} />
          </button>
        </li>
      ))}
    </ul>
  );
}
