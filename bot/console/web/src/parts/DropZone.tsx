/** Takes files that are dragged over it. */
import { useRef, useState, type DragEvent, type ReactNode } from "react";
import { Icon } from "../ui/Icon";

interface Props {
  label: string;
  onFiles: (files: File[]) => void;
  children: ReactNode;
}

export function DropZone({ label, onFiles, children }: Props) {
  const [over, setOver] = useState(false);
  const depth = useRef(0);
  const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes("Files");
  const moved = (event: DragEvent, by: number) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    depth.current += by;
    setOver(depth.current > 0);
  };
  return (
    <div
      className="drop"
      onDragEnter={(event) => moved(event, 1)}
      onDragOver={(event) => moved(event, 0)}
      onDragLeave={(event) => moved(event, -1)}
      onDrop={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        depth.current = 0;
        setOver(false);
        onFiles([...event.dataTransfer.files]);
      }}
    >
      {children}
      {over && (
        <div className="drop-over" aria-hidden="true">
          <Icon name="upload" size={28} />
          {label}
        </div>
      )}
    </div>
  );
}
